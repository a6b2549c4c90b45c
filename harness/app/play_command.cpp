// play_command: `mailrig play`: a server that a script plays, for whatever client comes.
#include <fmt/format.h>

#include <iostream>

#include "app/command.hpp"
#include "app/command_options.hpp"
#include "app/data.hpp"
#include "app/exit_code.hpp"
#include "app/interrupts.hpp"
#include "app/listener.hpp"
#include "app/outputs.hpp"
#include "app/run_timeout.hpp"
#include "base/file.hpp"
#include "base/scratch_folder.hpp"
#include "base/shell_word.hpp"
#include "play/bottle.hpp"
#include "play/inbox.hpp"
#include "play/script_host.hpp"
#include "report/format.hpp"
#include "scenario/played_script.hpp"

namespace mailrig::app::play_command {
namespace {

namespace fs = std::filesystem;

struct play_options {
  std::string script, defect, out, ca, timeout, command;
  std::vector<std::string> listen, latitudes, reports;
  std::size_t connections = 0;
  bool strict = false;
};

/// What is played.
struct played {
  scenario::script said;  ///< of a trace its name alone
  std::vector<play::played_part> parts;
  std::shared_ptr<play::bottle_store const> bottle;  ///< of a trace
};

/// A script, or a trace, which begins with a brace.
base::result<played> read_played(std::string const& file, bool strict) {
  auto const text = base::read_file(file);
  if (!text) return text.error();
  played out;
  out.said.id = fs::path(file).stem().string();
  out.said.file = file;
  if (text->starts_with('{')) {
    out.said.title = "What its server says is said to another client";
    auto bottle = play::read_bottle(file, strict);
    if (!bottle) return bottle.error();
    out.parts = std::move(bottle->parts);
    out.bottle = std::move(bottle->store);
    return out;
  }
  auto script = scenario::read_played_script(*text, file, out.said.id);
  if (!script) return script.error();
  auto parts = play::parts_of(script->said);
  if (!parts) return parts.error();
  return played{std::move(script->said), std::move(*parts), nullptr};
}

/// The server behind: it answers what the script leaves free, and has the script's mail in the inbox of u1.
base::result<std::unique_ptr<embedded::server>> start_behind(play_options const& o) {
  embedded::server_options options;
  options.count = 1;
  options.defect = o.defect;
  options.latitudes = o.latitudes;
  return embedded::server::start(options);
}

history::run_record told(scenario::script const& s, play::script_outcome const& came, play_options const& o) {
  history::scenario_result r;
  r.id = s.id;
  r.title = s.title;
  r.file = s.file;
  r.proves = s.proves;
  r.rerun = fmt::format("mailrig play {}", base::shell_word(o.script));
  r.findings = came.findings;
  using history::verdict;
  r.outcome = !came.findings.empty() ? verdict::fail : came.finished ? verdict::pass : verdict::unknown;
  if (came.connections == 0) r.outcome = verdict::skip, r.reason = "no client came";
  if (r.outcome == verdict::unknown)
    r.reason = fmt::format("no client came to the end: line {} was the last, and then it waits for: {}", came.furthest,
                           came.waiting);
  history::run_record run;
  run.target = "clients";
  run.command = o.command;
  run.results.push_back(std::move(r));
  return run;
}

/// Opens the entrances, and says where they are.
base::result<void> open_all(std::vector<listener> const& entrances, net::loop& l, play::script_host& host,
                            std::vector<std::unique_ptr<net::acceptor>>& doors) {
  for (auto const& e : entrances) {
    bool const secure = e.secure();
    auto door = net::acceptor::listen(l, e.at, [&host, p = e.proto(), secure](std::unique_ptr<net::connection> c) {
      host.admit(std::move(c), p, secure);
    });
    if (!door)
      return base::fault{0, "--listen", fmt::format("--listen {}:{}: {}", e.at.host, e.at.port, door.error().text)};
    std::cout << fmt::format("{}://{}:{}\n", e.scheme, e.at.host, (*door)->port()) << std::flush;
    doors.push_back(std::move(*door));
  }
  return {};
}

/// Everything that plays, and what it needs to live.
struct stage {
  std::unique_ptr<embedded::server> behind;
  net::tls_context trust;
};

base::result<stage> set_up(play_options const& o) {
  if (auto const can = can_be_written(o.ca.empty() ? "-" : o.ca); !can) return can.error();
  auto behind = start_behind(o);
  if (!behind) return behind.error();
  auto trust = net::tls_context::client({.pins = {(*behind)->pin()}});
  if (!trust) return trust.error();
  if (!o.ca.empty())
    if (auto const done = base::write_file(o.ca, play::shown_certificates::authority()); !done) return done.error();
  return stage{std::move(*behind), std::move(*trust)};
}

/// Plays until enough clients have come and gone, or the run is ended.
base::result<play::script_outcome> serve(play_options const& o, played const& what, std::vector<listener> const& where,
                                         history::catalogue const& requirements, std::atomic<bool> const& ended) {
  auto const set = set_up(o);
  if (!set) return set.error();
  auto const room = data().mail();
  play::inbox box(*set->behind, room);
  if (auto const done = box.put(what.said.mail); !done) return done.error();
  auto const scratch = base::scratch_folder::make("mailrig-play");
  if (!scratch) return scratch.error();
  net::loop loop;
  record::recording kept(o.out.empty() ? scratch->path() : fs::path(o.out),
                         {{"target", "script"}, {"scenario", what.said.id}}, {}, requirements, {},
                         [](std::string const&, history::finding const&) {});
  play::script_host host(what.parts, what.said.mail, loop, kept, room, box, set->trust,
                         {set->behind->imap_port(), set->behind->pop3_port()}, what.bottle.get());
  std::vector<std::unique_ptr<net::acceptor>> doors;
  if (auto const open = open_all(where, loop, host, doors); !open) return open.error();
  auto const enough = [&] {
    return o.connections > 0 && host.outcome().connections >= o.connections && host.open() == 0;
  };
  while (!ended && !enough()) loop.run_until(enough, loop.now() + std::chrono::milliseconds(100));
  return host.outcome();
}

int run_play(play_options const& o) {
  auto const outputs = read_outputs<report::format>(o.reports);
  if (!outputs) return complain(outputs.error().text);
  auto const requirements = data().requirements();
  if (!requirements) return complain(requirements.error());
  auto const what = read_played(o.script, o.strict);
  if (!what) return complain(what.error().text);
  std::vector<listener> where;
  for (auto const& one : o.listen) {
    auto const e = read_listener(one);
    if (!e) return complain(e.error().text);
    where.push_back(*e);
  }
  run_timeout const clock(o.timeout);
  auto const came = serve(o, *what, where, *requirements, clock.interrupted());
  if (!came) return complain(came.error().text);
  auto const run = told(what->said, *came, o);
  return deliver(*outputs, report::report_context{run, *requirements}, exit_code_of(run));
}

void declare(options& c, invocation& to) {
  auto o = std::make_shared<play_options>();
  c.add_option("script", o->script,
               "a scenario for the server's side (`mailrig help clients`), or a trace, whose server is played again")
      .required();
  c.add_option("-l,--listen", o->listen,
               "where clients come: imap://:1143, imaps://, pop3://, pop3s://, on loopback; port 0 takes a free one; "
               "repeatable")
      .required()
      .one_at_a_time();
  c.add_option("--connections", o->connections, "ends when so many have come and gone; without it when interrupted")
      .within(1, 1000000);
  c.add_option("--ca", o->ca, "file that the certificate is written to which clients must trust");
  c.add_option("-o,--out", o->out, "folder for the trace of what was said");
  c.add_flag("--strict", o->strict, "a trace: its client's commands alone are answered, in their order");
  add_embedded(c, o->defect, o->latitudes);
  add_reports<report::format>(c, o->reports);
  add_timeout(c, o->timeout);
  c.footer(R"(Examples:
  mailrig play hostile.scn --listen imap://:1143
  mailrig play hostile.scn --listen imap://:0 --listen imaps://:0 --ca ca.pem --connections 1 --timeout 1m

Of a trace each command is answered as it was then. What another client asks otherwise (CAPABILITY, ID, NOOP, another
order, other sets and items of FETCH) is answered from all that the trace tells; what it does not tell is NO, and found.

What the script leaves free by `accept` is answered by the server that comes along, with the script's mail in the inbox
of u1, whose password is "secret"; --defect and --latitude are that server's.

Exit codes: 0 a client came to the script's end and did as it says, 1 one did not, 3 none came so far, or a report
could not be written; 4 usage.)");
  acts(c, to, o, run_play);
}

command const this_command{"play", 77, "Plays the server of a script for any client that comes", declare};
base::registrar const registered{this_command};

}  // namespace
}  // namespace mailrig::app::play_command
