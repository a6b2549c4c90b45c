// live_server: shows a load run while it runs: a page for a browser, fed by server-sent events, and /metrics for
// Prometheus. The only file that knows Boost.Beast is its .cpp.
#pragma once

#include <functional>
#include <memory>

#include "base/result.hpp"
#include "load/record.hpp"
#include "net/connection.hpp"

namespace mailrig::report {

/// Serves in a thread of its own from start() to its destruction.
class live_server {
 public:
  static constexpr std::size_t shortest_token = 16;  ///< characters
  /// Port 0 takes a free one. One address may serve both purposes. Without a token: loopback addresses alone, only
  /// requests that name this machine are answered, and none that a page from elsewhere makes. With one, whoever shows
  /// it is answered, as `Authorization: Bearer TOKEN` or `?token=TOKEN`.
  static base::result<std::unique_ptr<live_server>> start(std::vector<net::endpoint> const& where,
                                                          std::string token = {});
  ~live_server();
  std::vector<std::uint16_t> const& ports() const;

  /// Any thread: the second that has just ended, and the run so far with its header filled in.
  void publish(load::series_row const& row, load::load_record const& so_far);

 private:
  struct state;
  explicit live_server(std::unique_ptr<state> s);
  std::unique_ptr<state> state_;
};

/// The run in Prometheus' text format. Counters go on over the whole run, its ramp too.
std::string prometheus_text(load::load_record const& so_far);

}  // namespace mailrig::report
