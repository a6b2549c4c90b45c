// node_exporter: see node_exporter.hpp.
#include "load/node_exporter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>

#include "base/text.hpp"
#include "net/connection.hpp"

namespace mailrig::load {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_octets = 8u << 20;

struct http_reply final : net::connection_sink {
  std::string text;
  bool ended = false;
  void on_octets(std::string_view o) override {
    if (text.size() < most_octets) text += o;
  }
  void on_end(net::end_cause, std::string_view) override { ended = true; }
};

std::string fetch_metrics(net::endpoint const& at, std::function<bool()> const& stop) {
  net::loop l;
  http_reply reply;
  auto where = at;
  where.remote = true;  // whoever names an exporter reads its figures, wherever it is
  auto const c = net::connection::dial(l, where, reply);
  c->send(fmt::format("GET /metrics HTTP/1.0\r\nHost: {}\r\n\r\n", at.host));
  for (auto const until = l.now() + 2s; !reply.ended && l.now() < until && !(stop && stop());)
    l.run_until([&] { return reply.ended; }, std::min(until, l.now() + 50ms));
  return reply.text.starts_with("HTTP/1.") ? std::move(reply.text) : std::string();
}

double as_double(std::string_view text) {
  double v = 0;
  std::from_chars(text.data(), text.data() + text.size(), v);
  return v;
}

}  // namespace

std::optional<server_counters> counters_of_metrics(std::string_view text) {
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

std::optional<server_counters> read_node_exporter(net::endpoint const& at, std::function<bool()> const& stop) {
  return counters_of_metrics(fetch_metrics(at, stop));
}

}  // namespace mailrig::load
