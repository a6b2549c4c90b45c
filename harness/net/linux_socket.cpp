// linux_socket: see linux_socket.hpp.
#include "net/linux_socket.hpp"

#ifdef __linux__
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <time.h>

#include <cstddef>
#endif

namespace mailrig::net {

#ifdef __linux__

void acknowledge_now(int socket) {
  int const on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
}

void notice_dead_peer(int socket) {
  int const on = 1, idle = 300, between = 30, tries = 4;
  setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  setsockopt(socket, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
  setsockopt(socket, IPPROTO_TCP, TCP_KEEPINTVL, &between, sizeof between);
  setsockopt(socket, IPPROTO_TCP, TCP_KEEPCNT, &tries, sizeof tries);
}

void choose_port_late(int socket) {
  int const on = 1;
  setsockopt(socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
}

segment_counts count_segments(int socket) {
  tcp_info info{};
  socklen_t size = sizeof info;
  // An older kernel's structure ends before what it does not count.
  constexpr auto enough = offsetof(tcp_info, tcpi_segs_out) + sizeof info.tcpi_segs_out;
  if (getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0 || size < enough) return {};
  return {info.tcpi_segs_out, info.tcpi_total_retrans, true};
}

base::instant about_now() {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
  return std::chrono::seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec);
}

#else

void acknowledge_now(int) {}
void notice_dead_peer(int) {}
void choose_port_late(int) {}
segment_counts count_segments(int) { return {}; }
base::instant about_now() { return base::now(); }

#endif

}  // namespace mailrig::net
