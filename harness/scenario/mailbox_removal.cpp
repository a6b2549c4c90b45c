// mailbox_removal: see mailbox_removal.hpp.
#include "scenario/mailbox_removal.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mailrig::scenario {
namespace {

std::string name_in(arrival const& a) {
  auto const name = a.response.args().next().next().text();
  if (!a.broken) return name;
  // * LIST (attributes) "/" name
  auto line = std::string_view(a.octets).substr(0, a.octets.find_last_not_of("\r\n") + 1);
  auto const attributes = line.find(") ");
  auto const space = attributes == line.npos ? line.npos : line.find(' ', attributes + 2);
  if (space == line.npos) return name;
  line.remove_prefix(space + 1);
  if (line.size() > 1 && line.front() == '"' && line.back() == '"') line = line.substr(1, line.size() - 2);
  return std::string(line);
}

}  // namespace

std::vector<std::string> mailbox_names(stage& s, player& p, std::string_view verb, std::string const& pattern) {
  auto const* c = s.conversation(p);
  // IMAP4rev2 has no LSUB (RFC 9051 appendix E).
  bool const by_list = verb == "LSUB" && c && c->imap().rev2;
  auto const listed =
      s.command(p, fmt::format("{} \"\" \"{}\"", by_list ? std::string_view("LIST (SUBSCRIBED)") : verb, pattern));
  std::vector<std::string> out;
  if (!listed) return out;
  for (auto const& a : *listed)
    if (a->response.is(by_list ? std::string_view("LIST") : verb)) out.push_back(name_in(*a));
  return out;
}

/// A quoted string has 7-bit octets of one line (RFC 3501 §9): other names go as literals, and as they were listed.
void remove_mailbox(stage& s, player& p, std::string_view verb, std::string const& name) {
  std::string quoted;
  for (char c : name) quoted += c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
  bool const plain = std::ranges::all_of(
      name, [](char c) { return static_cast<unsigned char>(c) < 0x80 && c != '\r' && c != '\n' && c != '\0'; });
  if (!plain && s.command_with(p, verb, name)) return;
  if (name.find_first_of("\r\n") == name.npos) (void)s.command(p, fmt::format("{} \"{}\"", verb, quoted));
}

}  // namespace mailrig::scenario
