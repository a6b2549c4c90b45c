// worker_files: see load_setup.hpp. Passwords stand in no file that has a name: who is killed leaves none.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "app/data.hpp"
#include "app/load_setup.hpp"
#include "net/host_and_port.hpp"
#include "scenario/account_list.hpp"
#include "scenario/tls_section.hpp"
#include "scenario/toml_text.hpp"
#include "session/endpoint_list.hpp"

namespace mailrig::app {
namespace {

using scenario::toml_text;

std::string url(char const* scheme, session::named_access const& e) {
  auto const& a = e.way;
  return fmt::format("{}{}://{}?name={}&weight={}{}", scheme, a.implicit_tls ? "s" : "",
                     net::host_and_port(a.at.host, a.at.port), e.name, e.weight, a.upgrade ? "&starttls" : "");
}

/// `a` is the first of the list, or all that there is.
std::string access(char const* scheme, session::access const& a, session::endpoint_list const& list) {
  std::string urls;
  for (auto const& e : list.all) urls += (urls.empty() ? "" : ", ") + toml_text(url(scheme, e));
  if (urls.empty()) urls = toml_text(url(scheme, {session::usual_endpoint_name(0), a}));
  auto out = fmt::format("url = [{}]\n", urls);
  if (list.all.size() > 1) out += fmt::format("policy = \"{}\"\nfailover = {}\n", name_of(list.policy), list.moves_on);
  if (a.at.proxy != net::proxy_form::none)
    out += fmt::format("proxy = \"{}\"\n", a.at.proxy == net::proxy_form::v1 ? "v1" : "v2");
  if (!a.clients.empty()) out += fmt::format("clients = {}\n", toml_text(a.clients));
  if (a.forwards) out += "forward = true\n";
  return out;
}

void write_target(scenario::target const& t, std::ostream& out) {
  bool const remote = (t.imap && t.imap->at.remote) || (t.pop3 && t.pop3->at.remote);
  out << fmt::format("name = {}\nprefix = {}\nremote = {}\n", toml_text(t.name), toml_text(t.prefix), remote);
  if (t.imap) out << "[imap]\n" << access("imap", *t.imap, t.imap_endpoints);
  if (t.pop3) out << "[pop3]\n" << access("pop3", *t.pop3, t.pop3_endpoints);
  out << scenario::write_tls(t.tls);
  out << fmt::format("[auth]\nimap = {}\npop3 = {}\n", toml_text(t.imap_mechanism), toml_text(t.pop3_mechanism));
  if (t.how == scenario::delivery::lmtp) out << fmt::format("[delivery]\nlmtp = \"{}:{}\"\n", t.lmtp.host, t.lmtp.port);
  out << "[accounts]\nfile = \"/dev/stdin\"\n";
  if (t.tokens)
    out << fmt::format("token_command = {}\ntoken_lifetime = {}\n", toml_text(t.tokens->command), t.tokens->lifetime);
}

/// The command line of the process that plays the part `i`.
std::vector<std::string> command_of_worker(load_options const& o, load_setup const& s, std::size_t i,
                                           std::filesystem::path const& target) {
  std::vector<std::string> c{"mailrig",
                             "load",
                             o.profile,
                             "--worker",
                             std::to_string(i),
                             "--worker-of",
                             std::to_string(o.processes),
                             "--worker-target",
                             target.string(),
                             "--users",
                             std::to_string(s.plan.users),
                             "--duration",
                             o.duration,
                             "--ramp",
                             o.ramp,
                             "--patience",
                             o.patience,
                             "--seed",
                             std::to_string(o.seed),
                             "--factor",
                             fmt::format("{}", o.factor),
                             "--arrivals",
                             o.arrivals,
                             "--threads",
                             std::to_string(o.threads > 0 ? o.threads : 1)};
  auto add = [&](char const* option, std::string const& value) {
    if (!value.empty()) c.insert(c.end(), {option, value});
  };
  add("--rate", o.rate);
  add("--trace", o.trace);
  add("--trace-limit", std::to_string(o.trace_limit));
  for (auto const& from : o.sources) add("--from", from);
  if (o.concurrency > 0) add("--concurrency", std::to_string(o.concurrency));
  if (s.plan.ours.alone())
    c.push_back("--no-shard");
  else
    add("--shard", fmt::format("{}/{}", s.plan.ours.number, s.plan.ours.of));
  if (o.day) c.push_back("--day");
  if (o.no_judge) c.push_back("--no-judge");
  for (auto const& folder : named_data()) add("--data", folder);
  return c;
}

}  // namespace

base::result<worker_files> worker_files::write(load_options const& o, load_setup const& s) {
  auto made = base::scratch_folder::make("mailrig-load");
  if (!made) return base::fault{0, "--processes", made.error().text};
  auto const breaks = [](auto const& a) {
    return (a.user + a.password + a.token).find_first_of("\r\n") != std::string::npos;
  };
  if (std::ranges::any_of(s.where.accounts, breaks))
    return base::fault{0, "--processes", "a user's name or password holds CR or LF: leave --processes out"};
  auto accounts = base::memory_file::with(scenario::account_lines(s.where.accounts));
  if (!accounts) return base::fault{0, "--processes", accounts.error().text};
  worker_files out(std::move(*made), std::move(*accounts));
  auto const& folder = out.folder_.path();
  std::ofstream target(folder / "target.toml");
  write_target(s.where, target);
  target.close();
  if (!target.good()) return base::fault{0, "--processes", fmt::format("{} cannot be written", folder.string())};
  for (std::size_t i = 0; i < o.processes; ++i) {
    out.commands.push_back(command_of_worker(o, s, i, folder / "target.toml"));
  }
  return out;
}

}  // namespace mailrig::app
