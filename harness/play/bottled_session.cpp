// bottled_session: see bottled_session.hpp. Which command is answered from what.
#include "play/bottled_session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "model/fetch_request.hpp"
#include "play/played_mechanism.hpp"

namespace mailrig::play {

using history::protocol;
using model::item_kind;
using wire::imap::response_kind;
using wire::imap::status;

bottled_session::bottled_session(bottle_store const& store, protocol p)
    : store_(store), proto_(p), conversation_(0, p, {}) {
  take(history::event_kind::opened, "? ?");
}

// --- what it has been told -------------------------------------------------------------------------------------------

void bottled_session::see(model::item const& i) {
  if (i.kind != item_kind::response || !i.imap) return;
  auto const& r = *i.response;
  auto const n = r.number;
  bool const opens = i.command && (i.command->is("SELECT") || i.command->is("EXAMINE"));
  if (r.kind == response_kind::tagged && opens && r.condition == status::ok)
    return selected(model::canonical_mailbox(i.command->sent.arg(0)));
  if (i.imap->selecting() || r.kind != response_kind::untagged) return;
  if (r.is("EXPUNGE") && n >= 1 && n <= row_.size()) row_.erase(row_.begin() + std::ptrdiff_t(n - 1));
  if (r.is("EXISTS")) grow(i.imap->mailbox, n);
  if (!r.is("FETCH") || n < 1 || n > row_.size()) return;
  model::for_each_item(r, [&](auto name, auto data) {
    if (name.names("UID"))
      if (auto const known = store_.by_uid(i.imap->mailbox, std::uint32_t(data.number().value_or(0))))
        row_[n - 1] = known;
    if (name.names("FLAGS")) flags_[row_[n - 1].get()] = spelled(data);
  });
}

void bottled_session::selected(std::string const& mailbox) {
  row_.clear();
  auto const* box = store_.find(mailbox);
  auto const there = conversation_.imap().view.size();
  if (box) row_.assign(box->mail.begin(), box->mail.begin() + std::ptrdiff_t(std::min(box->at_first, there)));
  grow(mailbox, there);
}

/// The next that came in the trace; what is not in it is a message of which nothing is known.
void bottled_session::grow(std::string const& mailbox, std::size_t size) {
  auto const* box = store_.find(mailbox);
  bool const news = box && box->at_first < box->mail.size() && row_.size() < size;
  std::set<std::shared_ptr<bottled_message>> there;
  if (news) there.insert(row_.begin(), row_.end());
  for (auto i = news ? box->at_first : 0; news && i < box->mail.size() && row_.size() < size; ++i)
    if (there.insert(box->mail[i]).second) row_.push_back(box->mail[i]);
  while (row_.size() < size && row_.size() < most_mail) row_.push_back(std::make_shared<bottled_message>());
}

std::string bottled_session::flags(std::size_t number) const {
  auto const& m = *row_[number - 1];
  if (auto const told = flags_.find(&m); told != flags_.end()) return told->second;
  auto const at = m.items.find("FLAGS");
  return at == m.items.end() ? "" : at->second;
}

// --- answers ---------------------------------------------------------------------------------------------------------

std::optional<bottled_session::answer> bottled_session::to(client_unit const& u) {
  return proto_ == protocol::imap ? imap(u) : pop3(u);
}

std::optional<bottled_session::answer> bottled_session::imap(client_unit const& u) {
  auto const c = wire::imap::read_command(u.octets);
  auto const done = [&](std::string_view data) {
    return answer{fmt::format("{}{} OK {} done\r\n", data, u.tag, u.verb)};
  };
  auto const perhaps = [&](std::optional<std::string> const& data) {
    return data ? std::optional(done(*data)) : std::nullopt;
  };
  bool const in = conversation_.imap().state >= model::imap_state::authenticated;
  if (u.verb == "CAPABILITY") return done(store_.capability(in));
  if (u.verb == "NOOP" || u.verb == "CHECK" || u.verb == "LOGIN") return done("");
  if (u.verb == "ID") return done(store_.id().empty() ? "* ID NIL\r\n" : store_.id());
  if (u.verb == "ENABLE") return done("* ENABLED\r\n");
  if (u.verb == "AUTHENTICATE") return authenticate(u, fmt::format("{} OK in\r\n", u.tag));
  if (u.verb == "COMPRESS") return answer{fmt::format("{} NO not here\r\n", u.tag)};
  if (!in) return std::nullopt;
  if (u.verb == "NAMESPACE" && !store_.name_space().empty()) return done(store_.name_space());
  if (u.verb == "IDLE") return answer{"+ idling\r\n", fmt::format("{} OK IDLE done\r\n", u.tag)};
  if (u.verb == "LIST" || u.verb == "LSUB") return perhaps(list(c));
  if (u.verb == "STATUS") return perhaps(counts(c));
  if (u.verb == "SELECT" || u.verb == "EXAMINE") return select(c);
  if (conversation_.imap().state != model::imap_state::selected) return std::nullopt;
  if (u.verb == "UNSELECT") return done("");
  if (u.verb == "CLOSE" && nothing_marked()) return done("");
  if (u.verb == "FETCH") return perhaps(fetch(c));
  if (u.verb == "SEARCH") return perhaps(search(c));
  return std::nullopt;
}

/// Its passwords nobody looks at. What comes with the command answers the first challenge.
std::optional<bottled_session::answer> bottled_session::authenticate(client_unit const& u, std::string const& well) {
  if (u.words.size() < 2) return std::nullopt;
  bool const begun = u.words.size() > 2;
  auto const* m = find_played_mechanism(u.words[1]);
  if (!m) return begun ? std::optional(answer{well}) : std::nullopt;
  std::string said;
  for (auto const c : std::span(m->challenges).subspan(begun)) said += c;
  said += well;
  auto const first = said.find('\n') + 1;
  return answer{said.substr(0, first), said.substr(first)};
}

bool bottled_session::nothing_marked() const {
  for (std::size_t n = 1; n <= row_.size(); ++n)
    if (base::to_upper(flags(n)).find("\\DELETED") != std::string::npos) return false;
  return true;
}

// --- POP3 ------------------------------------------------------------------------------------------------------------

namespace {

std::string listing(std::map<std::uint64_t, std::string> const& all) {
  std::string out = "+OK\r\n";
  for (auto const& [number, what] : all) out += fmt::format("{} {}\r\n", number, what);
  return out + ".\r\n";
}

/// The head, the blank line, and so many lines of the text; the octets end with the line of the lone dot.
std::string top(std::string_view letter, std::uint64_t lines) {
  bool head = true;
  std::size_t at = 0;
  while (at < letter.size()) {
    auto const end = std::min(letter.find('\n', at), letter.size() - 1) + 1;
    auto const line = letter.substr(at, end - at);
    if (line == ".\r\n" || (!head && lines-- == 0)) break;
    if (line == "\r\n") head = false;
    at = end;
  }
  return std::string(letter.substr(0, at)) + ".\r\n";
}

}  // namespace

std::optional<bottled_session::answer> bottled_session::pop3(client_unit const& u) const {
  auto const& drop = store_.drop();
  auto const number = u.words.size() > 1 ? base::number(u.words[1]).value_or(0) : 0;
  for (auto const* one : {"USER", "PASS", "APOP", "NOOP", "RSET"})
    if (u.verb == one) return answer{"+OK\r\n"};
  if (u.verb == "CAPA") return answer{drop.capabilities.empty() ? "-ERR\r\n" : drop.capabilities};
  if (u.verb == "AUTH") return authenticate(u, "+OK\r\n");
  if (u.verb == "STAT" && !drop.stat.empty()) return answer{drop.stat};
  if (u.verb == "LIST" || u.verb == "UIDL") {
    auto const& all = u.verb == "LIST" ? drop.sizes : drop.uids;
    if (all.empty()) return std::nullopt;
    if (u.words.size() == 1) return answer{listing(all)};
    auto const at = all.find(number);
    return answer{at == all.end() ? "-ERR\r\n" : fmt::format("+OK {} {}\r\n", number, at->second)};
  }
  auto const letter = drop.letters.find(number);
  if (letter == drop.letters.end()) return std::nullopt;
  if (u.verb == "RETR") return answer{"+OK\r\n" + letter->second};
  auto const lines = u.words.size() > 2 ? base::number(u.words[2]) : std::nullopt;
  if (u.verb == "TOP" && lines) return answer{"+OK\r\n" + top(letter->second, *lines)};
  return std::nullopt;
}

}  // namespace mailrig::play
