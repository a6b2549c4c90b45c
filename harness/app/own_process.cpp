// own_process: see own_process.hpp.
#include "app/own_process.hpp"

#include <fmt/format.h>

#include "base/own_program.hpp"
#include "scenario/server_process.hpp"

namespace mailrig::app {

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
  scenario::server_file own;
  own.name = "embedded";
  own.needs = program;
  own.start = std::move(start);
  own.ports = {"imap", "pop3"};
  auto out = scenario::start_server(own, accounts);
  if (out) out->version = MAILRIG_VERSION;
  return out;
}

}  // namespace mailrig::app
