// linux_spending: see linux_spending.hpp.
#include "load/linux_spending.hpp"

#ifdef __linux__
#include <algorithm>

#include "load/linux_proc_file.hpp"
#endif

namespace mailrig::load {

#ifdef __linux__

namespace {

namespace fs = std::filesystem;

bool is_process_id(std::string const& name) {
  return !name.empty() && name.find_first_not_of("0123456789") == std::string::npos;
}

/// The session that a process belongs to; 0 where it is gone.
int session_of(fs::path const& process) {
  auto const stat = proc_file(process / "stat");
  auto const end = stat.rfind(')');  // a process may have any name
  if (end == stat.npos) return 0;
  auto const f = base::words(std::string_view(stat).substr(end + 1));
  return f.size() < 4 ? 0 : int(proc_number(f[3]));
}

double cpu_of(fs::path const& process) {
  double out = 0;
  std::error_code ignored;
  for (auto const& thread : fs::directory_iterator(process / "task", ignored))
    out += proc_number(proc_file(thread.path() / "schedstat")) / 1e9;
  return out;
}

/// Octets of a line "NAME:  1234 kB".
std::uint64_t kilobytes(std::string_view status, std::string_view name) {
  auto const at = status.find(name);
  if (at == status.npos) return 0;
  auto const rest = base::words(status.substr(at + name.size(), 40));
  return rest.empty() ? 0 : std::uint64_t(proc_number(rest[0])) * 1024;
}

}  // namespace

std::optional<process_spending> spent_by_session(int session, bool anew) {
  process_spending out;
  bool any = false;
  std::error_code ignored;
  for (auto const& entry : fs::directory_iterator("/proc", ignored)) {
    if (!is_process_id(entry.path().filename().string()) || session_of(entry.path()) != session) continue;
    any = true;
    if (anew) std::ofstream(entry.path() / "clear_refs") << "5";
    out.cpu += cpu_of(entry.path());
    auto const status = proc_file(entry.path() / "status");
    auto const memory = kilobytes(status, "VmRSS:");
    out.memory += memory;
    out.peak += std::max(memory, kilobytes(status, "VmHWM:"));
  }
  return any ? std::optional(out) : std::nullopt;
}

#else

std::optional<process_spending> spent_by_session(int, bool) { return std::nullopt; }

#endif

}  // namespace mailrig::load
