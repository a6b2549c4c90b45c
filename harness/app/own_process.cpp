// own_process: see own_process.hpp.
#include "app/own_process.hpp"

#include <fmt/format.h>

#include "base/file.hpp"
#include "base/own_program.hpp"
#include "base/scratch_folder.hpp"
#include "scenario/server_process.hpp"

namespace mailrig::app {
namespace {

/// As TOML's literal strings have it; none of what it is used for has a quote.
std::string listed(std::vector<std::string> const& words) {
  std::string out;
  for (auto const& w : words) out += fmt::format("{}'{}'", out.empty() ? "" : ", ", w);
  return out;
}

}  // namespace

base::result<scenario::target> embedded_process(std::string const& defect, std::vector<std::string> const& latitudes,
                                                std::size_t accounts) {
  auto const program = base::own_program().string();
  std::vector<std::string> start{program, "serve", "--accounts", std::to_string(accounts)};
  for (auto const* port : {"imap", "pop3"}) {
    start.push_back(fmt::format("--{}", port));
    start.push_back(fmt::format("127.0.0.1:${{{}}}", port));
  }
  if (!defect.empty()) start.insert(start.end(), {"--defect", defect});
  for (auto const& l : latitudes) start.insert(start.end(), {"--latitude", l});
  auto const folder = base::scratch_folder::make("mailrig");
  if (!folder) return folder.error();
  auto const file = folder->path() / "embedded.toml";
  auto const text = fmt::format(
      "name = 'embedded'\nsummary = 'the server that comes along'\nneeds = '{}'\nstart = [{}]\n\n[ports]\nimap = "
      "true\npop3 = true\n",
      program, listed(start));
  if (auto const done = base::write_file(file, text); !done) return done.error();
  scenario::server_description own;
  own.name = "embedded";
  own.needs = program;
  own.file = file;
  auto out = scenario::start_server(own, accounts);
  if (out) out->version = MAILRIG_VERSION;
  return out;
}

}  // namespace mailrig::app
