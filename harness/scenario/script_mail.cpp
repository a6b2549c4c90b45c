// script_mail: see script_mail.hpp.
#include "scenario/script_mail.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "scenario/escapes.hpp"

namespace mailrig::scenario {

base::result<void> read_message(std::string_view value, std::vector<message_text>& out) {
  auto const name = value.substr(0, value.find_first_of(" \t"));
  auto const text = base::trim(value.substr(name.size()));
  if (text.size() < 2 || text.front() != '"' || text.back() != '"')
    return base::fault{0, "scenario",
                       R"(a message is a name, then its octets in double quotes: message letter "Subject: x\r\n\r\n")"};
  if (auto const bad = bad_escape(text); !bad.empty())
    return base::fault{std::size_t(bad.data() - value.data()), "scenario", "after \\x come two hexadecimal digits"};
  auto const known = std::ranges::find(out, name, &message_text::name);
  auto& to = known == out.end() ? out.emplace_back(message_text{std::string(name), {}}) : *known;
  to.octets += unescaped(text.substr(1, text.size() - 2));
  return {};
}

}  // namespace mailrig::scenario
