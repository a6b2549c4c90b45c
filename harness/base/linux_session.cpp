// linux_session: see linux_session.hpp.
#include "base/linux_session.hpp"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "base/own_program.hpp"

namespace mailrig::base {
namespace {

namespace fs = std::filesystem;

std::string content(fs::path const& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream out;
  if (in.peek() != std::ifstream::traits_type::eof()) out << in.rdbuf();
  return out.str();
}

/// 0: it is gone, or a zombie.
pid_t session_of(fs::path const& process) {
  auto const stat = content(process / "stat");
  auto const name_ends = stat.rfind(')');  // the name may hold anything
  if (name_ends == stat.npos) return 0;
  std::istringstream rest(stat.substr(name_ends + 1));
  char state = 'Z';
  pid_t parent = 0, group = 0, session = 0;
  rest >> state >> parent >> group >> session;
  return state == 'Z' ? 0 : session;
}

bool works_in(fs::path const& process, fs::path const& folder) {
  auto const below = [&](std::string const& path) { return path == folder || path.starts_with(folder.string() + "/"); };
  std::error_code none;
  if (below(fs::read_symlink(process / "cwd", none).string())) return true;
  for (auto const& fd : fs::directory_iterator(process / "fd", none))
    if (below(fs::read_symlink(fd.path(), none).string())) return true;
  auto const arguments = content(process / "cmdline");
  return arguments.find(folder.string() + "/") != arguments.npos;
}

/// Their folders in /proc.
std::vector<fs::path> processes_of(pid_t session) {
  std::vector<fs::path> out;
  std::error_code none;
  for (auto const& entry : fs::directory_iterator("/proc", none)) {
    auto const name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") == name.npos && session_of(entry.path()) == session)
      out.push_back(entry.path());
  }
  return out;
}

std::vector<pid_t> members(pid_t session, fs::path const& folder) {
  std::vector<pid_t> out;
  for (auto const& process : processes_of(session))
    if (works_in(process, folder)) out.push_back(pid_t(std::stol(process.filename().string())));
  return out;
}

}  // namespace

std::size_t end_session(pid_t session, fs::path const& folder) {
  auto left = members(session, folder);
  auto const all = left.size();
  for (int i = 0; i < 100 && !left.empty(); ++i, left = members(session, folder)) {
    for (auto const id : left) kill(id, SIGKILL);
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return all;
}

std::uint64_t session_memory(pid_t session) {
  static auto const page = std::uint64_t(sysconf(_SC_PAGESIZE));
  std::uint64_t out = 0;
  std::error_code none;
  auto const& ours = own_program();
  for (auto const& process : processes_of(session)) {
    // Between fork and exec it still is what we are.
    if (!ours.empty() && fs::read_symlink(process / "exe", none) == ours) continue;
    std::istringstream sizes(content(process / "statm"));
    std::uint64_t whole = 0, resident = 0;
    if (sizes >> whole >> resident) out += resident * page;
  }
  return out;
}

}  // namespace mailrig::base
