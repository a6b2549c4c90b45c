// steps_imap: what IMAP devices do.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/text.hpp"
#include "load/step.hpp"

namespace mailrig::load {

std::string_view mailbox_of(step_kind const& kind, std::vector<std::string> const& words) {
  return kind.mailbox.empty() || words.empty() ? kind.mailbox : std::string_view(words[0]);
}

std::string mailbox_name(std::string_view prefix, std::string_view name) {
  return base::iequals(name, "INBOX") ? "INBOX" : fmt::format("\"{}mailrig-{}\"", prefix, name);
}

namespace {

constexpr auto imap = history::protocol::imap;

auto to(step_view& v) { return std::back_inserter(v.out); }
std::string_view word(step_view const& v, std::size_t i, std::string_view otherwise = {}) {
  return i < v.words.size() ? std::string_view(v.words[i]) : otherwise;
}
std::string its_mailbox(step_view const& v) { return mailbox_name(v.box_prefix, mailbox_of(v.kind, v.words)); }
bool once(step_view& v, std::string_view text) {
  if (v.turn > 0) return false;
  v.out += text;
  return true;
}
bool on_mailbox(step_view& v, std::string_view verb, std::string_view rest = {}) {
  if (v.turn > 0) return false;
  fmt::format_to(to(v), "{} {}{}", verb, its_mailbox(v), rest);
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
  fmt::format_to(to(v), "APPEND {} (\\Seen) ", its_mailbox(v));
  return true;
}

bool transfer(step_view& v, std::string_view verb) {
  auto const at = v.turn == 0 ? some_message(v) : 0;
  if (at == 0) return false;
  fmt::format_to(to(v), "{} {} {}", verb, at, its_mailbox(v));
  return true;
}

bool search(step_view& v) {
  if (v.turn > 0) return false;
  fmt::format_to(to(v), "UID SEARCH {}", v.words.empty() ? "UNSEEN" : fmt::format("{}", fmt::join(v.words, " ")));
  return true;
}

using enum told_to_others;

step_kind const steps[] = {
    {.name = "select",
     .proto = imap,
     .operation = "select",
     .summary = "SELECT a mailbox, INBOX if none is named",
     .next = [](step_view& v) { return on_mailbox(v, "SELECT"); },
     .read_only = true,
     .mailbox = "INBOX"},
    {.name = "examine",
     .proto = imap,
     .operation = "select",
     .summary = "EXAMINE a mailbox",
     .next = [](step_view& v) { return on_mailbox(v, "EXAMINE"); },
     .read_only = true,
     .mailbox = "INBOX"},
    {.name = "status",
     .proto = imap,
     .operation = "status",
     .summary = "STATUS of a mailbox",
     .next = [](step_view& v) { return on_mailbox(v, "STATUS", " (MESSAGES UNSEEN UIDNEXT UIDVALIDITY)"); },
     .read_only = true,
     .mailbox = "INBOX"},
    {.name = "list",
     .proto = imap,
     .operation = "list",
     .summary = "LIST of all mailboxes",
     .next = [](step_view& v) { return once(v, "LIST \"\" *"); },
     .read_only = true},
    {.name = "noop",
     .proto = imap,
     .operation = "noop",
     .summary = "NOOP",
     .next = [](step_view& v) { return once(v, "NOOP"); },
     .read_only = true},
    {.name = "check",
     .proto = imap,
     .operation = "check",
     .summary = "CHECK",
     .next = [](step_view& v) { return once(v, "CHECK"); },
     .read_only = true},
    {.name = "sync",
     .proto = imap,
     .operation = "fetch.flags",
     .summary = "flags of all messages, as a client that was away",
     .next = [](step_view& v) { return v.imap->view.size() > 0 && once(v, "FETCH 1:* (UID FLAGS)"); },
     .read_only = true},
    {.name = "headers",
     .proto = imap,
     .operation = "fetch.header",
     .summary = "headers of what is new (`headers new`) or of the last N",
     .next = &headers,
     .read_only = true},
    {.name = "body",
     .proto = imap,
     .operation = "fetch.body",
     .summary = "whole messages: each new one (`body new`), or one by chance; sets \\Seen",
     .next = [](step_view& v) { return body(v, "BODY[]"); }},
    {.name = "peek",
     .proto = imap,
     .operation = "fetch.body",
     .summary = "like body, and leaves \\Seen alone",
     .next = [](step_view& v) { return body(v, "BODY.PEEK[]"); },
     .read_only = true},
    {.name = "preview",
     .proto = imap,
     .operation = "fetch.part",
     .summary = "the first 2 kB of the text of one message",
     .next = [](step_view& v) { return body(v, "BODY.PEEK[TEXT]<0.2048>"); },
     .read_only = true},
    {.name = "structure",
     .proto = imap,
     .operation = "fetch.header",
     .summary = "BODYSTRUCTURE and ENVELOPE of one message",
     .next = [](step_view& v) { return body(v, "BODYSTRUCTURE ENVELOPE"); },
     .read_only = true},
    {.name = "store",
     .proto = imap,
     .operation = "store",
     .summary = "changes a flag of a message by chance: flag, seen, answered or delete",
     .next = &store,
     .tells = flags},
    {.name = "search",
     .proto = imap,
     .operation = "search",
     .summary = "UID SEARCH with the keys that follow, UNSEEN if none do",
     .next = &search,
     .read_only = true},
    {.name = "append",
     .proto = imap,
     .operation = "append",
     .summary = "APPEND of a new message to a mailbox",
     .next = &append,
     .mailbox = "INBOX"},
    {.name = "copy",
     .proto = imap,
     .operation = "copy",
     .summary = "COPY of a message by chance",
     .next = [](step_view& v) { return transfer(v, "COPY"); },
     .mailbox = "Archive"},
    {.name = "move",
     .proto = imap,
     .operation = "move",
     .summary = "MOVE of a message by chance (RFC 6851)",
     .next = [](step_view& v) { return v.imap->can("MOVE") && transfer(v, "MOVE"); },
     .mailbox = "Archive",
     .tells = expunges},
    {.name = "expunge",
     .proto = imap,
     .operation = "expunge",
     .summary = "EXPUNGE",
     .next = [](step_view& v) { return once(v, "EXPUNGE"); },
     .tells = expunges},
    {.name = "close",
     .proto = imap,
     .operation = "close",
     .summary = "CLOSE",
     .next = [](step_view& v) { return once(v, "CLOSE"); }},
    {.name = "capability",
     .proto = imap,
     .operation = "capability",
     .summary = "CAPABILITY",
     .next = [](step_view& v) { return once(v, "CAPABILITY"); },
     .read_only = true},
};
base::registrar const registered{steps};

}  // namespace
}  // namespace mailrig::load
