// asio_context: what loop.hpp hides; included by this floor's own files only.
#pragma once

#include <array>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <memory>
#include <optional>

#include "net/connection.hpp"

namespace mailrig::net {

using executor = boost::asio::io_context::executor_type;
using tcp = boost::asio::ip::tcp;
using tcp_socket = boost::asio::basic_stream_socket<tcp, executor>;
using tcp_acceptor = boost::asio::basic_socket_acceptor<tcp, executor>;
using steady_timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                       boost::asio::wait_traits<std::chrono::steady_clock>, executor>;

struct loop::context {
  boost::asio::io_context io{1};
  boost::asio::executor_work_guard<executor> guard{io.get_executor()};
  std::array<char, 65536> read_buffer;     ///< one for all connections: octets are handed on before the next read
  std::optional<base::instant> simulated;  ///< the time it is, where time is simulated
  std::map<std::uint16_t, acceptor::handler> memory_doors;  ///< who listens at {"memory", port}
};

}  // namespace mailrig::net
