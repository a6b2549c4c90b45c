// check_client_command: `mailrig check-client`: a mail client, run against servers that do what servers may, and some
// that do what they must not.
#include <fmt/format.h>
#include <unistd.h>

#include <iostream>

#include "app/command.hpp"
#include "app/command_options.hpp"
#include "app/data.hpp"
#include "app/exit_code.hpp"
#include "app/outputs.hpp"
#include "app/run_timeout.hpp"
#include "base/file.hpp"
#include "base/scratch_folder.hpp"
#include "base/shell_word.hpp"
#include "base/text.hpp"
#include "play/client_suite.hpp"
#include "report/baseline.hpp"
#include "report/format.hpp"
#include "scenario/claims.hpp"

namespace mailrig::app::check_client_command {
namespace {

namespace fs = std::filesystem;

struct check_client_options {
  std::vector<std::string> selectors, reports;
  std::string client, run, mail, within, baseline, trace, timeout, command;
  std::uint64_t memory = 0;
  std::size_t jobs = 4;
  bool fail_fast = false;
};

base::result<play::client_file> described_client(std::string const& name) {
  std::error_code none;
  auto const is_here = [&](play::client_file c) -> base::result<play::client_file> {
    if (auto const may = c.may_run("--client"); !may) return may.error();
    return c;
  };
  if (fs::is_regular_file(name, none)) {
    auto one = play::client_file::read(name);
    return one ? is_here(std::move(*one)) : one;
  }
  auto const all = data().clients();
  if (!all) return all.error();
  std::vector<std::string> names;
  for (auto const& c : *all) {
    if (c.name == name) return is_here(c);
    names.push_back(c.name);
  }
  return base::fault{0, "--client", fmt::format("'{}' is neither a file nor one of: {}", name, fmt::join(names, ", "))};
}

/// "maildir:box", "mbox:mail", "files:got", "none".
base::result<void> read_place(std::string const& text, play::mail_place& out) {
  using kind = play::mail_place::kind;
  auto const colon = std::min(text.find(':'), text.size());
  auto const how = text.substr(0, colon);
  out.path = colon < text.size() ? text.substr(colon + 1) : "";
  if (how == "none" && out.path.empty()) return out.how = kind::none, base::result<void>();
  out.how = how == "mbox" ? kind::mbox : how == "files" ? kind::files : kind::maildir;
  out.flags = out.how == kind::maildir;
  if ((how == "maildir" || how == "mbox" || how == "files") && !fs::path(out.path).is_absolute()) return {};
  return base::fault{0, "--mail",
                     fmt::format("--mail '{}' should be maildir:PATH, mbox:PATH or files:PATH below "
                                 "{{dir}}, or none",
                                 text)};
}

base::result<play::client_file> find_client(check_client_options const& o) {
  if (o.client.empty() == o.run.empty())
    return base::fault{0, "--run", "say which client: either --run 'COMMAND' or --client NAME"};
  auto out = o.run.empty() ? described_client(o.client) : play::client_of_command(o.run);
  if (!out) return out;
  if (!o.mail.empty())
    if (auto const place = read_place(o.mail, out->mail); !place) return place.error();
  if (!o.within.empty()) out->within = *base::read_duration(o.within);
  if (o.memory) out->memory = o.memory;
  return out;
}

/// Files that exist are read; else what is shipped and what the user's folders have.
base::result<std::vector<play::client_case>> choose_cases(std::vector<std::string> const& selectors) {
  auto all = data().client_cases();
  if (!all || selectors.empty()) return all;
  std::vector<play::client_case> out;
  std::error_code none;
  for (auto const& selector : selectors) {
    auto const before = out.size();
    if (fs::is_regular_file(selector, none)) {
      auto own = play::read_client_case_file(selector);
      if (!own) return own;
      std::ranges::move(*own, std::back_inserter(out));
    }
    for (auto const& c : *all)
      if (play::selects(selector, c)) out.push_back(c);
    if (out.size() > before) continue;
    return base::fault{0, "selector",
                       fmt::format("no case fits '{}'; `mailrig list client-cases` shows all", selector)};
  }
  std::ranges::stable_sort(out, {}, &play::client_case::id);
  auto const twice = std::ranges::unique(out, {}, &play::client_case::id);
  out.erase(twice.begin(), twice.end());
  return out;
}

base::result<report::baseline> known_failures(check_client_options const& o, play::client_file const& client) {
  auto const file = o.baseline.empty() ? client.baseline : fs::path(o.baseline);
  return file.empty() ? report::baseline() : report::baseline::read(file);
}

int run_check_client(check_client_options const& o) {
  auto const outputs = read_outputs<report::format>(o.reports);
  if (!outputs) return complain(outputs.error().text);
  auto const requirements = data().requirements();
  if (!requirements) return complain(requirements.error());
  auto const client = find_client(o);
  if (!client) return complain(client.error().text);
  auto const cases = choose_cases(o.selectors);
  if (!cases) return complain(cases.error().text);
  for (auto const& c : *cases)
    if (auto const rows = scenario::known_claims(c.proves, c.file, *requirements); !rows)
      return complain(rows.error().text);
  auto const known = known_failures(o, *client);
  if (!known) return complain(known.error().text);
  if (!o.trace.empty())
    if (auto const can = base::can_write_in(o.trace); !can) return complain(can.error());
  run_timeout const clock(o.timeout);
  base::sweep_scratch_folders();
  auto const mail = data().mail();
  bool const shown = isatty(STDERR_FILENO) != 0;
  auto run = play::put_to_all(
      *cases, {*client, mail, *requirements, o.trace}, {o.jobs, o.fail_fast},
      [&](auto const& r, std::size_t done) {
        if (shown)
          std::cerr << fmt::format("\r\033[K[{}/{}] {}", done, cases->size(), r.id.substr(0, 60)) << std::flush;
      },
      clock.interrupted());
  if (shown) std::cerr << "\r\033[K" << std::flush;
  run.command = o.command;
  auto const whose = o.run.empty() ? "--client " + base::shell_word(o.client) : "--run " + base::shell_word(o.run);
  for (auto& r : run.results)
    r.rerun = fmt::format("mailrig check-client {} {}{}", whose, base::shell_word(r.id), spelled_data());
  known->apply(run, o.selectors.empty());
  return deliver(*outputs, report::report_context{run, *requirements}, exit_code_of(run));
}

constexpr char const* footer = R"(Examples:
  mailrig check-client --client isync                 all cases, in minutes, with the description that is shipped
  mailrig check-client --client mine.toml latitudes   those of one table, with a description of your own
  mailrig check-client --run 'fetch {host} {imap_port} {user} {password} {dir}' --mail maildir:Mail
  mailrig check-client --client curl --report junit:out.xml --report html:out.html

In the command are put in: {host} {port} {imap_port} {imaps_port} {pop3_port} {pop3s_port} {user} {password} {dir}
{ca} {protocol} {tls}. {port} is that of the case's protocol; which of them the command has says what the client is
put to. {dir} is a new, empty folder each time, and the client's home; {ca} the certificate that it must trust.

Exit codes: 0 clean, 1 failure, 2 stale baseline, 3 inconclusive: nothing or not all was played, or a report could not
be written; 4 usage.)";

void declare(options& c, invocation& to) {
  auto o = std::make_shared<check_client_options>();
  c.add_option(
      "case", o->selectors,
      "a file of cases; else a case's id, the beginning of ids up to a slash, a glob, a tag, or a requirement");
  c.add_option("--client", o->client, "a client that `mailrig list clients` shows, or a TOML file that describes one");
  c.add_option("--run", o->run, "a shell command that runs the client once");
  c.add_option("--mail", o->mail,
               "where its mail is afterwards: maildir:PATH, mbox:PATH or files:PATH below {dir}, or none; with --run "
               "any maildir without this option");
  c.add_option("--within", o->within, "how long a run may take, instead of what its description says, or 20s").time();
  c.add_option("--memory", o->memory, "MB that it may hold, instead of what its description says, or 256")
      .within(16, 65536);
  c.add_option("-j,--jobs", o->jobs, "cases side by side").within(1, 64).shows_default();
  c.add_option("--baseline", o->baseline, "file of known failures: 'case#rule reason' lines");
  c.add_option("--trace", o->trace, "folder for what was said in each case");
  c.add_flag("--fail-fast", o->fail_fast, "start nothing new after the first failure");
  add_reports<report::format>(c, o->reports);
  add_timeout(c, o->timeout);
  c.footer(footer);
  acts(c, to, o, run_check_client);
}

command const this_command{"check-client", 12, "Runs a mail client against servers good and bad, and judges it",
                           declare};
base::registrar const registered{this_command};

}  // namespace
}  // namespace mailrig::app::check_client_command
