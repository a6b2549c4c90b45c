// script_bottle: a session of a trace, played for a client that may ask otherwise than the client of the trace did:
// what was asked then is answered as it was then, if nothing that mattered is left out; else from what the trace tells.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "play/script_session.hpp"

namespace mailrig::play {

using history::protocol;
using kind = played_step::kind;

namespace {

/// Leaving these out changes nothing for what is asked later.
bool is_harmless(std::string_view words) {
  for (std::string_view const one :
       {"CAPABILITY", "ID",    "NOOP",      "LOGIN",  "AUTHENTICATE", "NAMESPACE", "LIST", "LSUB",
        "STATUS",     "FETCH", "UID FETCH", "SEARCH", "UID SEARCH",   "CHECK",     "IDLE", "USER",
        "PASS",       "CAPA",  "STAT",      "UIDL",   "RETR",         "TOP"})
    if (words == one || (words.starts_with(one) && words[one.size()] == ' ')) return true;
  return words.empty();  // a line within one of these
}

/// Whatever state the conversation is in, it may be asked.
bool is_free(std::string_view verb) {
  return verb == "CAPABILITY" || verb == "ID" || verb == "NOOP" || verb == "CHECK" || verb == "CAPA";
}

/// What it means is of the mailbox that is selected.
bool is_of_selected(std::string_view verb) {
  for (std::string_view const one : {"FETCH", "SEARCH", "SORT", "THREAD", "STORE", "COPY", "MOVE", "EXPUNGE", "CLOSE",
                                     "UNSELECT", "CHECK", "NOOP", "IDLE"})
    if (verb == one) return true;
  return false;
}

bool tells_of_mail(std::string_view line) {
  auto const words = base::words(line.substr(0, 60));
  return words.size() > 2 && words[0] == "*" &&
         (base::iequals(words[2], "EXISTS") || base::iequals(words[2], "EXPUNGE") ||
          base::iequals(words[1], "VANISHED"));
}

}  // namespace

/// It is what was asked then, in the same mailbox, and nothing that mattered has been left out.
bool script_session::follows_closely(client_unit const& u) {
  auto const first = next_ask(steps_, at_);
  bool passed_mail = false;
  for (auto i = first; i < steps_.size(); ++i) {
    auto const& s = steps_[i];
    if (s.what == kind::say) passed_mail = passed_mail || tells_of_mail(s.text);
    if (s.what != kind::ask) continue;
    bool const same =
        std::ranges::any_of(s.any, [&](auto const& a) { return a.matches(u) && (i == first || !a.takes_lines()); });
    bool const here = s.mailbox == bottled_->mailbox() || !is_of_selected(u.verb);
    if (same && here) return done(i, u), true;
    if (passed_mail || !is_harmless(base::to_upper(s.text)) || is_free(u.verb)) return false;
  }
  return false;
}

bool script_session::answered_from_bottle(client_unit const& u) {
  if (!secured_ && (u.verb == "STARTTLS" || u.verb == "STLS")) {
    send(proto_ == protocol::imap ? u.tag + " OK begin TLS\r\n" : "+OK begin TLS\r\n");
    return secure(), true;
  }
  auto const a = bottled_->to(u);
  if (!a) return false;
  send(a->octets);
  after_line_ = a->after;
  line_next_ = !after_line_.empty();
  return true;
}

/// The client has said a line more, and hears the next of what answers it.
void script_session::said_line() {
  auto const end = after_line_.find('\n') + 1;
  send(after_line_.substr(0, end));
  after_line_.erase(0, end);
  line_next_ = !after_line_.empty();
}

void script_session::unanswered(client_unit const& u) {
  if (u.verb == "LOGOUT" || u.verb == "QUIT") return refuse(u);
  find("script.unanswered", "the trace has no answer to what the client says", 0, u.octets);
  send(proto_ == protocol::imap ? fmt::format("{} NO not in the trace\r\n", u.tag.empty() ? "*" : u.tag)
                                : "-ERR not in the trace\r\n");
}

}  // namespace mailrig::play
