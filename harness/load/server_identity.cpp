// server_identity: see server_identity.hpp.
#include "load/server_identity.hpp"

#include <algorithm>
#include <utility>

#include "base/beginning.hpp"
#include "base/text.hpp"
#include "check/judge.hpp"
#include "scenario/stage.hpp"

namespace mailrig::load {
namespace {

using namespace std::chrono_literals;
using history::event_kind;
using history::protocol;

constexpr std::size_t longest_told = 200;

std::string first_line(std::string_view text) {
  return base::beginning_of(text.substr(0, text.find_first_of("\r\n")), longest_told);
}

/// Hears what crosses the connection, on its way to the judge.
class identity_listener final : public history::event_sink {
 public:
  identity_listener(check::judge& to, server_identity& told) : to_(to), told_(told) {}
  void take(history::event const& e) override {
    if (e.kind == event_kind::secured && told_.tls.empty()) told_.tls = std::string(e.octets);
    if (e.kind == event_kind::received && told_.greeting.empty()) told_.greeting = first_line(e.octets);
    if (e.kind == event_kind::sent && !known_)
      for (auto const line : base::split(e.octets, '\n'))
        told_.mechanism = mechanism_said(e.proto, line, told_.mechanism);
    to_.take(e);
  }
  void logged_in() { known_ = true; }

 private:
  check::judge& to_;
  server_identity& told_;
  bool known_ = false;
};

void ask_imap(scenario::stage& st, identity_listener& heard, server_identity& out) {
  auto& p = st.add("identity", protocol::imap);
  if (auto const in = st.log_in(p, session::login_goal::authenticated); !in)
    return void(out.trouble = base::beginning_of(in.error().text, longest_told));
  heard.logged_in();
  if (auto const* c = st.conversation(p); c && c->imap().can("ID"))
    if (auto const told = st.command(p, "ID NIL"); told)
      for (auto const& a : *told)
        if (a->response.is("ID"))
          out.identification = first_line(std::string_view(a->line).substr(std::min<std::size_t>(a->line.size(), 5)));
  (void)st.command(p, "LOGOUT");
}

void ask_pop3(scenario::stage& st, identity_listener& heard, server_identity& out) {
  auto& p = st.add("identity", protocol::pop3);
  auto in = st.log_in(p, session::login_goal::greeting);
  // CAPA also tells how long to wait between two logins.
  if (in)
    if (auto const told = st.pop3_command(p, "CAPA"); told)
      for (auto const line : base::split((*told)->body, '\n'))
        if (base::istarts_with(line, "IMPLEMENTATION ")) out.identification = first_line(line.substr(15));
  in = st.log_in(p, session::login_goal::authenticated);
  if (!in) return void(out.trouble = base::beginning_of(in.error().text, longest_told));
  heard.logged_in();
  (void)st.pop3_command(p, "QUIT");
}

server_identity identity_by(scenario::target const& t, std::size_t account, protocol proto) {
  server_identity out;
  out.protocol = history::name_of(proto);
  base::limits limits;
  limits.scenario = 10s;
  net::loop l;
  check::judge models({}, nullptr, limits);
  identity_listener heard(models, out);
  scenario::stage st(l, t, t.accounts.at(account), models, heard, limits, net::tls_context::client(t.tls));
  proto == protocol::imap ? ask_imap(st, heard, out) : ask_pop3(st, heard, out);
  if (!out.trouble.empty()) out.mechanism.clear();
  return out;
}

}  // namespace

std::string mechanism_said(protocol proto, std::string_view line, std::string const& known) {
  auto w = base::words(line);
  if (proto == protocol::imap && !w.empty()) w.erase(w.begin());  // its tag
  if (w.empty()) return known;
  auto verb = base::to_upper(w[0]);
  while (verb.ends_with('\r')) verb.pop_back();
  if ((verb == "AUTHENTICATE" || verb == "AUTH") && w.size() > 1) {
    auto name = base::to_upper(w[1]);
    while (name.ends_with('\r')) name.pop_back();
    return "SASL " + name;
  }
  if (proto == protocol::imap) return verb == "LOGIN" ? verb : known;
  return verb == "PASS" ? "USER/PASS" : verb == "APOP" ? verb : known;
}

void learn_login_delay(scenario::target const& t) {
  if (t.simulate || !t.pop3 || t.accounts.empty()) return;
  base::limits limits;
  limits.scenario = 10s;
  net::loop l;
  check::judge models({}, nullptr, limits);
  scenario::stage st(l, t, t.accounts.front(), models, models, limits, net::tls_context::client(t.tls));
  auto& p = st.add("capabilities", protocol::pop3);
  if (!st.log_in(p, session::login_goal::greeting)) return;
  (void)st.pop3_command(p, "CAPA");
  (void)st.pop3_command(p, "QUIT");
}

std::vector<server_identity> identify_server(scenario::target const& t, std::size_t account, bool imap, bool pop3) {
  std::vector<server_identity> out;
  if (t.simulate || account >= t.accounts.size()) return out;
  if (imap && t.imap) out.push_back(identity_by(t, account, protocol::imap));
  if (pop3 && t.pop3) out.push_back(identity_by(t, account, protocol::pop3));
  return out;
}

}  // namespace mailrig::load
