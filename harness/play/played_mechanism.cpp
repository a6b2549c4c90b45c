// played_mechanism: see played_mechanism.hpp.
#include "play/played_mechanism.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace mailrig::play {

played_mechanism const* find_played_mechanism(std::string_view name) {
  constexpr std::string_view go_on = "+ \r\n", user = "+ VXNlcm5hbWU6\r\n", password = "+ UGFzc3dvcmQ6\r\n";
  static std::vector<played_mechanism> const all{
      {"PLAIN", {go_on}},    {"LOGIN", {user, password}}, {"CRAM-MD5", {"+ PDEuMUBib3R0bGU+\r\n"}},
      {"XOAUTH2", {go_on}},  {"OAUTHBEARER", {go_on}},    {"EXTERNAL", {go_on}},
      {"ANONYMOUS", {go_on}}};
  auto const at = std::ranges::find_if(all, [&](auto const& m) { return base::iequals(m.name, name); });
  return at == all.end() ? nullptr : &*at;
}

}  // namespace mailrig::play
