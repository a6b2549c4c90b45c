// worker_files: see load_setup.hpp. The files hold passwords: nobody else may read them, and they do not outlive the
// run.
#include <fmt/format.h>

#include <fstream>

#include "app/load_setup.hpp"

namespace mailrig::app {
namespace {

std::string url(char const* scheme, session::access const& a) {
  bool const v6 = a.at.host.find(':') != std::string::npos;
  return fmt::format("url = \"{}{}://{}{}{}:{}\"\n", scheme, a.implicit_tls ? "s" : "", v6 ? "[" : "", a.at.host,
                     v6 ? "]" : "", a.at.port);
}

void write_target(scenario::target const& t, std::ostream& out) {
  out << fmt::format("name = \"{}\"\nprefix = \"{}\"\nremote = true\n", t.name, t.prefix);
  if (t.imap) out << "[imap]\n" << url("imap", *t.imap) << (t.imap->upgrade ? "starttls = true\n" : "");
  if (t.pop3) out << "[pop3]\n" << url("pop3", *t.pop3) << (t.pop3->upgrade ? "stls = true\n" : "");
  if (t.trust.pin.size() == 64) out << fmt::format("[tls]\npin = \"{}\"\n", t.trust.pin);
  if (!t.trust.ca_file.empty())
    out << fmt::format("[tls]\nca = \"{}\"\n", std::filesystem::absolute(t.trust.ca_file).string());
  out << fmt::format("[auth]\nimap = \"{}\"\npop3 = \"{}\"\n", t.imap_mechanism, t.pop3_mechanism);
  if (t.how == scenario::delivery::lmtp) out << fmt::format("[delivery]\nlmtp = \"{}:{}\"\n", t.lmtp.host, t.lmtp.port);
  out << "[accounts]\nfile = \"accounts\"\n";
}

}  // namespace

base::result<worker_files> worker_files::write(load_options const& o, load_setup const& s) {
  auto made = base::scratch_folder::make("mailrig-load");
  if (!made) return base::fault{0, "--processes", made.error().text};
  worker_files out(std::move(*made));
  auto const& folder = out.folder_.path();
  std::ofstream target(folder / "target.toml"), accounts(folder / "accounts");
  write_target(s.where, target);
  for (auto const& a : s.where.accounts) accounts << a.user << ':' << a.password << '\n';
  target.close();
  accounts.close();
  if (!target.good() || !accounts.good())
    return base::fault{0, "--processes", fmt::format("{} cannot be written", folder.string())};
  for (std::size_t i = 0; i < o.processes; ++i) {
    auto& c = out.commands.emplace_back();
    c = {"mailrig",
         "load",
         o.profile,
         "--worker",
         std::to_string(i),
         "--worker-of",
         std::to_string(o.processes),
         "--worker-target",
         (folder / "target.toml").string(),
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
    for (auto const& from : o.sources) add("--from", from);
    if (o.concurrency > 0) add("--concurrency", std::to_string(o.concurrency));
    if (o.day) c.push_back("--day");
    if (o.no_judge) c.push_back("--no-judge");
  }
  return out;
}

}  // namespace mailrig::app
