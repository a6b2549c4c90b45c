// suspicion: see suspicion.hpp.
#include "stress/fuzz/suspicion.hpp"

#include <algorithm>

#include "check/checker.hpp"
#include "stress/shrink.hpp"

namespace mailrig::stress {
namespace {

check::checker_kind const* checker_of(std::string_view rule) {
  return base::registry<check::checker_kind>::find(rule.substr(0, rule.find('.')));
}

std::size_t times(std::string_view in, std::string_view what) {
  std::size_t n = 0;
  if (what.empty()) return n;
  for (auto at = in.find(what); at != in.npos; at = in.find(what, at + what.size())) ++n;
  return n;
}

/// How often a client has said it. What went out behind AUTHENTICATE is hidden in what was seen, and a server that
/// refuses that takes it for commands.
std::size_t said(history::finding const& f, watcher& seen, std::string_view octets, std::string_view what) {
  return std::max(times(seen.said(f.session), what), times(octets, what));
}

/// Octets that the client has not said that often cannot be a tag of its.
bool is_nobodys_tag(history::finding const& f, watcher& seen, std::string_view octets) {
  auto const tag = f.octets.substr(0, f.octets.find(' '));
  return !tag.empty() && seen.answered(f.session, tag) > said(f, seen, octets, tag);
}

/// A tag that is none is the client's own making, and who gives it back does as it was told.
bool gives_back_a_tag(history::finding const& f, watcher& seen, std::string_view octets) {
  auto const first = f.octets.substr(0, f.octets.find(' '));
  bool const none_known = f.rule == "grammar.syntax" || f.rule == "grammar.continuation";
  return none_known && first != "*" && first != "+" && said(f, seen, octets, first) > 0;
}

}  // namespace

bool holds_whatever_was_said(history::finding const& f, watcher& seen, std::string_view octets) {
  if (!checker_of(f.rule)) return true;  // what a script expects is written so that it is due
  if (f.rule.starts_with("grammar.")) return !gives_back_a_tag(f, seen, octets);
  if (f.rule == "tags.unknown") return is_nobodys_tag(f, seen, octets);
  return f.rule == "leak.other" || f.rule == "state.no-bye";
}

bool holds_of_plain_words(history::finding const& f) {
  constexpr std::string_view theirs[] = {"state.select-data",  "state.logout-bye",   "uidvalidity.missing",
                                         "capability.untold",  "maildrop.list-form", "maildrop.uidl-form",
                                         "pop_listing.beyond", "pop_status.absent"};
  return std::ranges::find(theirs, f.rule) != std::end(theirs);
}

std::string shape_of(history::finding const& f) {
  std::string out;
  bool quoted = false;
  for (char c : identity(f) + ": " + f.text) {
    bool const digit = c >= '0' && c <= '9';
    if (c == '\'') quoted = !quoted;
    if (quoted || (digit && !out.empty() && out.back() == '#')) continue;
    out += digit ? '#' : c;
  }
  return out;
}

}  // namespace mailrig::stress
