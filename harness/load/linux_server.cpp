// linux_server: see linux_server.hpp.
#include "load/linux_server.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "base/file.hpp"
#include "base/text.hpp"
#include "load/linux_proc_file.hpp"

namespace mailrig::load {

namespace {

constexpr std::size_t most_of_pid_file = 4096;  ///< octets

std::string first_line_of(std::string const& text) {
  return std::string(base::trim(std::string_view(text).substr(0, text.find('\n'))));
}

}  // namespace

std::vector<seen_process> processes_of_server(std::vector<seen_process> const& all, int root, int session, int self) {
  constexpr int deepest = 64;  // pids that are used again could make a ring of parents
  std::map<int, int> parents;
  int ours = 0;
  for (auto const& p : all) {
    parents[p.pid] = p.parent;
    if (p.pid == self) ours = p.session;
  }
  auto const descends = [&](int pid) {
    for (int n = 0; n < deepest && pid > 1; ++n) {
      if (pid == root) return true;
      auto const at = parents.find(pid);
      if (at == parents.end()) return false;
      pid = at->second;
    }
    return false;
  };
  std::vector<seen_process> out;
  for (auto const& p : all) {
    bool const of_session = session > 1 && session != ours && p.session == session;
    if (p.pid != self && (of_session || descends(p.pid))) out.push_back(p);
  }
  return out;
}

std::optional<linux_server> linux_server::of_listener(std::uint16_t port) {
  linux_server out;
  out.port_ = port;
  if (!out.find()) return std::nullopt;
  return out;
}

base::result<linux_server> linux_server::of_pid(std::string const& pid_or_file) {
  linux_server out;
  out.pid_or_file_ = pid_or_file;
  std::error_code none;
  if (!base::number(pid_or_file) && !std::filesystem::is_regular_file(pid_or_file, none)) {
    // What a pipe says is said once.
    auto text = base::read_file(pid_or_file, most_of_pid_file);
    if (!text) return base::fault{0, "--server-pid", "--server-pid: " + text.error().text};
    out.pid_or_file_ = first_line_of(*text);
  }
  if (out.find()) return out;
  return base::fault{0, "--server-pid",
                     fmt::format("'{}' is neither the pid of a process here nor a file that holds one", pid_or_file)};
}

/// Who is it now? Its session and its first process.
bool linux_server::find() {
  if (port_ != 0) {
    auto const found = listening_process(port_);
    if (!found) return false;
    root_ = found->pid, session_ = found->session, name_ = found->name;
    return true;
  }
  auto pid = base::number(pid_or_file_);
  if (!pid)
    if (auto const text = base::read_file(pid_or_file_, most_of_pid_file)) pid = base::number(first_line_of(*text));
  auto const all = seen_processes();
  auto const at = std::ranges::find(all, pid ? int(std::min<std::uint64_t>(*pid, INT32_MAX)) : 0, &seen_process::pid);
  if (at == all.end() || at->pid <= 1) return false;
  root_ = at->pid, session_ = at->session;
  auto const name = proc_file(fmt::format("/proc/{}/comm", root_));
  name_ = name.substr(0, name.find('\n'));
  return true;
}

std::optional<server_counters> linux_server::read() {
  auto const look = [&] { return processes_of_server(seen_processes(), root_, session_, int(getpid())); };
  auto members = look();
  bool const there = std::ranges::find(members, root_, &seen_process::pid) != members.end();
  if (!there && find()) members = look();
  std::vector<process_share> cpu, read, written;
  for (auto const& p : members) {
    cpu.push_back({p.pid, p.started, p.parent, p.cpu + p.of_children, p.of_children});
    auto const disk = disk_of(p.pid);
    read.push_back({p.pid, p.started, p.parent, double(disk.read), double(disk.read)});
    written.push_back({p.pid, p.started, p.parent, double(disk.written), double(disk.written)});
  }
  server_counters out;
  out.cpu = cpu_.take(cpu);
  out.read = std::uint64_t(read_.take(read));
  out.written = std::uint64_t(written_.take(written));
  if (members.empty()) return std::nullopt;
  out.processes = members.size();
  auto const memory = memory_of(members);
  out.memory = memory.octets;
  out.proportional = memory.proportional;
  return out;
}

}  // namespace mailrig::load
