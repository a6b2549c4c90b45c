// resync: see resync.hpp.
#include "load/resync.hpp"

#include <fmt/format.h>

#include <iterator>

namespace mailrig::load {
namespace {

enum class resync_way : std::uint8_t { quick, conditional, plain };

constexpr std::size_t most_ranges_named = 32;  ///< that SELECT names; a command line has its limits (RFC 7162 §4)

/// The best of what its program knows and the server announces. ENABLE that brought nothing is no QRESYNC.
resync_way way_of(step_view const& v, bool enabled) {
  auto const& word = v.words.at(1);
  auto const& s = *v.imap;
  bool const best = word == "best";
  if ((best || word == "qresync") && s.can("QRESYNC") && s.can("ENABLE") && enabled) return resync_way::quick;
  bool const conditional = s.can("CONDSTORE") || s.can("QRESYNC");  // the one includes the other
  return (best || word == "condstore") && conditional ? resync_way::conditional : resync_way::plain;
}
resync_way way_of(step_view const& v) { return way_of(v, v.memory.box.enabled()); }

bool ask_to_enable(step_view& v) {
  if (v.turn > 0) return false;
  v.memory.box.begin();
  if (way_of(v, true) != resync_way::quick) return false;
  v.out += "ENABLE QRESYNC";
  return true;
}

bool ask_to_select(step_view& v) {
  if (v.turn > 0) return false;
  auto& box = v.memory.box;
  auto const to = std::back_inserter(v.out);
  fmt::format_to(to, "SELECT {}", mailbox_name(v.box_prefix, v.words.at(0)));
  auto const how = way_of(v);
  if (how == resync_way::conditional) v.out += " (CONDSTORE)";
  if (how == resync_way::quick && box.can_ask()) {
    auto const known = box.known().text(most_ranges_named);
    fmt::format_to(to, " (QRESYNC ({} {}{}{}))", box.uidvalidity(), box.modseq(), known.empty() ? "" : " ", known);
  }
  box.selecting();
  return true;
}

/// Flags: of what is new, of what has changed, or of all.
bool ask_for_flags(step_view& v) {
  auto& box = v.memory.box;
  if (v.turn > 0 || v.imap->state != model::imap_state::selected) return false;
  auto const there = v.imap->view.size();
  if (there == 0) return box.relearn(), false;
  auto const to = std::back_inserter(v.out);
  auto const how = way_of(v);
  auto const known = box.known().size();
  if (how == resync_way::plain || !box.can_ask() || (how == resync_way::quick && known > there)) {
    box.relearn();
    v.out += "UID FETCH 1:* (FLAGS)";
    return true;
  }
  if (how == resync_way::quick) {
    if (known == there) return false;
    fmt::format_to(to, "UID FETCH {}:* (FLAGS)", box.known().largest() + 1);
    return true;
  }
  if (box.unchanged() && known == there) return false;
  fmt::format_to(to, "UID FETCH 1:* (FLAGS) (CHANGEDSINCE {})", box.modseq());
  return true;
}

/// Without QRESYNC nobody tells what was removed: where the count is not that of the UIDs that it knows, it asks.
bool ask_for_uids(step_view& v) {
  auto& box = v.memory.box;
  if (v.imap->state != model::imap_state::selected) return false;
  if (v.turn == 0 && box.known().size() != v.imap->view.size()) {
    box.searching();
    v.out += "UID SEARCH ALL";
    return true;
  }
  box.in_step();
  return false;
}

step_kind const resync_enable{.name = "enable",
                              .proto = history::protocol::imap,
                              .operation = "enable",
                              .summary = "",
                              .next = &ask_to_enable,
                              .read_only = true};
step_kind const resync_select{.name = "select",
                              .proto = history::protocol::imap,
                              .operation = "select",
                              .summary = "",
                              .next = &ask_to_select,
                              .read_only = true,
                              .mailbox = "INBOX"};
step_kind const resync_flags{.name = "look",
                             .proto = history::protocol::imap,
                             .operation = "fetch.flags",
                             .summary = "",
                             .next = &ask_for_flags,
                             .read_only = true};
step_kind const resync_uids{.name = "search",
                            .proto = history::protocol::imap,
                            .operation = "search",
                            .summary = "",
                            .next = &ask_for_uids,
                            .read_only = true};

}  // namespace

std::vector<std::string_view> const& resync_ways() {
  static std::vector<std::string_view> const all{"none", "best", "qresync", "condstore", "plain"};
  return all;
}

std::vector<step> resync_program(std::string_view way, std::string const& mailbox) {
  std::vector<step> out;
  if (way == "none") return out;
  std::vector<std::string> const words{mailbox, std::string(way)};
  for (auto const* kind : {&resync_enable, &resync_select, &resync_flags, &resync_uids}) out.push_back({kind, words});
  return out;
}

}  // namespace mailrig::load
