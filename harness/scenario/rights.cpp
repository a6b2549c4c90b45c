// rights: see rights.hpp.
#include "scenario/rights.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "scenario/node_match.hpp"

namespace mailrig::scenario {

using node = pattern_node;
using wire::imap::value;

namespace {

/// Sorted; without those that others imply.
std::string letters(std::string_view rights, bool implied) {
  std::string out(rights);
  std::ranges::sort(out);
  out.erase(std::unique(out.begin(), out.end()), out.end());
  if (!implied) std::erase_if(out, [](char c) { return c == 'c' || c == 'd'; });
  return out;
}

bool has_implied(std::string_view rights) { return rights.find_first_of("cd") != rights.npos; }

bool match_rights(node const& n, value v, values& names) {
  if (!v || (n.what != node::kind::word && n.what != node::kind::quoted)) return match_value(n, v, names);
  auto const wanted = names.expand(n.text);
  return wanted && !v.is_list() && same_rights(*wanted, v.text());
}

bool match_mailbox(std::vector<node> const& wanted, value came, values& names, near_miss& m) {
  if (wanted.empty() || !match_value(wanted[0], came, names))
    return m.differs([&] { return fmt::format("it is about {}", scenario::brief(came)); });
  m.agrees(2);
  return true;
}

}  // namespace

bool same_rights(std::string_view wanted, std::string_view told) {
  bool const both = has_implied(wanted) && has_implied(told);
  return letters(wanted, both) == letters(told, both);
}

bool match_my_rights(std::vector<node> const& wanted, value came, values& names, near_miss& m) {
  if (!match_mailbox(wanted, came, names, m)) return false;
  auto const told = came.next();
  if (wanted.size() == 2 && match_rights(wanted[1], told, names)) return true;
  return m.differs([&] { return fmt::format("the rights are {}", scenario::brief(told)); });
}

bool match_acl(std::vector<node> const& wanted, value came, values& names, near_miss& m) {
  if (!match_mailbox(wanted, came, names, m)) return false;
  for (std::size_t i = 1; i < wanted.size(); i += 2) {
    if (wanted[i].what == node::kind::rest) return true;
    bool found = false;
    for (auto who = came.next(); who && !found; who = who.next().next())
      found = match_value(wanted[i], who, names) &&
              (i + 1 == wanted.size() || match_rights(wanted[i + 1], who.next(), names));
    if (!found)
      return m.differs([&] { return fmt::format("{} has other rights or none", scenario::brief(wanted[i], names)); });
    m.agrees(2);
  }
  return true;
}

}  // namespace mailrig::scenario
