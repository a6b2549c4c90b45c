// record_command: `mailrig record`: a proxy between any clients and a server, which keeps and judges what they say.
#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <iostream>

#include "app/command.hpp"
#include "app/command_options.hpp"
#include "app/data.hpp"
#include "app/exit_code.hpp"
#include "app/interrupts.hpp"
#include "app/judged_side.hpp"
#include "app/judged_trace.hpp"
#include "app/listener.hpp"
#include "app/outputs.hpp"
#include "app/target_choice.hpp"
#include "app/terminal_lines.hpp"
#include "base/text.hpp"
#include "record/proxy.hpp"
#include "report/format.hpp"
#include "scenario/server_url.hpp"
#include "scenario/suite.hpp"

namespace mailrig::app::record_command {
namespace {

namespace fs = std::filesystem;

struct record_options {
  std::vector<std::string> listen, reports;
  std::string to, defect, out = "recorded", cert, key, redact, level = "may", side, command;
  std::vector<std::string> latitudes;
  std::size_t most = 2000;
};

/// The certificate that clients are shown: the user's own, or one that a CA made for this run signs, whose certificate
/// is put into the folder for clients to trust.
base::result<net::certificate> shown_certificate(record_options const& o) {
  if (o.cert.empty() != o.key.empty())
    return base::fault{0, "--cert", "--cert and --key go together: PEM files with the chain and with the key"};
  if (!o.cert.empty()) {
    auto cert = scenario::read_file(o.cert), key = scenario::read_file(o.key);
    if (!cert) return base::fault{0, o.cert, fmt::format("{} cannot be read", o.cert)};
    if (!key) return base::fault{0, o.key, fmt::format("{} cannot be read", o.key)};
    return net::certificate{*cert, *key, net::pin_of(*cert)};
  }
  auto const authority = net::make_certificate({.common_name = "mailrig record", .names = {}, .signs = true});
  auto own = net::make_certificate({.serial = 2}, &authority);
  auto const file = fs::path(o.out) / "ca.pem";
  if (!write_file(file.string(), [&](std::ostream& out) { out << authority.cert; }))
    return base::fault{0, file.string(), fmt::format("{} cannot be written", file.string())};
  std::cerr << fmt::format("clients that use TLS must trust {}\n", file.string());
  return own;
}

base::result<record::redacted_parts> read_redacted(std::string const& text) {
  record::redacted_parts out;
  for (auto const& part : base::split(text, ',')) {
    if (part == "mail") out.mail = true;
    if (part == "names") out.names = true;
    if (part != "mail" && part != "names" && !text.empty())
      return base::fault{0, "--redact", fmt::format("--redact takes mail, names or mail,names, not '{}'", part)};
  }
  return out;
}

/// The server, and how each protocol of it is reached.
struct upstream {
  scenario::target target;
  net::tls_context trust;
  std::optional<session::access> of(history::protocol p) const {
    return p == history::protocol::imap ? target.imap : target.pop3;
  }
};

base::result<upstream> find_upstream(record_options const& o) {
  scenario::target t;
  if (auto const url = scenario::read_server_url(o.to); scenario::looks_like_url(o.to) && url) {
    auto at = url->at;
    at.remote = url->remote;
    session::access const where{at, url->implicit_tls, url->upgrade};
    (url->scheme.starts_with("imap") ? t.imap : t.pop3) = where;
    t.name = o.to;
  } else {
    auto found = find_target({.name = o.to, .defect = o.defect, .latitudes = o.latitudes});
    if (!found) return found.error();
    t = std::move(*found);
  }
  auto trust = net::tls_context::client(t.tls);
  if (!trust) return trust.error();
  return upstream{std::move(t), std::move(*trust)};
}

/// Opens a listener's entrance, and says where.
base::result<void> open_entrance(record::proxy& p, listener const& l, upstream const& to, net::tls_context const& shown,
                                 base::instant epoch) {
  auto const where = to.of(l.proto());
  if (!where)
    return base::fault{0, "--listen", fmt::format("{} does not speak {}", to.target.name, name_of(l.proto()))};
  if (where->upgrade)
    return base::fault{0, "--to",
                       fmt::format("{}: STARTTLS is for the client to ask for; leave it out there", to.target.name)};
  auto const port = p.open({l.at, {l.proto(), l.secure(), *where, &to.trust, &shown, epoch}});
  if (!port)
    return base::fault{0, "--listen",
                       fmt::format("--listen {}:{}: {}", port.error().rule, l.at.port, port.error().text)};
  std::cerr << fmt::format("{}://{}:{} leads to {}:{}\n", l.scheme, l.at.host, *port, where->at.host, where->at.port);
  return {};
}

history::run_record judged(record::recording& all, record_options const& o, std::string const& target,
                           std::string const& started, base::duration took) {
  history::run_record run;
  run.target = target;
  run.started = started;
  run.took = took;
  run.command = o.command;
  auto const least = *history::level_named(base::to_upper(o.level));
  for (auto const& [user, one] : all.accounts())
    run.results.push_back(judged_trace({&one->judge()}, one->file(), {{"scenario", record::file_name_of(user)}},
                                       one->events(), false, least));
  return run;
}

int run_record(record_options const& o) {
  auto const outputs = read_outputs<report::format>(o.reports);
  if (!outputs) return complain(outputs.error().text);
  std::vector<listener> listeners;
  for (auto const& text : o.listen) {
    auto const l = read_listener(text);
    if (!l) return complain(l.error().text);
    listeners.push_back(*l);
  }
  auto const redacted = read_redacted(o.redact);
  if (!redacted) return complain(redacted.error().text);
  auto const requirements = data().requirements();
  if (!requirements) return complain(requirements.error());
  auto const to = find_upstream(o);
  if (!to) return complain(to.error().text);
  auto const own = shown_certificate(o);
  if (!own) return complain(own.error().text);
  auto const shown = net::tls_context::server(*own);
  if (!shown) return complain(shown.error().text);
  auto const& interrupted = catch_interrupts();
  net::loop loop;
  auto const epoch = loop.now();
  auto const started = scenario::utc_now();
  // A terminal that is stopped must not stop the proxy.
  std::optional<terminal_lines> heard(std::in_place, STDOUT_FILENO), troubles(std::in_place, STDERR_FILENO);
  record::recording kept(o.out, {{"target", to->target.name}, {"started", started}}, *redacted, *requirements,
                         checkers_of(o.side, true), [&](std::string const& user, history::finding const& f) {
                           if (!heard) return;
                           heard->say(fmt::format("{}  {}  {}  {}", history::name_of(f.outcome),
                                                  user.empty() ? "nobody" : user, f.rule, f.text));
                         });
  bool lost = false;
  std::optional<record::proxy> proxy(std::in_place, loop, kept, o.most, [&](std::string const& text) {
    lost = true;
    if (troubles) troubles->say("mailrig: " + text);
  });
  for (auto const& l : listeners)
    if (auto const opened = open_entrance(*proxy, l, *to, *shown, epoch); !opened) return complain(opened.error().text);
  while (!interrupted) loop.run_until([&] { return bool(interrupted); }, loop.now() + std::chrono::milliseconds(100));
  auto const sessions = proxy->sessions();
  proxy.reset();  // what it still has to tell belongs to the verdict
  heard.reset();
  troubles.reset();
  std::cerr << fmt::format("{} sessions of {} users, in {}\n", sessions, kept.accounts().size(), o.out);
  auto const run = judged(kept, o, to->target.name, started, loop.now() - epoch);
  report::report_context const context{run, *requirements};
  auto const reports = write(*outputs, context);
  if (!reports.to_stdout && !run.results.empty()) write_text<report::format>(context);
  return lost || !reports.all ? undelivered(exit_code_of(run)) : int(exit_code_of(run));
}

void declare(options& c, invocation& to) {
  auto o = std::make_shared<record_options>();
  c.add_option("-l,--listen", o->listen,
               "where clients come: imap://:1143, imaps://, pop3://, pop3s://, on loopback; port 0 takes a free one; "
               "repeatable")
      .required()
      .one_at_a_time();
  c.add_option("--to", o->to,
               "the server: a URL (imap://host:port), a target file, or a server that `list servers` shows")
      .required();
  add_embedded(c, o->defect, o->latitudes);
  c.add_option("-o,--out", o->out, "folder for the traces, one a user").shows_default();
  c.add_option("--cert", o->cert, "PEM file of the certificate that clients are shown; made for this run without it");
  c.add_option("--key", o->key, "PEM file of its key");
  c.add_option(
      "--redact", o->redact,
      "mail, names or both: the traces have stand-ins of the same size for texts, addresses and subjects, and for "
      "names of mailboxes and users");
  c.add_option("--sessions", o->most, "at once, at most; who comes beyond is turned away")
      .within(1, 100000)
      .shows_default();
  add_level(c, o->level);
  add_side(c, o->side);
  add_reports<report::format>(c, o->reports);
  c.footer(R"(Examples:
  mailrig record --listen imap://:1143 --to imap://127.0.0.1:143 --out recorded/
  mailrig record --listen imap://:0 --listen pop3://:0 --to dovecot
Point the client at the address that is printed. Ctrl-C ends the recording and reports what the checkers found: of the
server, and of the client (rules that begin with "client-").
STARTTLS and STLS are passed on and end here; passwords do not reach the disk.)");
  acts(c, to, o, run_record);
}

command const this_command{"record", 75, "Records and judges what clients and a server say, as a proxy", declare};
base::registrar const registered{this_command};

}  // namespace
}  // namespace mailrig::app::record_command
