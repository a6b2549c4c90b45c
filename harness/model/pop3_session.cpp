// pop3_session: see pop3_session.hpp.
#include "model/pop3_session.hpp"

#include "base/text.hpp"

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
  return arguments.empty() && (keyword == "LIST" || keyword == "UIDL" || keyword == "AUTH");
}

void pop3_session::told(wire::pop3::reply const& r) {
  if (state == pop3_state::greeting) {
    state = pop3_state::authorization;
    auto const open = r.line.rfind('<'), close = r.line.rfind('>');
    if (open != r.line.npos && close != r.line.npos && open < close) timestamp = r.line.substr(open, close - open + 1);
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
  if (done.is("DELE")) deleted[base::number(done.arg(0)).value_or(0)] = true;
  if (done.is("RSET")) deleted.clear();
  if (done.is("CAPA")) {
    capabilities.clear();
    for (auto const& line : wire::pop3::body_lines(r.body)) capabilities.push_back(base::to_upper(line));
    capabilities_known = true;
  }
}

}  // namespace mailrig::model
