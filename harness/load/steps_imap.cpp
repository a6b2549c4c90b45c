// steps_imap: what IMAP devices do.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/text.hpp"
#include "load/step.hpp"

namespace mailrig::load {

std::string mailbox_name(std::string_view prefix, std::string_view name) {
  return base::iequals(name, "INBOX") ? "INBOX" : fmt::format("\"{}mailrig-{}\"", prefix, name);
}

namespace {

constexpr auto imap = history::protocol::imap;

auto to(step_view& v) { return std::back_inserter(v.out); }
std::string_view word(step_view const& v, std::size_t i, std::string_view otherwise = {}) {
  return i < v.words.size() ? std::string_view(v.words[i]) : otherwise;
}
bool once(step_view& v, std::string_view text) {
  if (v.turn > 0) return false;
  v.out += text;
  return true;
}
bool on_mailbox(step_view& v, std::string_view verb, std::string_view rest = {}) {
  if (v.turn > 0) return false;
  fmt::format_to(to(v), "{} {}{}", verb, mailbox_name(v.box_prefix, word(v, 0, "INBOX")), rest);
  return true;
}

/// What was cached of an earlier incarnation of the mailbox is worthless (RFC 3501 §2.3.1.1).
void check_validity(step_view& v) {
  if (v.memory.uidvalidity == v.imap->uidvalidity) return;
  v.memory.uidvalidity = v.imap->uidvalidity;
  v.memory.headers_to = v.memory.bodies_to = 0;
}

constexpr std::string_view header_items =
    "(UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS (DATE FROM TO CC SUBJECT MESSAGE-ID REFERENCES)])";

/// `headers new`, `headers 20`: of what came since, or of the last so many.
bool headers(step_view& v) {
  auto const n = v.imap->view.size();
  if (v.turn > 0) {
    v.memory.headers_to = std::max(v.memory.headers_to, v.imap->view.largest_uid());
    return false;
  }
  check_validity(v);
  if (auto const last = base::number(word(v, 0)); last) {
    if (n == 0) return false;
    fmt::format_to(to(v), "FETCH {}:{} {}", n > *last ? n - *last + 1 : 1, n, header_items);
    return true;
  }
  if (n == 0 || (v.memory.headers_to != 0 && v.imap->view.at(n).uid == v.memory.headers_to)) return false;
  // A first look does not fetch years of mail.
  if (v.memory.headers_to == 0)
    fmt::format_to(to(v), "FETCH {}:{} {}", n > 50 ? n - 49 : 1, n, header_items);
  else
    fmt::format_to(to(v), "UID FETCH {}:* {}", v.memory.headers_to + 1, header_items);
  return true;
}

/// A message by chance; newer ones are read more often.
std::uint32_t some_message(step_view& v) {
  auto const n = v.imap->view.size();
  if (n == 0) return 0;
  auto const back = std::min(v.random.below(n), v.random.below(n));
  return std::uint32_t(n - back);
}

/// `body new`: each that came since; `body`: one by chance.
bool body(step_view& v, std::string_view item) {
  auto const n = v.imap->view.size();
  if (word(v, 0) == "new") {
    if (v.turn == 0) {
      check_validity(v);
      v.memory.todo.clear();
      for (auto i = n; i > 0 && v.memory.todo.size() < 20; --i) {
        auto const uid = v.imap->view.at(i).uid;
        if (uid == 0 || uid <= v.memory.bodies_to) break;
        v.memory.todo.push_back(uid);
      }
    }
    if (v.memory.todo.empty()) return false;
    fmt::format_to(to(v), "UID FETCH {} (UID {})", v.memory.todo.back(), item);
    v.memory.bodies_to = std::max(v.memory.bodies_to, v.memory.todo.back());
    v.memory.todo.pop_back();
    return true;
  }
  auto const at = v.turn == 0 ? some_message(v) : 0;
  if (at == 0) return false;
  fmt::format_to(to(v), "FETCH {} (UID {})", at, item);
  return true;
}

/// `store flag`, `store seen`, `store delete`: of a message by chance, by its UID where it is known.
bool store(step_view& v) {
  auto const at = v.turn == 0 ? some_message(v) : 0;
  if (at == 0) return false;
  constexpr std::pair<std::string_view, std::string_view> names[flags_changed] = {
      {"flag", "\\Flagged"}, {"seen", "\\Seen"}, {"answered", "\\Answered"}, {"delete", "\\Deleted"}};
  auto const* which =
      std::ranges::find(names, word(v, 0, "flag"), &std::pair<std::string_view, std::string_view>::first);
  if (which == std::end(names)) which = names;
  bool const off = which == names && v.random.below(2) == 0;
  auto const flag = which->second;
  v.memory.flag = std::uint8_t(which - names);
  v.memory.flag_on = !off;
  v.memory.touched = v.imap->view.at(at).uid;
  if (v.memory.touched != 0)
    fmt::format_to(to(v), "UID STORE {} {}FLAGS ({})", v.memory.touched, off ? '-' : '+', flag);
  else
    fmt::format_to(to(v), "STORE {} {}FLAGS ({})", at, off ? '-' : '+', flag);
  return true;
}

bool append(step_view& v) {
  if (v.turn > 0) return false;
  v.messages.write(v.owner, v.sizes.draw(v.random), v.literal);
  fmt::format_to(to(v), "APPEND {} (\\Seen) ", mailbox_name(v.box_prefix, word(v, 0, "INBOX")));
  return true;
}

bool transfer(step_view& v, std::string_view verb) {
  auto const at = v.turn == 0 ? some_message(v) : 0;
  if (at == 0) return false;
  fmt::format_to(to(v), "{} {} {}", verb, at, mailbox_name(v.box_prefix, word(v, 0, "Archive")));
  return true;
}

bool search(step_view& v) {
  if (v.turn > 0) return false;
  fmt::format_to(to(v), "UID SEARCH {}", v.words.empty() ? "UNSEEN" : fmt::format("{}", fmt::join(v.words, " ")));
  return true;
}

step_kind const steps[] = {
    {"select", imap, "select", "SELECT a mailbox, INBOX if none is named",
     [](step_view& v) { return on_mailbox(v, "SELECT"); }},
    {"examine", imap, "select", "EXAMINE a mailbox", [](step_view& v) { return on_mailbox(v, "EXAMINE"); }},
    {"status", imap, "status", "STATUS of a mailbox",
     [](step_view& v) { return on_mailbox(v, "STATUS", " (MESSAGES UNSEEN UIDNEXT UIDVALIDITY)"); }},
    {"list", imap, "list", "LIST of all mailboxes", [](step_view& v) { return once(v, "LIST \"\" *"); }},
    {"noop", imap, "noop", "NOOP", [](step_view& v) { return once(v, "NOOP"); }},
    {"check", imap, "check", "CHECK", [](step_view& v) { return once(v, "CHECK"); }},
    {"sync", imap, "fetch.flags", "flags of all messages, as a client that was away",
     [](step_view& v) { return v.imap->view.size() > 0 && once(v, "FETCH 1:* (UID FLAGS)"); }},
    {"headers", imap, "fetch.header", "headers of what is new (`headers new`) or of the last N", &headers},
    {"body", imap, "fetch.body", "whole messages: each new one (`body new`), or one by chance; sets \\Seen",
     [](step_view& v) { return body(v, "BODY[]"); }},
    {"peek", imap, "fetch.body", "like body, and leaves \\Seen alone",
     [](step_view& v) { return body(v, "BODY.PEEK[]"); }},
    {"preview", imap, "fetch.part", "the first 2 kB of the text of one message",
     [](step_view& v) { return body(v, "BODY.PEEK[TEXT]<0.2048>"); }},
    {"structure", imap, "fetch.header", "BODYSTRUCTURE and ENVELOPE of one message",
     [](step_view& v) { return body(v, "BODYSTRUCTURE ENVELOPE"); }},
    {"store", imap, "store", "changes a flag of a message by chance: flag, seen, answered or delete", &store},
    {"search", imap, "search", "UID SEARCH with the keys that follow, UNSEEN if none do", &search},
    {"append", imap, "append", "APPEND of a new message to a mailbox", &append},
    {"copy", imap, "copy", "COPY of a message by chance", [](step_view& v) { return transfer(v, "COPY"); }},
    {"move", imap, "move", "MOVE of a message by chance (RFC 6851)",
     [](step_view& v) { return v.imap->can("MOVE") && transfer(v, "MOVE"); }},
    {"expunge", imap, "expunge", "EXPUNGE", [](step_view& v) { return once(v, "EXPUNGE"); }},
    {"close", imap, "close", "CLOSE", [](step_view& v) { return once(v, "CLOSE"); }},
    {"capability", imap, "capability", "CAPABILITY", [](step_view& v) { return once(v, "CAPABILITY"); }},
};
base::registrar const registered{steps};

}  // namespace
}  // namespace mailrig::load
