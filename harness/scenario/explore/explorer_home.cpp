// explorer_home: where an explorer's session stands: that it is logged in, which mailbox it has open, what lies in it,
// and what the server offers it.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "scenario/explore/explorer.hpp"
#include "scenario/lasting_flags.hpp"
#include "scenario/refusal.hpp"

namespace mailrig::scenario {

using history::protocol;

bool explorer::can(std::string_view capability) {
  if (!capabilities_known_ && is_open()) {
    capabilities_known_ = true;
    if (who_.proto == protocol::imap) {
      if (!imap().capabilities_known) (void)exchange(who_, "CAPABILITY");
      for (auto const& c : *imap().capabilities) capabilities_.insert(c);
    } else {
      if (!pop3().capabilities_known) (void)exchange(who_, "CAPA");
      if (pop3().capabilities_known) capabilities_.insert("pop3:CAPA");
      for (auto const& line : pop3().capabilities)
        if (auto const words = base::words(line); !words.empty()) capabilities_.insert("pop3:" + std::string(words[0]));
      if (!pop3().timestamp.empty()) capabilities_.insert("pop3:APOP");
    }
  }
  return capabilities_.contains(std::string(capability));
}

bool explorer::home() {
  using enum start_state;
  if (is_open() && who_.proto == protocol::imap && imap().bye) who_.channel->close();
  bool const outside = begin_ == greeting || begin_ == closed;
  if (is_open() && who_.proto == protocol::imap) {
    auto const state = imap().state;
    bool const in = state == model::imap_state::authenticated || state == model::imap_state::selected;
    bool const back = outside ? in || state == model::imap_state::logout
                              : !in || (begin_ == authenticated && state == model::imap_state::selected);
    if (back) who_.channel->close();
  }
  if (is_open() && who_.proto == protocol::pop3) {
    bool const in = pop3().state == model::pop3_state::transaction;
    if (in == outside || pop3().quit_sent) who_.channel->close();
  }
  if (!is_open() && !log_in(outside ? session::login_goal::greeting : session::login_goal::authenticated)) return false;
  if (who_.proto == protocol::imap && (begin_ == selected || begin_ == examined)) {
    auto const& s = imap();
    if (s.state != model::imap_state::selected || s.mailbox != "INBOX" || s.read_only != (begin_ == examined)) {
      if (!exchange(who_, begin_ == selected ? "SELECT INBOX" : "EXAMINE INBOX").ok()) return false;
      look();
    }
  }
  return is_open();
}

bool explorer::log_in(session::login_goal goal) {
  // A maildrop may still be held by the connection that has just ended.
  base::result<void> in;
  for (int attempt = 0; attempt < 20; ++attempt) {
    in = where_.log_in(who_, goal);
    refusals_ = 0;
    if (in) return true;
    // A server may have enough of anybody at any time (RFC 3501 §7.1.5); the next connection may be welcome.
    bool const farewell = who_.proto == protocol::imap && imap().bye;
    if (who_.proto == protocol::imap && (!farewell || attempt == 3)) break;
    if (who_.channel) who_.channel->close();
    where_.wait([] { return false; }, std::chrono::milliseconds(100));
  }
  ++silences_;
  if (has_excuse(in.error().text) || (who_.proto == protocol::imap && imap().bye)) return false;
  report(who_, "again", fmt::format("the connection ended, and it cannot come back: {}", in.error().text), {}, {},
         "a session");
  return false;
}

model::imap_session const& explorer::imap() const {
  static model::imap_session const none;
  auto const* c = where_.conversation(who_);
  return c ? c->imap() : none;
}

model::pop3_session const& explorer::pop3() const {
  static model::pop3_session const none;
  auto const* c = where_.conversation(who_);
  return c ? c->pop3() : none;
}

bool explorer::refill(std::size_t count) {
  constexpr std::size_t most = 24, kept = 12;
  if (messages() > most) {
    ask(fmt::format("STORE {}:* +FLAGS.SILENT (\\Deleted)", kept + 1), storing("\\Deleted"), "RFC3501-6.4.6-01");
    ask("EXPUNGE", "OK", "RFC3501-6.4.3-01");
  }
  if (messages() >= count) return is_open();
  for (auto left = count - messages(); left > 0 && is_open() && !row_is_over_; --left) {
    auto const text = letter();
    ask(fmt::format("APPEND INBOX {{{}}}\r\n{}", text.size(), text), "OK", "RFC3501-6.3.11-10");
  }
  if (is_open()) ask("NOOP", "OK", "RFC3501-6.1.2-01");
  if (is_open()) look();
  return is_open() && messages() > 0;
}

std::string_view explorer::storing(std::string_view flags) {
  if (!lasting_known_ && !flags.empty() && is_open() && begin_ == start_state::selected) {
    lasting_known_ = true;
    lasting_ = permanent_flags(exchange(who_, "SELECT INBOX").data);
    look();
  }
  auto const stays = [&](std::string flag) {
    std::erase_if(flag, [](char c) { return c == '(' || c == ')'; });
    bool const keyword = !flag.starts_with('\\');
    // RFC 3501 §7.1: where nothing is said all stay; what was never heard of need not be taken without "\*".
    if (!lasting_ || flag.empty()) return !keyword || flag.empty();
    return lasting_->contains(base::to_lower(flag)) || (keyword && lasting_->contains("\\*"));
  };
  auto const names = base::words(flags);
  return std::ranges::all_of(names, [&](auto name) { return stays(std::string(name)); }) ? "OK" : "OK | NO";
}

void explorer::look() {
  if (is_open()) ask("UID FETCH 1:* (FLAGS INTERNALDATE RFC822.SIZE)", "OK", "RFC3501-6.4.8-03");
}

void explorer::look_elsewhere(std::string const& mailbox_argument) {
  if (!witness_) return;
  if (!watch("EXAMINE " + mailbox_argument, "OK").ok()) return;
  watch("UID FETCH 1:* (FLAGS INTERNALDATE RFC822.SIZE)", "OK");
}

}  // namespace mailrig::scenario
