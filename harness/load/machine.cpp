// machine: see machine.hpp.
#include "load/machine.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "base/text.hpp"

namespace mailrig::load {
namespace {

namespace fs = std::filesystem;

std::string slurp(fs::path const& file) {
  std::ifstream in(file);
  std::ostringstream all;
  all << in.rdbuf();
  return all.str();
}

std::string first_line(fs::path const& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line;
}

std::vector<std::string_view> fields_after_name(std::string_view stat) {
  auto const end = stat.rfind(')');  // a process may have any name
  return end == stat.npos ? std::vector<std::string_view>{} : base::words(stat.substr(end + 1));
}

double as_double(std::string_view text) {
  double v = 0;
  std::from_chars(text.data(), text.data() + text.size(), v);
  return v;
}

int as_int(std::string_view text) { return int(as_double(text)); }

bool is_number(std::string_view name) { return !name.empty() && name.find_first_not_of("0123456789") == name.npos; }

template <class F>
void each_process(F f) {
  std::error_code ignored;
  for (auto const& entry : fs::directory_iterator("/proc", ignored))
    if (is_number(entry.path().filename().string())) f(entry.path());
}

/// Inodes of sockets that listen on a port.
std::set<std::string> listeners(std::uint16_t port) {
  std::set<std::string> out;
  auto const wanted = fmt::format(":{:04X}", port);
  for (auto const* table : {"/proc/net/tcp", "/proc/net/tcp6"})
    for (auto const text = slurp(table); auto line : base::split(text, '\n')) {
      auto const w = base::words(line);
      if (w.size() > 9 && w[1].ends_with(wanted) && w[3] == "0A") out.insert(fmt::format("socket:[{}]", w[9]));
    }
  return out;
}

struct http_reader final : net::connection_sink {
  std::string text;
  bool ended = false;
  void on_octets(std::string_view o) override {
    if (text.size() < (8u << 20)) text += o;
  }
  void on_end(net::end_cause, std::string_view) override { ended = true; }
};

std::string fetch_metrics(net::endpoint const& at) {
  net::loop l;
  http_reader reader;
  auto where = at;
  where.remote = true;  // whoever names an exporter reads its figures, wherever it is
  auto const c = net::connection::dial(l, where, reader);
  c->send(fmt::format("GET /metrics HTTP/1.0\r\nHost: {}\r\n\r\n", at.host));
  l.run_until([&] { return reader.ended; }, l.now() + std::chrono::seconds(2));
  return reader.text.starts_with("HTTP/1.") ? reader.text : std::string();
}

std::optional<server_counters> read_node(net::endpoint const& at) {
  auto const text = fetch_metrics(at);
  server_counters out;
  double total = 0, free = 0;
  for (auto line : base::split(text, '\n')) {
    if (line.empty() || line[0] == '#') continue;
    auto const value = as_double(line.substr(line.rfind(' ') + 1));
    if (line.starts_with("node_cpu_seconds_total{") && line.find("mode=\"idle\"") == line.npos &&
        line.find("mode=\"iowait\"") == line.npos)
      out.cpu += value;
    if (line.starts_with("node_memory_MemTotal_bytes ")) total = value;
    if (line.starts_with("node_memory_MemAvailable_bytes ")) free = value;
    if (line.starts_with("node_disk_read_bytes_total{")) out.read += std::uint64_t(value);
    if (line.starts_with("node_disk_written_bytes_total{")) out.written += std::uint64_t(value);
  }
  out.memory = std::uint64_t(std::max(0.0, total - free));
  if (total == 0) return std::nullopt;
  return out;
}

}  // namespace

machine_counters read_machine() {
  machine_counters out;
  auto const stat = slurp("/proc/stat");
  auto const cpu = base::words(std::string_view(stat).substr(0, stat.find('\n')));
  for (std::size_t i = 1; i < cpu.size() && i < 9; ++i) {
    out.all += as_double(cpu[i]);
    if (i != 4 && i != 5) out.busy += as_double(cpu[i]);
    if (i == 8) out.steal = as_double(cpu[i]);
  }
  rusage self{};
  getrusage(RUSAGE_SELF, &self);
  auto seconds = [](timeval const& t) { return double(t.tv_sec) + double(t.tv_usec) / 1e6; };
  out.own_cpu = seconds(self.ru_utime) + seconds(self.ru_stime);
  auto const statm = slurp("/proc/self/statm");
  if (auto const w = base::words(statm); w.size() > 1)
    out.own_memory = std::uint64_t(as_double(w[1])) * std::uint64_t(sysconf(_SC_PAGESIZE));
  // Two lines "Tcp:": names, then values.
  auto const snmp = slurp("/proc/net/snmp");
  std::vector<std::string_view> names;
  for (auto line : base::split(snmp, '\n')) {
    if (!line.starts_with("Tcp:")) continue;
    auto const w = base::words(line);
    if (names.empty()) {
      names = w;
      continue;
    }
    for (std::size_t i = 0; i < std::min(w.size(), names.size()); ++i) {
      if (names[i] == "OutSegs") out.sent = std::uint64_t(as_double(w[i]));
      if (names[i] == "RetransSegs") out.sent_again = std::uint64_t(as_double(w[i]));
    }
  }
  return out;
}

std::optional<server_watch> server_watch::of_listener(std::uint16_t port) {
  auto const inodes = listeners(port);
  std::optional<server_watch> out;
  if (inodes.empty()) return out;
  each_process([&](fs::path const& p) {
    if (out) return;
    std::error_code ignored;
    for (auto const& fd : fs::directory_iterator(p / "fd", ignored)) {
      auto const to = fs::read_symlink(fd.path(), ignored).string();
      if (!inodes.contains(to)) continue;
      auto const pid = as_int(p.filename().string());
      if (pid == getpid()) return;
      auto const stat = slurp(p / "stat");
      auto const f = fields_after_name(stat);
      if (f.size() < 4) return;
      out.emplace();
      out->session_ = as_int(f[3]);
      out->what_ = "the processes of " + first_line(p / "comm");
      return;
    }
  });
  return out;
}

base::result<server_watch> server_watch::of_node(std::string const& address) {
  auto const colon = address.rfind(':');
  auto const port = colon == address.npos ? std::nullopt : base::number(std::string_view(address).substr(colon + 1));
  if (!port || *port == 0 || *port > 65535 || colon == 0)
    return base::fault{0, "--node",
                       fmt::format("'{}' should be host:port of a node exporter, e.g. 127.0.0.1:9100", address)};
  server_watch out;
  out.node_ = net::endpoint{address.substr(0, colon), std::uint16_t(*port)};
  out.what_ = "the machine of " + address;
  if (!out.read()) return base::fault{0, "--node", fmt::format("{} answers no /metrics of a node exporter", address)};
  return out;
}

std::optional<server_counters> server_watch::read() const {
  if (node_) return read_node(*node_);
  server_counters out;
  auto const ticks = double(sysconf(_SC_CLK_TCK));
  auto const page = std::uint64_t(sysconf(_SC_PAGESIZE));
  each_process([&](fs::path const& p) {
    auto const stat = slurp(p / "stat");
    auto const f = fields_after_name(stat);
    if (f.size() < 22 || as_int(f[3]) != session_) return;
    ++out.processes;
    // With what its ended children spent: servers fork for each session.
    for (std::size_t i : {11, 12, 13, 14}) out.cpu += as_double(f[i]) / ticks;
    out.memory += std::uint64_t(as_double(f[21])) * page;
    for (auto const io = slurp(p / "io"); auto line : base::split(io, '\n')) {
      if (line.starts_with("read_bytes:")) out.read += std::uint64_t(as_double(base::trim(line.substr(11))));
      if (line.starts_with("write_bytes:")) out.written += std::uint64_t(as_double(base::trim(line.substr(12))));
    }
  });
  if (out.processes == 0) return std::nullopt;
  return out;
}

std::size_t descriptor_limit() {
  rlimit r{};
  getrlimit(RLIMIT_NOFILE, &r);
  if (r.rlim_cur < r.rlim_max) {
    r.rlim_cur = r.rlim_max;
    setrlimit(RLIMIT_NOFILE, &r);
    getrlimit(RLIMIT_NOFILE, &r);
  }
  return std::size_t(r.rlim_cur);
}

}  // namespace mailrig::load
