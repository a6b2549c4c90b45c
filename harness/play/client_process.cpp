// client_process: see client_process.hpp.
#include "play/client_process.hpp"

#include <signal.h>

#include <algorithm>
#include <fstream>

#include "base/linux_session.hpp"
#include "base/run_end.hpp"

namespace mailrig::play {
namespace {

constexpr std::size_t most_said = 4000;
/// Memory is looked at so often: what grows without bound is seen long before the machine has none left.
constexpr auto between_looks = std::chrono::milliseconds(50);

std::string end_of(std::filesystem::path const& log) {
  std::ifstream in(log, std::ios::binary | std::ios::ate);
  if (!in) return {};
  auto const size = std::uint64_t(std::max<std::streamoff>(0, in.tellg()));
  in.seekg(std::streamoff(size > most_said ? size - most_said : 0));
  return {std::istreambuf_iterator<char>(in), {}};
}

/// What a shell tells of a command that died of a signal.
int signal_of(int status) {
  int const signal = status - 128;
  for (int const deadly : {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS, SIGKILL, SIGPIPE, SIGXCPU})
    if (signal == deadly) return signal;
  return 0;
}

}  // namespace

base::result<client_end> run_client(std::string const& command, std::filesystem::path const& dir,
                                    std::filesystem::path const& log, client_limits const& limits,
                                    std::function<void()> const& work) {
  base::child_process process;
  client_end out;
  auto const began = base::now();
  if (auto const started = process.start(
          {.command = {"sh", "-c", command},
           .program = "/bin/sh",
           .log = log,
           .signal_at_our_end = SIGKILL,
           .folder = dir,
           .variables = {{"HOME", dir.string()}, {"TMPDIR", dir.string()}, {"LC_ALL", "C.UTF-8"}, {"TERM", "xterm"}}});
      !started)
    return started.error();
  auto const session = process.id();
  auto look = began;
  while (process.runs()) {
    work();
    auto const now = base::now();
    out.late = now - began > limits.time;
    out.interrupted = base::run_end::flag();
    if (now >= look) {
      look = now + between_looks;
      out.most_memory = std::max(out.most_memory, base::session_memory(session));
      std::error_code none;
      auto const printed = std::filesystem::file_size(log, none);
      out.flooded = !none && printed > limits.output;
    }
    out.grew = out.most_memory > limits.memory;
    if (!out.killed()) continue;
    process.signal(SIGKILL, true);
    while (process.runs()) work();
  }
  out.took = base::now() - began;
  base::end_session(session, dir);
  out.status = process.status().value_or(0);
  if (!out.killed()) out.signal = signal_of(out.status);
  out.said = end_of(log);
  return out;
}

}  // namespace mailrig::play
