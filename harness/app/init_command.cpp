// init_command: `mailrig init DIR`: a folder of one's own with one file of each kind, ready to run.
#include <fmt/format.h>
#include <sys/stat.h>

#include <iostream>

#include "app/command.hpp"
#include "app/data.hpp"
#include "app/exit_code.hpp"
#include "app/outputs.hpp"
#include "net/host_and_port.hpp"
#include "scenario/server_url.hpp"
#include "scenario/toml_text.hpp"

namespace mailrig::app::init_command {
namespace {

namespace fs = std::filesystem;

struct init_options {
  std::string folder, ci = "github", target;
};

struct made_file {
  fs::path path;  ///< below the new folder
  std::string text;
};

/// The target file that a URL makes; without one, the accounts of `mailrig serve`.
base::result<std::string> target_text(std::string const& url, std::string const& example) {
  if (url.empty()) return example;
  auto const at = scenario::read_server_url(url);
  if (!at) return base::fault{0, "--target", at.error().text};
  if (at->user.empty())
    return base::fault{0, "--target", fmt::format("name the user too, as in {}://user@host", at->scheme)};
  bool const imap = at->scheme.starts_with("imap");
  if (!imap && !at->scheme.starts_with("pop3"))
    return base::fault{0, "--target", "it is imap://, imaps://, pop3:// or pop3s://"};
  return fmt::format(
      "# The server under test; `mailrig explain target` has every key.\nname = \"server\"\n{}"
      "baseline = \"../baselines/server.known\"\n\n[{}]\nurl = \"{}://{}\"\n{}\n# Several users let scenarios "
      "run "
      "side by side. The password is what MAILRIG_PASSWORD has in the environment.\n[accounts]\npattern = {}\ncount = "
      "1\npassword_env = \"MAILRIG_PASSWORD\"\n",
      at->remote ? "remote = true\n" : "", imap ? "imap" : "pop3", at->scheme,
      net::host_and_port(at->at.host, at->at.port), at->upgrade ? imap ? "starttls = true\n" : "stls = true\n" : "",
      scenario::toml_text(at->user));
}

/// Where a CI job of that kind stands, and the file here that it is made from.
struct ci_job {
  char const* kind;
  char const* from;
  char const* to;
};
constexpr ci_job jobs[] = {{"github", "ci/github.yml", ".github/workflows/mailrig.yml"},
                           {"gitlab", "ci/gitlab.yml", ".gitlab-ci.yml"}};

base::result<std::vector<made_file>> files_of(init_options const& o) {
  auto const from = data().shipped() / "fixtures/init";
  std::vector<made_file> out;
  std::error_code error;
  for (auto const& entry : fs::recursive_directory_iterator(from, error)) {
    if (!entry.is_regular_file()) continue;
    auto path = entry.path().lexically_relative(from);
    if (*path.begin() == "ci") {
      auto const* job = std::ranges::find_if(jobs, [&](ci_job const& j) { return path == j.from; });
      if (job == std::end(jobs) || job->kind != o.ci) continue;
      path = job->to;
    }
    auto text = scenario::read_file(entry.path());
    if (!text) return text.error();
    if (path == "targets/server.toml") {
      auto made = target_text(o.target, *text);
      if (!made) return made.error();
      text = std::move(*made);
    }
    out.push_back({std::move(path), std::move(*text)});
  }
  if (error || out.empty()) return base::fault{0, "init", fmt::format("{} cannot be read", from.string())};
  std::ranges::sort(out, {}, &made_file::path);
  return out;
}

int run_init(init_options const& o) {
  auto const files = files_of(o);
  if (!files) return complain(files.error());
  fs::path const folder(o.folder);
  std::error_code error;
  for (auto const& f : *files)
    if (fs::exists(folder / f.path, error))
      return complain(fmt::format("{} is there already; nothing was written", (folder / f.path).string()));
  for (auto const& f : *files) {
    auto const to = folder / f.path;
    if (!write_file(to.string(), [&](std::ostream& out) { out << f.text; })) return inconclusive;
    std::cout << to.string() << '\n';
  }
  std::cout << fmt::format(
      "\nGo on with\n    cd {}\n    mailrig check             # against targets/server.toml, which mailrig.toml names\n"
      "README.md there says what each file is.\n",
      o.folder);
  return clean;
}

void declare(options& c, invocation& to) {
  auto o = std::make_shared<init_options>();
  c.add_option("folder", o->folder, "where; what is there already is not touched").required();
  c.add_option("--ci", o->ci, "whose job to write").one_of({"github", "gitlab", "none"}).shows_default();
  c.add_option("--target", o->target, "URL of your server: imaps://user@host; without it, that of `mailrig serve`");
  c.footer(
      "Examples:\n"
      "  mailrig init tests --target imap://u1@localhost:1143\n"
      "  mailrig init suite --ci gitlab\n\n"
      "Scenarios, profiles, workloads, servers and mail in the folder are found from wherever its mailrig.toml\n"
      "is in the working folder or above it, by --data and by MAILRIG_DATA.");
  acts(c, to, o, run_init);
}

command const this_command{"init", 140, "Lays out a folder of your own: scenarios, server, baseline, CI job", declare};
base::registrar const registered{this_command};

}  // namespace
}  // namespace mailrig::app::init_command
