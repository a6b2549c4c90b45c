// inventory: see inventory.hpp.
#include "app/inventory.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "check/checker.hpp"

namespace mailrig::app {

std::map<std::string, std::vector<std::string>> proofs(std::vector<scenario::script> const& scripts) {
  std::map<std::string, std::vector<std::string>> out;
  auto add = [&](std::string const& requirement, std::string const& by) {
    auto& list = out[requirement];
    if (std::ranges::find(list, by) == list.end()) list.push_back(by);
  };
  for (auto const& s : scripts) {
    for (auto const& id : s.proves) add(id, s.id);
    for (auto const& o : s.operations)
      for (auto const& id : o.proves) add(id, s.id);
  }
  for (auto const* kind : base::registry<check::checker_kind>::all())
    for (auto const& rule : kind->rules) {
      auto const name = fmt::format("{}.{}", kind->name, rule.name);
      add(std::string(rule.requirement), name);
      for (auto const id : base::words(rule.also)) add(std::string(id), name);
    }
  return out;
}

base::result<std::map<std::string, std::string>> excuses(std::filesystem::path const& folder) {
  auto const file = folder / "unproven.tsv";
  auto const text = scenario::read_file(file);
  if (!text) return text.error();
  std::map<std::string, std::string> out;
  std::size_t number = 0;
  for (auto line : base::split(*text, '\n')) {
    ++number;
    if (line.empty() || line.front() == '#') continue;
    auto const tab = line.find('\t');
    if (tab == line.npos || base::trim(line.substr(tab)).empty())
      return base::fault{0, file.string(),
                         fmt::format("{}:{}: a line is an id, a tab and a reason", file.string(), number)};
    out.emplace(line.substr(0, tab), base::trim(line.substr(tab + 1)));
  }
  return out;
}

std::string excuse_for(std::map<std::string, std::string> const& excuses, std::string const& id) {
  for (auto const& [pattern, reason] : excuses)
    if (base::glob(pattern, id)) return reason;
  return {};
}

bool is_ours(history::requirement const& r) {
  static constexpr std::string_view whole =
      " RFC1939 RFC2449 RFC5034 RFC2595 RFC3206 RFC6856 RFC3501 RFC2177 RFC2180 RFC2342 RFC2971 RFC3348 RFC3691 "
      "RFC4315 "
      "RFC4959 RFC5161 RFC5530 RFC6154 RFC6851 RFC7888 ";
  return whole.find(" " + r.rfc + " ") != whole.npos && r.testable != "no" && r.subject != "client";
}

}  // namespace mailrig::app
