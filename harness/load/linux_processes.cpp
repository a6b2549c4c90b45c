// linux_processes: see linux_processes.hpp.
#include "load/linux_processes.hpp"

#ifdef __linux__
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include "load/linux_proc_file.hpp"
#endif

namespace mailrig::load {

#ifdef __linux__

namespace {

namespace fs = std::filesystem;

bool is_number(std::string_view name) { return !name.empty() && name.find_first_not_of("0123456789") == name.npos; }

template <class F>
void each_process(F f) {
  std::error_code ignored;
  for (auto const& entry : fs::directory_iterator("/proc", ignored))
    if (is_number(entry.path().filename().string())) f(entry.path());
}

std::vector<std::string_view> fields_after_name(std::string_view stat) {
  auto const end = stat.rfind(')');  // a process may have any name
  return end == stat.npos ? std::vector<std::string_view>{} : base::words(stat.substr(end + 1));
}

/// The session that a process belongs to, of fields_after_name(); 0 where it is gone.
int session_of(std::vector<std::string_view> const& fields) {
  return fields.size() < 4 ? 0 : int(proc_number(fields[3]));
}

/// Of the threads that run now.
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

struct resident_process {
  fs::path folder;
  std::uint64_t octets = 0;
};

/// What remains of their resident memory when each page is shared out among those that have it (PSS): forked processes
/// have most of theirs in common. The kernel walks all pages for it, so of many processes a few are asked. Nothing
/// where it does not let us.
std::optional<double> share_of_its_own(std::vector<resident_process> const& all) {
  constexpr std::size_t most = 64;
  auto const step = all.size() / most + 1;
  double resident = 0, proportional = 0;
  for (std::size_t n = 0; n < all.size(); n += step) {
    auto const rollup = proc_file(all[n].folder / "smaps_rollup");
    auto const pss = kilobytes(rollup, "\nPss:");
    if (pss == 0) continue;
    proportional += double(pss);
    resident += double(kilobytes(rollup, "\nRss:"));
  }
  return resident > 0 ? std::optional(proportional / resident) : std::nullopt;
}

/// Inodes of sockets that listen on a port.
std::set<std::string> listeners(std::uint16_t port) {
  std::set<std::string> out;
  auto const wanted = fmt::format(":{:04X}", port);
  for (auto const* table : {"/proc/net/tcp", "/proc/net/tcp6"})
    for (auto const text = proc_file(table); auto line : base::split(text, '\n')) {
      auto const w = base::words(line);
      if (w.size() > 9 && w[1].ends_with(wanted) && w[3] == "0A") out.insert(fmt::format("socket:[{}]", w[9]));
    }
  return out;
}

/// Nothing where it is gone.
std::optional<seen_process> seen(fs::path const& process) {
  auto const stat = proc_file(process / "stat");
  auto const f = fields_after_name(stat);
  if (f.size() < 22) return std::nullopt;
  static auto const ticks = double(sysconf(_SC_CLK_TCK));
  static auto const page = std::uint64_t(sysconf(_SC_PAGESIZE));
  auto const at = [&](std::size_t i) { return proc_number(f[i]); };
  return seen_process{int(proc_number(process.filename().string())),
                      int(at(1)),
                      session_of(f),
                      std::uint64_t(at(19)),
                      (at(11) + at(12)) / ticks,
                      (at(13) + at(14)) / ticks,
                      std::uint64_t(at(21)) * page};
}

bool holds_one_of(fs::path const& process, std::set<std::string> const& inodes) {
  std::error_code ignored;
  for (auto const& fd : fs::directory_iterator(process / "fd", ignored))
    if (inodes.contains(fs::read_symlink(fd.path(), ignored).string())) return true;
  return false;
}

}  // namespace

std::optional<found_process> listening_process(std::uint16_t port) {
  auto const inodes = listeners(port);
  if (inodes.empty()) return std::nullopt;
  std::vector<seen_process> holders;
  each_process([&](fs::path const& p) {
    auto const pid = p.filename().string();
    // The first process of a machine may hold sockets for others, and is no server.
    if (pid == "1" || pid == std::to_string(getpid()) || !holds_one_of(p, inodes)) return;
    if (auto const one = seen(p)) holders.push_back(*one);
  });
  for (auto const& one : holders) {
    if (std::ranges::find(holders, one.parent, &seen_process::pid) != holders.end()) continue;
    auto const name = proc_file(fmt::format("/proc/{}/comm", one.pid));
    return found_process{one.session, name.substr(0, name.find('\n')), one.pid};
  }
  return std::nullopt;
}

std::vector<seen_process> seen_processes() {
  std::vector<seen_process> out;
  each_process([&](fs::path const& p) {
    if (auto const one = seen(p)) out.push_back(*one);
  });
  return out;
}

memory_together memory_of(std::vector<seen_process> const& all) {
  memory_together out;
  std::vector<resident_process> resident;
  for (auto const& one : all) {
    out.octets += one.resident;
    resident.push_back({fs::path("/proc") / std::to_string(one.pid), one.resident});
  }
  if (auto const share = share_of_its_own(resident)) {
    out.octets = std::uint64_t(double(out.octets) * *share);
    out.proportional = true;
  }
  return out;
}

disk_transfers disk_of(int pid) {
  disk_transfers out;
  auto const io = proc_file(fmt::format("/proc/{}/io", pid));
  for (auto const line : base::split(io, '\n')) {
    if (line.starts_with("read_bytes:")) out.read = std::uint64_t(proc_number(base::trim(line.substr(11))));
    if (line.starts_with("write_bytes:")) out.written = std::uint64_t(proc_number(base::trim(line.substr(12))));
  }
  return out;
}

std::optional<process_spending> spent_by_session(int session, bool anew) {
  process_spending out;
  bool any = false;
  each_process([&](fs::path const& p) {
    auto const stat = proc_file(p / "stat");
    if (session_of(fields_after_name(stat)) != session) return;
    any = true;
    if (anew) std::ofstream(p / "clear_refs") << "5";
    out.cpu += cpu_of(p);
    auto const status = proc_file(p / "status");
    auto const memory = kilobytes(status, "VmRSS:");
    out.memory += memory;
    out.peak += std::max(memory, kilobytes(status, "VmHWM:"));
  });
  return any ? std::optional(out) : std::nullopt;
}

#else

std::optional<found_process> listening_process(std::uint16_t) { return std::nullopt; }
std::vector<seen_process> seen_processes() { return {}; }
memory_together memory_of(std::vector<seen_process> const&) { return {}; }
disk_transfers disk_of(int) { return {}; }
std::optional<process_spending> spent_by_session(int, bool) { return std::nullopt; }

#endif

}  // namespace mailrig::load
