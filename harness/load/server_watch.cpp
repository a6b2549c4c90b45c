// server_watch: see server_watch.hpp.
#include "load/server_watch.hpp"

#include <fmt/format.h>

#include <utility>

#include "load/carried_sum.hpp"
#include "load/linux_cgroup.hpp"
#include "load/linux_server.hpp"
#include "load/node_exporter.hpp"
#include "net/endpoint.hpp"
#include "net/host_and_port.hpp"

namespace mailrig::load {
namespace {

class watched_processes final : public counter_source {
 public:
  explicit watched_processes(linux_server s) : server_(std::move(s)) {}
  std::optional<server_counters> read(std::function<bool()> const&) override { return server_.read(); }
  std::string memory_is(server_counters const& c) const override {
    return c.proportional ? "what its processes share counted once (PSS)"
                          : "what its processes share counted for each of them (RSS)";
  }

 private:
  linux_server server_;
};

/// Counters that somebody keeps, and that begin anew where a group is made again or a machine starts.
class risen_counters {
 public:
  std::optional<server_counters> take(std::optional<server_counters> now) {
    if (!now) return now;
    now->cpu = cpu_.take(now->cpu);
    now->read = std::uint64_t(read_.take(double(now->read)));
    now->written = std::uint64_t(written_.take(double(now->written)));
    return now;
  }

 private:
  risen_counter cpu_, read_, written_;
};

class watched_cgroup final : public counter_source {
 public:
  explicit watched_cgroup(cgroup_files files) : files_(std::move(files)) {}
  std::optional<server_counters> read(std::function<bool()> const&) override {
    return risen_.take(read_cgroup(files_));
  }
  std::string memory_is(server_counters const&) const override {
    return "as its control group counts it, with the files that it has in the page cache";
  }

 private:
  cgroup_files files_;
  risen_counters risen_;
};

class watched_node final : public counter_source {
 public:
  explicit watched_node(net::endpoint at) : at_(std::move(at)) {}
  std::optional<server_counters> read(std::function<bool()> const& stop) override {
    return risen_.take(read_node_exporter(at_, stop));
  }
  std::string memory_is(server_counters const&) const override { return {}; }

 private:
  net::endpoint at_;
  risen_counters risen_;
};

}  // namespace

std::optional<server_watch> server_watch::of_listener(std::uint16_t port) {
  auto found = linux_server::of_listener(port);
  if (!found) return std::nullopt;
  auto const name = found->name();
  return server_watch(std::make_shared<watched_processes>(std::move(*found)), "the processes of " + name);
}

base::result<server_watch> server_watch::of_pid(std::string const& pid_or_file) {
  auto found = linux_server::of_pid(pid_or_file);
  if (!found) return found.error();
  auto const name = found->name();
  return server_watch(std::make_shared<watched_processes>(std::move(*found)), "the processes of " + name);
}

base::result<server_watch> server_watch::of_cgroup(std::string const& path) {
  auto files = find_cgroup(path);
  if (!files) return files.error();
  return server_watch(std::make_shared<watched_cgroup>(std::move(*files)), "the control group " + path);
}

base::result<server_watch> server_watch::of_node(std::string const& address) {
  auto const at = net::read_host_and_port(address);
  if (!at || at->port == 0 || at->host.empty())
    return base::fault{0, "--node",
                       fmt::format("'{}' should be host:port of a node exporter, e.g. 127.0.0.1:9100", address)};
  server_watch out(std::make_shared<watched_node>(net::endpoint{at->host, at->port}), "the machine of " + address);
  if (!out.read()) return base::fault{0, "--node", fmt::format("{} answers no /metrics of a node exporter", address)};
  return out;
}

}  // namespace mailrig::load
