// fill_look: fill_session's other half: what lies in a mailbox, and taking it out again.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "load/fill/fill_session.hpp"

namespace mailrig::load {
namespace {

/// Headers of one FETCH, messages of one STORE.
constexpr std::uint64_t looked_at_once = 1000;

bool has_fill_mark(std::string_view header) { return base::to_lower(header).find("x-mailrig-fill:") != header.npos; }

/// "1:4,7": of numbers in ascending order, so many in each that a command is not long under way.
std::vector<std::string> sets_of(std::vector<std::uint32_t> const& uids) {
  std::vector<std::string> out;
  constexpr std::size_t most = 5000;
  std::string set;
  std::size_t in_set = 0;
  for (std::size_t i = 0; i < uids.size();) {
    auto end = i + 1;
    while (end < uids.size() && uids[end] == uids[end - 1] + 1 && in_set + end - i < most) ++end;
    set += (set.empty() ? "" : ",") + fmt::format("{}:{}", uids[i], uids[end - 1]);
    in_set += end - i;
    i = end;
    if (set.size() < 4000 && in_set < most && i < uids.size()) continue;
    out.push_back(std::exchange(set, {}));
    in_set = 0;
  }
  return out;
}

}  // namespace

base::result<std::uint64_t> fill_session::count(fill_place const& at) {
  if (imap()) {
    auto const told = stage_.command(player_, fmt::format("STATUS \"{}\" (MESSAGES)", at.name));
    if (!told) return base::fault{0, "fill", fmt::format("STATUS {}: {}", at.name, told.error().text)};
    for (auto const& a : *told)
      if (a->response.is("STATUS"))
        if (auto const n = a->response.args().next().at(1).number()) return *n;
    return base::fault{0, "fill", fmt::format("STATUS {} told no number", at.name)};
  }
  auto const told = stage_.pop3_command(player_, "STAT");
  if (!told) return base::fault{0, "fill", "STAT: " + told.error().text};
  auto const words = base::words((*told)->line);
  auto const n = words.size() > 1 ? base::number(words[1]) : std::nullopt;
  if (!n) return base::fault{0, "fill", "STAT told no number"};
  return *n;
}

base::result<found_mail> fill_session::look(fill_place const& at, bool closely) {
  if (auto const in = log_in(); !in) return in.error();
  found_mail out;
  out.marks = fill_marks(at.key, at.messages);
  auto const n = count(at);
  bool const refused = !n && n.error().text.find(": NO") != std::string::npos;
  if (!n && (!refused || at.is_inbox())) return n.error();
  out.exists = n.has_value();
  out.count = n ? *n : 0;
  if (out.count == 0) return out;
  auto const done = imap() ? look_imap(at, closely, out) : look_pop3(out);
  if (!done) return done.error();
  return out;
}

base::result<void> fill_session::look_imap(fill_place const& at, bool closely, found_mail& out) {
  if (auto const seen = stage_.command(player_, fmt::format("EXAMINE \"{}\"", at.name)); !seen)
    return base::fault{0, "fill", fmt::format("EXAMINE {}: {}", at.name, seen.error().text)};
  auto const all = [&]() -> base::result<void> {
    if (!closely && out.count == at.messages) {
      fill_marks::mark first, last;
      for (auto* m : {&first, &last})
        if (auto const told = fetch(m == &first ? 1 : out.count, m == &first ? 1 : out.count,
                                    [&](std::uint32_t, std::string const& h) { *m = out.marks.read(h); });
            !told)
          return told.error();
      if (out.marks.is_whole(out.count, first, last)) return out.marks.all_there(), base::result<void>();
    }
    std::uint64_t told_of = 0;
    for (std::uint64_t from = 1; from <= out.count; from += looked_at_once) {
      auto const told = fetch(from, std::min(out.count, from + looked_at_once - 1),
                              [&](std::uint32_t uid, std::string const& header) {
                                ++told_of;
                                out.marks.see(header);
                                if (has_fill_mark(header) && uid != 0) out.uids.push_back(uid);
                              });
      if (!told) return told.error();
    }
    if (told_of == out.count) return {};
    return base::fault{0, "fill", fmt::format("{}: FETCH told of {} messages of {}", at.name, told_of, out.count)};
  }();
  // CLOSE after EXAMINE removes nothing (RFC 3501 §6.4.2).
  (void)stage_.command(player_, "CLOSE");
  return all;
}

base::result<void> fill_session::fetch(std::uint64_t from, std::uint64_t to,
                                       std::function<void(std::uint32_t uid, std::string const& header)> const& each) {
  auto const told = stage_.command(player_, fmt::format("FETCH {}:{} (UID {})", from, to, fill_items));
  if (!told) return base::fault{0, "fill", "FETCH: " + told.error().text};
  for (auto const& a : *told) {
    if (!a->response.is("FETCH")) continue;
    std::uint32_t uid = 0;
    std::optional<std::string> header;
    for (auto v = a->response.args().first(); v; v = v.next().next()) {
      if (v.names("UID")) uid = std::uint32_t(v.next().number().value_or(0));
      if (base::istarts_with(v.raw(), "BODY[")) header = v.next().text();
    }
    if (header) each(uid, *header);
  }
  return {};
}

base::result<void> fill_session::look_pop3(found_mail& out) {
  for (std::uint64_t n = 1; n <= out.count; ++n) {
    auto const head = stage_.pop3_command(player_, fmt::format("TOP {} 0", n));
    if (!head) return base::fault{0, "fill", "TOP: " + head.error().text};
    out.marks.see((*head)->body);
    if (has_fill_mark((*head)->body)) out.uids.push_back(std::uint32_t(n));
  }
  return {};
}

base::result<std::uint64_t> fill_session::remove(fill_place const& at) {
  auto const found = look(at, true);
  if (!found) return found.error();
  if (!found->exists) return std::uint64_t(0);
  if (!imap()) return remove_pop3(*found);
  if (at.is_inbox()) return remove_imap(at, *found);
  if (found->marks.others() > 0)
    return base::fault{
        0, "occupied",
        fmt::format("{} has {} messages that are not mailrig's: it stays", at.name, found->marks.others())};
  if (auto const gone = stage_.command(player_, fmt::format("DELETE \"{}\"", at.name)); !gone)
    return base::fault{0, "fill", fmt::format("DELETE {}: {}", at.name, gone.error().text)};
  (void)stage_.command(player_, fmt::format("UNSUBSCRIBE \"{}\"", at.name));
  return found->count;
}

base::result<std::uint64_t> fill_session::remove_imap(fill_place const& at, found_mail const& found) {
  if (found.uids.empty()) return std::uint64_t(0);
  auto const* c = stage_.conversation(player_);
  bool const by_uid = c && c->imap().can("UIDPLUS");
  // EXPUNGE takes what others have marked, too.
  if (!by_uid && found.uids.size() < found.count)
    return base::fault{0, "occupied",
                       fmt::format("{} has other mail, and the server no UID EXPUNGE: all of it stays", at.name)};
  if (auto const open = stage_.command(player_, fmt::format("SELECT \"{}\"", at.name)); !open)
    return base::fault{0, "fill", fmt::format("SELECT {}: {}", at.name, open.error().text)};
  auto const sets = sets_of(found.uids);
  for (auto const& set : sets) {
    std::vector<std::string> lines{fmt::format("UID STORE {} +FLAGS.SILENT (\\Deleted)", set)};
    if (by_uid) lines.push_back("UID EXPUNGE " + set);
    if (!by_uid && &set == &sets.back()) lines.push_back("EXPUNGE");
    for (auto const& text : lines)
      if (auto const done = stage_.command(player_, text); !done)
        return base::fault{0, "fill", fmt::format("{}: {}", text.substr(0, text.find(' ', 4)), done.error().text)};
  }
  (void)stage_.command(player_, "EXAMINE INBOX");
  (void)stage_.command(player_, "CLOSE");
  return std::uint64_t(found.uids.size());
}

base::result<std::uint64_t> fill_session::remove_pop3(found_mail const& found) {
  for (auto const n : found.uids)
    if (auto const done = stage_.pop3_command(player_, fmt::format("DELE {}", n)); !done)
      return base::fault{0, "fill", "DELE: " + done.error().text};
  if (auto const done = stage_.pop3_command(player_, "QUIT"); !done)
    return base::fault{0, "fill", "QUIT: " + done.error().text};
  player_.channel->close();
  return std::uint64_t(found.uids.size());
}

}  // namespace mailrig::load
