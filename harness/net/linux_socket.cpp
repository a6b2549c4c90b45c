// linux_socket: see linux_socket.hpp.
#include "net/linux_socket.hpp"

#ifdef __linux__
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <time.h>
#endif

namespace mailrig::net {

#ifdef __linux__

void acknowledge_now(int socket) {
  int const on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
}

void choose_port_late(int socket) {
  int const on = 1;
  setsockopt(socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
}

base::instant about_now() {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
  return std::chrono::seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec);
}

#else

void acknowledge_now(int) {}
void choose_port_late(int) {}
base::instant about_now() { return base::now(); }

#endif

}  // namespace mailrig::net
