// fill_command: `mailrig fill`: puts mail of real size into accounts, by a profile, and takes it out again.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "app/command.hpp"
#include "app/command_options.hpp"
#include "app/exit_code.hpp"
#include "app/load_setup.hpp"
#include "app/outputs.hpp"
#include "app/run_timeout.hpp"
#include "app/target_choice.hpp"
#include "base/run_end.hpp"
#include "load/fill/fill.hpp"
#include "load/octets.hpp"

namespace mailrig::app::fill_command {
namespace {

using nlohmann::json;

struct fill_command_options {
  std::string profile, target, defect, json, timeout, command, method = "best";
  std::vector<std::string> latitudes;
  std::size_t accounts = 0, connections = 8;
  std::uint64_t messages = 0, seed = 1;
  bool clean = false, allow_destructive = false;
};

void tell(load::fill_result const& r, fill_command_options const& o, std::string const& target) {
  if (o.clean) {
    std::cout << fmt::format("{}: {} messages removed from {} accounts in {:.1f} s\n", target, r.messages, r.accounts,
                             r.seconds);
  } else {
    std::cout << fmt::format("{}: {} messages, {}, put into {} mailboxes of {} accounts in {:.1f} s: {:.0f}/s\n",
                             target, r.messages, load::octets_in_words(double(r.octets)), r.mailboxes, r.accounts,
                             r.seconds, r.rate());
    std::cout << fmt::format("there before: {} of {} planned\n", r.there, r.planned);
    for (auto const& w : r.ways) std::cout << "by " << w << '\n';
  }
  for (auto const& n : r.notes) std::cout << "note: " << n << '\n';
  if (r.too_big > 0) std::cout << fmt::format("left out: {} messages that the server does not take\n", r.too_big);
  if (r.no_place > 0)
    std::cout << fmt::format("left out: {} messages of other mailboxes than INBOX, which POP3 has not\n", r.no_place);
  if (r.interrupted)
    std::cout << fmt::format("not complete: {}; {} messages{} are there now; the same command goes on\n",
                             base::end_words(), o.clean ? r.messages : r.there + r.messages,
                             o.clean         ? " were removed, the others"
                             : r.unknown > 0 ? fmt::format(", and up to {} more that were under way,", r.unknown)
                                             : "");
  for (auto const& f : r.faults) std::cerr << "mailrig: " << f << '\n';
  if (r.faults_all > r.faults.size())
    std::cerr << fmt::format("mailrig: and {} faults more\n", r.faults_all - r.faults.size());
}

json summary(load::fill_result const& r, fill_command_options const& o, scenario::target const& t) {
  return {
      {"mailrig-fill", 1},        {"command", o.command}, {"profile", o.profile},         {"target", t.name},
      {"version", t.version},     {"seed", o.seed},       {"cleaned", o.clean},           {"accounts", r.accounts},
      {"mailboxes", r.mailboxes}, {"planned", r.planned}, {"there_before", r.there},      {"messages", r.messages},
      {"octets", r.octets},       {"unknown", r.unknown}, {"too_big", r.too_big},         {"no_place", r.no_place},
      {"seconds", r.seconds},     {"rate", r.rate()},     {"interrupted", r.interrupted}, {"whole", r.is_whole()},
      {"ways", r.ways},           {"notes", r.notes},     {"faults", r.faults},           {"faults_all", r.faults_all}};
}

int run_fill(fill_command_options const& o) {
  auto const who = find_profile(o.profile);
  if (!who) return complain(who.error().text);
  auto data = load::fill_of(*who);
  if (o.messages > 0) data.messages = o.messages;
  if (data.messages == 0) return complain("this profile puts no mail into its accounts: it needs [fill], or mailbox");
  if (!o.json.empty())
    if (auto const can = can_be_written(o.json); !can) return complain(can.error());
  run_timeout const clock(o.timeout);
  auto const t = find_target({.name = o.target,
                              .defect = o.defect,
                              .accounts = o.accounts > 0 ? o.accounts : 16,
                              .latitudes = o.latitudes,
                              .quota = filled_quota});
  if (!t) return complain(t.error().text);
  auto const accounts = o.accounts > 0 ? o.accounts : t->accounts.size();
  if (t->accounts.size() < accounts)
    return complain(fmt::format("{} accounts are more than the {} of {}", accounts, t->accounts.size(), t->name));
  load::fill_options how;
  how.seed = o.seed;
  how.connections = o.connections;
  how.beside_others = o.allow_destructive;
  how.allowed.many = o.method == "best" || o.method == "multiappend";
  how.allowed.plus = how.allowed.minus = o.method != "single";
  bound_limits(how.limits, *who);
  bool const shown = isatty(STDERR_FILENO) != 0;
  if (shown) how.progress = [&](load::fill_progress const& p) { show_filling(p, o.clean ? "removed" : "put"); };
  auto const r = o.clean ? load::remove_fill(*t, 0, accounts, data, how, clock.interrupted())
                         : load::fill(*t, 0, accounts, data, how, clock.interrupted());
  if (shown) std::cerr << "\r\033[K" << std::flush;
  if (!r) return complain(r.error(), inconclusive);
  if (o.json != "-") tell(*r, o, t->name);
  int const code = r->is_whole() ? clean : inconclusive;
  if (!o.json.empty() && !write_file(o.json, [&](std::ostream& to) { to << summary(*r, o, *t).dump(1) << '\n'; }))
    return undelivered(code);
  return code;
}

constexpr char const* fill_footer = R"(Examples:
  mailrig fill office-large --target staging.toml --accounts 20           the first 20 of the target
  mailrig fill office-large --target dovecot --messages 100               a private server, to see how fast it goes
  mailrig fill office-large --target staging.toml --accounts 20 --clean   takes it out again
  mailrig load office-large --target staging.toml --users 20              fills what is missing, then plays

What is there already is left, and what is missing is put in: after Ctrl-C the same command goes on. The mail lies in
INBOX and in mailboxes called mailrig-..., and stays until --clean. An INBOX with other mail is refused;
--allow-destructive fills beside it, and removes nothing of it.

Exit codes: 0 all is there, 3 interrupted, or not all of it could be put, 4 usage.)";

void declare(options& c, invocation& to) {
  auto o = std::make_shared<fill_command_options>();
  c.add_option("profile", o->profile, "a name of `mailrig list profiles`, or a TOML file").required();
  add_server(c, o->target, o->defect, o->latitudes);
  c.add_option("--accounts", o->accounts, "the first so many of the target; all without it").within(1, 1000000);
  c.add_option("--connections", o->connections, "at once; those that are left over help with large accounts")
      .within(1, 256)
      .shows_default();
  c.add_option("--messages", o->messages, "of each account, instead of the profile's").within(1, 100000000);
  c.add_option("--method", o->method, "no more than: multiappend, pipelined or single APPENDs; best: what is offered")
      .one_of({"best", "multiappend", "pipelined", "single"})
      .shows_default();
  add_seed(c, o->seed);
  c.add_flag("--clean", o->clean, "takes out what fill put in, instead");
  c.add_option("--json", o->json, "file for a summary; '-' is standard output");
  add_timeout(c, o->timeout);
  c.add_flag("--allow-destructive", o->allow_destructive, "an INBOX may have other mail, which stays as it is");
  c.footer(fill_footer);
  acts(c, to, o, run_fill);
}

command const this_command{"fill", 45, "Puts mail of real size into many accounts", declare};
base::registrar const registered{this_command};

}  // namespace
}  // namespace mailrig::app::fill_command
