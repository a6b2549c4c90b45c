// offer: see offer.hpp.
#include "scenario/offer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/beginning.hpp"
#include "base/text.hpp"
#include "check/judge.hpp"
#include "scenario/command_line.hpp"
#include "scenario/obstacle.hpp"
#include "scenario/second_revision.hpp"
#include "scenario/stage.hpp"
#include "wire/imap/grammar.hpp"
#include "wire/imap/mutf7.hpp"

namespace mailrig::scenario {

using history::protocol;

namespace {

void keep(std::vector<std::string>& to, std::vector<std::string> const& more) {
  to.insert(to.end(), more.begin(), more.end());
}

bool holds(std::vector<std::string> const& list, std::string_view name) {
  return std::ranges::find(list, name) != list.end();
}

/// Whether this can be a mailbox's name; it is not one afterwards.
bool takes(stage& st, player& p, std::string const& name) {
  std::string quoted;
  for (char c : name) quoted += c == '\\' ? std::string("\\\\") : std::string(1, c);
  if (!st.command(p, fmt::format("CREATE \"{}\"", quoted))) return false;
  (void)st.command(p, fmt::format("DELETE \"{}\"", quoted));
  return true;
}

/// What can stand before names in commands of ours, be it of a line's end, a pattern's, or a quoted string's.
bool is_prefix(std::string_view text) {
  constexpr std::size_t most = 200;
  return text.size() <= most && std::ranges::all_of(text, [](unsigned char c) {
           return c >= 0x20 && c != 0x7F && std::string_view("*%\"\\").find(char(c)) == std::string_view::npos;
         });
}

void refuse(std::string const& prefix, offer& out) {
  out.prefix_is_no_name = !wire::imap::decode_mutf7(prefix);
  out.prefix_refused = fmt::format(
      "NAMESPACE tells a personal prefix that no command of ours says ({} octets: {}); mailboxes are made without one, "
      "or "
      "below the target's prefix = \"...\"",
      prefix.size(), base::beginning_of(prefix, 60));
}

/// One character of a quoted string (RFC 3501 §9, mailbox-list).
bool is_delimiter(std::string_view text) { return text.size() == 1 && text[0] >= 0x20 && text[0] < 0x7F; }

/// Where mailboxes of our own may be: NAMESPACE's first personal prefix; without it, wherever one can be made, for
/// there are servers that have all names below INBOX.
void probe_names(stage& st, player& p, offer& out) {
  auto take = [&](wire::imap::value told) {
    auto const delimiter = told.is_nil() ? std::string() : told.text();
    out.delimiter = is_delimiter(delimiter) ? delimiter : "";
  };
  if (auto const listed = st.command(p, "LIST \"\" \"\""); listed)
    for (auto const& a : *listed)
      if (a->response.is("LIST")) take(a->response.args().next());
  if (!holds(out.imap, "NAMESPACE")) {
    constexpr std::string_view trial = "mailrig-trial";
    auto const below = fmt::format("INBOX{}{}", out.delimiter, trial);
    if (!out.delimiter.empty() && !takes(st, p, std::string(trial)) && takes(st, p, below))
      out.prefix = "INBOX" + out.delimiter;
    return;
  }
  auto const told = st.command(p, "NAMESPACE");
  if (!told) return;
  for (auto const& a : *told) {
    auto const personal = a->response.args().first();
    if (!a->response.is("NAMESPACE") || !personal.is_list()) continue;
    take(personal.at(1));
    auto prefix = personal.at(0).text();
    out.prefix_refused.clear();
    if (!is_prefix(prefix)) refuse(prefix, out);
    out.prefix = out.prefix_refused.empty() ? std::move(prefix) : std::string();
  }
}

base::result<void> probe_imap(stage& st, offer& out) {
  auto& p = st.add("probe", protocol::imap);
  if (auto const in = st.log_in(p, session::login_goal::greeting); !in) return in.error();
  if (auto const asked = st.command(p, "CAPABILITY"); asked)
    out.imap_greeting = *st.conversation(p)->imap().capabilities;
  keep(out.imap, out.imap_greeting);
  if (auto const in = st.log_in(p, session::login_goal::authenticated); !in) return in.error();
  if (auto const asked = st.command(p, "CAPABILITY"); asked) {
    auto list = *st.conversation(p)->imap().capabilities;
    std::erase(list, "LOGINDISABLED");  // what it says after a login is not about the greeting's LOGIN
    keep(out.imap, list);
    out.imap_logged_in = std::move(list);
  }
  probe_names(st, p, out);
  (void)st.command(p, "LOGOUT");
  return {};
}

base::result<void> probe_pop3(stage& st, offer& out) {
  auto& p = st.add("probe", protocol::pop3);
  if (auto const in = st.log_in(p, session::login_goal::greeting); !in) return in.error();
  if (!st.conversation(p)->pop3().timestamp.empty()) out.pop3.push_back("APOP");
  for (int login = 0; login < 2; ++login) {
    auto const asked = st.pop3_command(p, "CAPA");
    // A list without an end is for the scenarios about CAPA, and this session hears nothing else any more.
    bool const endless = !asked && st.is_open(p) && st.conversation(p)->pending().starts_with("+OK");
    if (asked || endless) out.pop3.push_back("CAPA");
    if (endless) {
      p.channel->close();
      if (auto const in = st.log_in(p, session::login_goal::greeting); !in) return in.error();
    }
    if (asked)
      for (auto line : base::split((*asked)->body, '\n')) {
        auto const words = base::words(line.substr(0, line.find('\r')));
        if (words.empty()) continue;
        out.pop3.push_back(base::to_upper(words[0]));
        // Their arguments are capabilities of their own.
        bool const lists = base::iequals(words[0], "SASL") || base::iequals(words[0], "UTF8");
        for (std::size_t i = 1; i < words.size() && lists; ++i)
          out.pop3.push_back(base::to_upper(words[0]) + "=" + base::to_upper(words[i]));
      }
    if (login == 0) out.pop3_greeting = out.pop3;
    if (login == 0)
      if (auto const in = st.log_in(p, session::login_goal::authenticated); !in) return in.error();
  }
  (void)st.pop3_command(p, "QUIT");
  return {};
}

}  // namespace

base::result<offer> probe(net::loop& l, target const& t, base::result<net::tls_context> const& trust) {
  offer out;
  base::result<void> imap, pop3;
  base::limits limits;
  limits.scenario = std::chrono::seconds(15);
  limits.mailbox_messages = 1u << 20;
  check::judge nobody({}, nullptr, limits);
  session::allowance allowed;
  allowed.held_octets = 32u << 20;
  {
    stage st(l, t, t.accounts.front(), nobody, nobody, limits, trust, allowed);
    if (t.imap) imap = probe_imap(st, out);
    if (!imap && obstacle::is_one(imap.error().rule)) out.imap_obstacle = imap.error();
  }
  {
    check::judge also_nobody({}, nullptr, limits);
    stage st(l, t, t.accounts.front(), also_nobody, also_nobody, limits, trust, allowed);
    if (t.pop3) pop3 = probe_pop3(st, out);
    if (!pop3 && !out.pop3_greeting.empty()) out.pop3_barred = pop3.error().text;
  }
  // A server that misbehaves here will do so under the scenarios' eyes too; only one that lets nobody in at all ends
  // the run.
  bool const none = (!t.imap || !imap) && (!t.pop3 || !pop3);
  if (none) return t.imap ? imap.error() : pop3.error();
  return out;
}

namespace {

/// A capability that is about the way to be logged in: only what is offered before counts.
bool of_login(std::string_view name) {
  for (std::string_view way :
       {"STARTTLS", "LOGINDISABLED", "SASL-IR", "STLS", "APOP", "USER", "SASL", "AUTH-RESP-CODE"})
    if (name == way) return true;
  return name.starts_with("AUTH=") || name.starts_with("SASL=");
}

bool secures(script const& s) {
  return std::ranges::any_of(s.operations, [](operation const& o) { return o.action == "starttls"; });
}

/// TLS is a part of it: it begins it, or needs that it can be begun.
bool speaks_of_tls(script const& s) {
  constexpr std::string_view needs[] = {"STARTTLS", "pop3:STLS"}, acts[] = {"starttls", "handshake", "hello"};
  auto const begins = [&](operation const& o) {
    return std::ranges::find(acts, o.action) != std::end(acts) ||
           std::ranges::any_of(o.lines, [](std::string const& line) {
             auto const said = base::to_upper(line);
             return said.find("STARTTLS") != said.npos || said.find("STLS") != said.npos;
           });
  };
  return std::ranges::any_of(needs, [&](auto need) { return holds(s.needs, need); }) ||
         std::ranges::any_of(s.operations, begins);
}

/// The command of a sent line, upper case; empty where it is none that is known.
std::string command_of(std::string_view line) {
  auto const name = read_command_line(line).name;
  return wire::imap::find_command(name) ? base::to_upper(name) : std::string();
}

/// The capability that brings a command; empty where none does.
std::string_view capability_of(std::string_view command) {
  auto const* e = wire::imap::extension_of_command(command);
  return e ? e->name : "";
}

/// Follows a script's IMAP sessions as far as: who has logged in when a line is sent.
class walk {
 public:
  walk(script const& s, offer const& o) : script_(s), offer_(o), sessions_(s.sessions.size()) {
    for (std::size_t n = 0; n < sessions_.size(); ++n)
      sessions_[n].in = s.sessions[n].state.value_or(s.state) >= start_state::authenticated;
  }

  /// Why one of the lines may not be sent there.
  std::string over(std::vector<operation> const& operations) {
    for (auto const& o : operations) {
      if (o.what == operation::kind::concurrently)
        for (auto const& branch : o.branches)
          if (auto why = over(branch); !why.empty()) return why;
      if (script_.sessions.empty() || o.session >= sessions_.size() ||
          script_.sessions[o.session].proto != protocol::imap)
        continue;
      auto& session = sessions_[o.session];
      if (o.what == operation::kind::act) {
        if (o.action == "connect") session = {};
        session.in = session.in || o.action == "login" || o.action == "try-login";
        session.secured = session.secured || o.action == "starttls";
      }
      if (o.what == operation::kind::send)
        for (auto const& line : o.lines)
          if (auto why = sent(line, session); !why.empty()) return why;
    }
    return {};
  }

 private:
  struct session_so_far {
    bool in = false, secured = false;
  };

  std::string sent(std::string_view line, session_so_far& session) const {
    auto const command = command_of(line);
    if (command.empty() || session.secured) return {};
    bool const disabled = holds(offer_.imap_greeting, "LOGINDISABLED") && !holds(script_.needs, "LOGINDISABLED");
    if (command == "LOGIN" && !session.in && disabled)
      return "the server announces LOGINDISABLED, so no client may send LOGIN (RFC 3501 §6.2.3)";
    auto const need = capability_of(command);
    if (holds(script_.needs, need)) {
      auto const* rule = wire::imap::find_command(command);
      bool const before = rule->states & std::uint8_t(wire::imap::state_bit::not_authenticated);
      if (!session.in && before && !holds(offer_.imap_greeting, need))
        return fmt::format("the server does not offer {} before a login", need);
    }
    if (command == "LOGIN" || command == "AUTHENTICATE") session.in = true;
    return {};
  }

  script const& script_;
  offer const& offer_;
  std::vector<session_so_far> sessions_;
};

/// A POP3 session logs in, or has done so when the conversation begins.
bool enters_maildrop(script const& s) {
  auto const begins = [&](session_declaration const& d) {
    return d.proto == protocol::pop3 && d.state.value_or(s.state) >= start_state::authenticated;
  };
  auto const does = [&](operation const& o) {
    return (o.action == "login" || o.action == "try-login") && o.session < s.sessions.size() &&
           s.sessions[o.session].proto == protocol::pop3;
  };
  return std::ranges::any_of(s.sessions, begins) || std::ranges::any_of(s.operations, does);
}

/// All IMAP sessions begin logged in.
bool begins_logged_in(script const& s) {
  return std::ranges::all_of(s.sessions, [&](auto const& d) {
    return d.proto != protocol::imap || d.state.value_or(s.state) >= start_state::authenticated;
  });
}

bool speaks_of_hierarchy(script const& s) {
  return std::ranges::any_of(s.operations, [](operation const& o) {
    return std::ranges::any_of(
        o.lines, [](std::string const& l) { return l.find("$sep") != l.npos || l.find("${sep}") != l.npos; });
  });
}

/// No session of the protocol ever logs in.
bool stays_outside(script const& s, protocol proto) {
  auto const inside = [&](session_declaration const& d) {
    return d.proto == proto && d.state.value_or(s.state) >= start_state::authenticated;
  };
  auto const enters = [](operation const& o) {
    return o.action == "login" || o.action == "try-login" || std::ranges::any_of(o.lines, [](std::string const& line) {
             auto const command = command_of(line);
             auto const first = base::to_upper(line.substr(0, line.find(' ')));
             return command == "LOGIN" || command == "AUTHENTICATE" || first == "PASS" || first == "APOP" ||
                    first == "AUTH";
           });
  };
  return std::ranges::none_of(s.sessions, inside) && std::ranges::none_of(s.operations, enters);
}

/// It brings a command that may be sent before a login.
bool counts_before_login(std::string_view capability) {
  for (auto const* e : base::registry<wire::imap::extension>::all())
    if (e->name == capability)
      return std::ranges::any_of(e->commands, [](auto const& c) {
        return (c.states & std::uint8_t(wire::imap::state_bit::not_authenticated)) != 0;
      });
  return false;
}

/// Where a need must be announced: in the state in which it will be made use of, as far as that can be told.
std::vector<std::string> const& offered(script const& s, offer const& o, std::string_view name, bool pop3) {
  if (of_login(name) || (!pop3 && counts_before_login(name) && stays_outside(s, protocol::imap))) {
    auto const& before = pop3 ? o.pop3_greeting : o.imap_greeting;
    if (!before.empty() && !secures(s)) return before;
  }
  if (!pop3 && !of_login(name) && begins_logged_in(s) && !o.imap_logged_in.empty()) return o.imap_logged_in;
  return pop3 ? o.pop3 : o.imap;
}

}  // namespace

bool is_offered(std::vector<std::string> const& all, std::string const& name) {
  return std::ranges::any_of(all, [&](std::string_view c) {
    return c == name || (c.starts_with(name + "=") && base::number(c.substr(name.size() + 1)));
  });
}

std::string missing(script const& s, target const& t, offer const& o) {
  if (s.uses(protocol::imap) && !t.imap) return "the target has no IMAP";
  if (s.uses(protocol::pop3) && !t.pop3) return "the target has no POP3";
  for (auto const& d : s.sessions)
    if (!d.endpoint.empty() && !t.endpoint_named(d.proto, d.endpoint))
      return fmt::format("{} is to be on endpoint '{}', and the target has none of that name for {}", d.name,
                         d.endpoint, history::name_of(d.proto));
  if (!s.account.empty() && std::ranges::find(t.odd, s.account, &odd_account::name) == t.odd.end())
    return fmt::format("the target has no account '{}'", s.account);
  if (s.users() > 1 && t.accounts.size() < 2) return "it needs two users, and the target has one account";
  if (s.handles_server() && !t.power.kill && !t.simulate) return "the target's process is not ours to kill or freeze";
  if (t.simulate && speaks_of_tls(s)) return "there is no TLS where time is simulated";
  for (std::string_view need : s.needs) {
    bool const absent = need.starts_with('!');
    if (absent) need.remove_prefix(1);
    bool const pop3 = need.starts_with("pop3:");
    auto const name = base::to_upper(pop3 ? need.substr(5) : need);
    if (is_offered(offered(s, o, name, pop3), name) == absent)
      return fmt::format("the server {} {}{}", absent ? "offers" : "does not offer", name, pop3 ? " in POP3" : "");
  }
  bool const second_alone = holds(o.imap, "IMAP4REV2") && !holds(o.imap, "IMAP4REV1");
  if (second_alone && !s.second_revision)
    if (auto const gone = of_first_revision(s); !gone.empty())
      return fmt::format("the server speaks IMAP4rev2 alone, which has no {}", gone);
  if (o.delimiter.empty() && speaks_of_hierarchy(s)) return "the server has no hierarchy of mailboxes";
  if (auto why = walk(s, o).over(s.operations); !why.empty()) return why;
  // One scenario tells that nobody gets in; each of the others would tell it again.
  if (!o.pop3_barred.empty() && !holds(s.tags, "entry") && enters_maildrop(s))
    return fmt::format("nobody gets into POP3 there: {}", o.pop3_barred);
  for (auto const& tag : s.tags)
    if (std::ranges::find(t.latitude, tag) != t.latitude.end())
      return fmt::format("the target takes the latitude '{}'", tag);
  return {};
}

}  // namespace mailrig::scenario
