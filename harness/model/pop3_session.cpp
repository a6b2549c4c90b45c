// pop3_session: see pop3_session.hpp.
#include "model/pop3_session.hpp"

#include "base/text.hpp"
#include "model/maildrop_view.hpp"

namespace mailrig::model {

using wire::pop3::indicator;

std::string_view name_of(pop3_state s) {
  switch (s) {
    case pop3_state::greeting: return "greeting";
    case pop3_state::authorization: return "AUTHORIZATION";
    case pop3_state::transaction: return "TRANSACTION";
    case pop3_state::update: return "UPDATE";
  }
  return "?";
}

bool pop3_command::multi() const {
  if (keyword == "RETR" || keyword == "TOP" || keyword == "CAPA") return true;
  return arguments.empty() && (keyword == "LIST" || keyword == "UIDL" || keyword == "AUTH" || keyword == "LANG");
}

void pop3_session::told(wire::pop3::reply const& r) {
  if (state == pop3_state::greeting) {
    state = pop3_state::authorization;
    timestamp = timestamp_of(r.line);
    return;
  }
  if (unanswered.empty()) return;
  if (r.status == indicator::challenge) {
    unanswered.front().challenged = true;
    return;
  }
  auto const done = unanswered.front();
  unanswered.pop_front();
  bool const login = done.is("PASS") || done.is("APOP") || (done.is("AUTH") && !done.arguments.empty());
  refused = state == pop3_state::authorization && (login || done.is("USER")) && r.status != indicator::ok;
  if (r.status != indicator::ok) return;
  if (login) state = pop3_state::transaction;
  if (done.is("QUIT")) state = pop3_state::update;
  if (done.is("STLS")) unanswered.clear();  // nothing behind it is a command: TLS begins here (RFC 2595 §4)
  if (done.is("DELE")) {
    auto digits = done.arg(0);
    if (digits.starts_with('+')) digits.remove_prefix(1);  // who takes a sign takes it for nothing
    deleted[base::number(digits).value_or(0)] = true;
  }
  if (done.is("RSET")) deleted.clear();
  if (done.is("STLS")) unanswered.clear();  // what was said behind it in the clear is never answered (RFC 2595 §4)
  if (done.is("CAPA")) {
    capabilities.clear();
    for (auto const& line : wire::pop3::body_lines(r.body)) capabilities.push_back(base::to_upper(line));
    capabilities_known = true;
  }
}

}  // namespace mailrig::model
