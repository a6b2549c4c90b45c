// loop_context: what loop.hpp hides: Asio's reactor, and who listens in memory; included by this floor's own files
// only.
#pragma once

#define BOOST_ASIO_NO_DEPRECATED
#include <array>
#include <atomic>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "net/acceptor.hpp"
#include "net/loop.hpp"
#include "net/segment_counts.hpp"

namespace mailrig::net {

class stream;

namespace asio = boost::asio;
using boost::system::error_code;
/// Concrete executors: a type-erased one costs a call and an allocation for each wait.
using tcp_socket = asio::basic_stream_socket<asio::ip::tcp, asio::io_context::executor_type>;

using loop_timer = asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>,
                                              asio::io_context::executor_type>;

struct loop::context {
  explicit context(bool in_memory);
  context(context const&) = delete;

  /// Waits for one thing that happens.
  void step() { io->run_one(); }
  bool run_posted();
  /// One that is ready, without waiting; false: there is none.
  bool step_if_ready() { return io->poll_one() > 0; }
  /// The pulse beats from now on, or goes on to.
  void keep_pulse();
  void beat();

  std::optional<asio::io_context> io;  ///< none where time is simulated
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> busy;
  std::optional<loop_timer> pulse;  ///< ten times a second while somebody waits: how late it is, the loop is
  base::instant beat_due{};
  base::duration stood_still{};
  bool pulse_set = false;
  bool running = false;
  std::atomic<bool> stopped{false};
  std::array<char, 65536> read_buffer;  ///< one for all connections: octets are handed on before the next read

  segment_counts segments;  ///< of the connections that have ended

  std::optional<base::instant> simulated;                   ///< the time it is, where time is simulated
  std::multimap<base::instant, std::function<void()>> due;  ///< timers, where time is simulated
  std::mutex mutex;                                         ///< of posted
  std::deque<std::function<void()>> posted;                 ///< where time is simulated
  std::deque<std::shared_ptr<stream>> left_behind;          ///< connections whose line is dead: nobody reads them
  std::map<std::uint16_t, acceptor::handler> memory_doors;  ///< who listens at {"memory", port}
};

/// An instant as Asio's timers take it.
inline std::chrono::steady_clock::time_point to_steady(base::instant when) {
  static auto const epoch = std::chrono::steady_clock::now() - base::now();
  return epoch + when;
}

}  // namespace mailrig::net
