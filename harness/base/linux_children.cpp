// linux_children: see linux_children.hpp.
#include "base/linux_children.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace mailrig::base {
namespace {

namespace fs = std::filesystem;

struct process {
  pid_t id = 0, parent = 0, session = 0;
  std::uint64_t pages = 0;
};

process read_process(fs::path const& folder) {
  process out;
  std::ostringstream stat;
  stat << std::ifstream(folder / "stat").rdbuf();
  auto const text = stat.str();
  auto const name_ends = text.rfind(')');  // the name may hold anything
  if (name_ends == text.npos) return out;
  std::istringstream rest(text.substr(name_ends + 1));
  char state = 'Z';
  pid_t group = 0;
  rest >> state >> out.parent >> group >> out.session;
  std::uint64_t all = 0;
  std::ifstream(folder / "statm") >> all >> out.pages;
  out.id = pid_t(std::stol(folder.filename().string()));
  return out;
}

std::vector<process> all_processes() {
  std::vector<process> out;
  std::error_code none;
  for (auto const& entry : fs::directory_iterator("/proc", none)) {
    auto const name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") == name.npos) out.push_back(read_process(entry.path()));
  }
  return out;
}

}  // namespace

std::uint64_t memory_of_children() {
  auto const all = all_processes();
  std::set<pid_t> ours{getpid()};
  // A server has a session of its own, in which those stay whose parent has ended.
  for (auto before = std::size_t(0); before != ours.size();) {
    before = ours.size();
    for (auto const& p : all)
      if (ours.contains(p.parent) || (p.session != getsid(0) && ours.contains(p.session))) ours.insert(p.id);
  }
  std::uint64_t pages = 0;
  for (auto const& p : all)
    if (p.id != getpid() && ours.contains(p.id)) pages += p.pages;
  return pages * std::uint64_t(sysconf(_SC_PAGESIZE));
}

}  // namespace mailrig::base
