// Client cost of a NOOP round trip over 1,000 connections: this thread's CPU, all checkers on, beside a bare epoll loop
// that checks nothing, against the same answering thread, in one run. Compare the two rows, never one row with
// yesterday's.
#include <arpa/inet.h>
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <thread>
#include <vector>

#include "check/judge.hpp"
#include "session/channel.hpp"

using namespace mailrig;

namespace {

constexpr std::size_t connections = 1000, rounds_each = 20;

double thread_cpu() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return double(t.tv_sec) + double(t.tv_nsec) / 1e9;
}

/// Greets, and answers every line with its tag and OK.
class answering_thread {
 public:
  answering_thread() {
    listener_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in a{};
    a.sin_family = AF_INET;
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof a;
    if (bind(listener_, reinterpret_cast<sockaddr*>(&a), size) != 0 || listen(listener_, 2000) != 0) std::abort();
    getsockname(listener_, reinterpret_cast<sockaddr*>(&a), &size);
    port = ntohs(a.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~answering_thread() {
    stop_ = true;
    thread_.join();
    for (int fd : clients_) close(fd);
    close(listener_);
  }
  std::uint16_t port = 0;

 private:
  void serve() {
    int const ep = epoll_create1(0);
    epoll_event e{};
    e.events = EPOLLIN;
    e.data.fd = listener_;
    epoll_ctl(ep, EPOLL_CTL_ADD, listener_, &e);
    epoll_event events[512];
    char buffer[4096];
    while (!stop_) {
      int const n = epoll_wait(ep, events, 512, 50);
      for (int i = 0; i < n; ++i) {
        int const fd = events[i].data.fd;
        if (fd == listener_) {
          int const client = accept(listener_, nullptr, nullptr);
          int const on = 1;
          setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
          e.data.fd = client;
          epoll_ctl(ep, EPOLL_CTL_ADD, client, &e);
          clients_.push_back(client);
          (void)!write(client, "* OK hi\r\n", 9);
          continue;
        }
        auto const got = read(fd, buffer, sizeof buffer);
        if (got <= 0) {
          epoll_ctl(ep, EPOLL_CTL_DEL, fd, nullptr);
          continue;
        }
        auto const space = static_cast<char const*>(std::memchr(buffer, ' ', std::size_t(got)));
        std::string reply(buffer, space ? std::size_t(space - buffer) : 0);
        reply += " OK NOOP completed\r\n";
        (void)!write(fd, reply.data(), reply.size());
      }
    }
    close(ep);
  }

  int listener_;
  std::atomic<bool> stop_{false};
  std::vector<int> clients_;
  std::thread thread_;
};

void bare_epoll(benchmark::State& state) {
  answering_thread server;
  int const ep = epoll_create1(0);
  std::vector<int> fds;
  char buffer[4096];
  for (std::size_t i = 0; i < connections; ++i) {
    int const fd = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in a{};
    a.sin_family = AF_INET;
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    a.sin_port = htons(server.port);
    if (connect(fd, reinterpret_cast<sockaddr*>(&a), sizeof a) != 0) return state.SkipWithError("connect");
    (void)!read(fd, buffer, sizeof buffer);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    epoll_event e{};
    e.events = EPOLLIN;
    e.data.u32 = std::uint32_t(i);
    epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e);
    fds.push_back(fd);
  }
  epoll_event events[512];
  for (auto _ : state) {
    auto const began = thread_cpu();
    for (int fd : fds) (void)!send(fd, "a NOOP\r\n", 8, MSG_NOSIGNAL);
    std::size_t left = connections * rounds_each, to_send = left - connections;
    while (left > 0) {
      int const n = epoll_wait(ep, events, 512, -1);
      for (int i = 0; i < n; ++i) {
        int const fd = fds[events[i].data.u32];
        auto const got = recv(fd, buffer, sizeof buffer, 0);
        if (got <= 0 || buffer[got - 1] != '\n') continue;
        --left;
        if (to_send > 0) --to_send, (void)!send(fd, "a NOOP\r\n", 8, MSG_NOSIGNAL);
      }
    }
    state.SetIterationTime(thread_cpu() - began);
  }
  for (int fd : fds) close(fd);
  close(ep);
  state.SetItemsProcessed(std::int64_t(state.iterations()) * std::int64_t(connections * rounds_each));
}

struct crowd final : session::channel_owner {
  explicit crowd(bool check)
      : judge(check ? base::registry<check::checker_kind>::all() : std::vector<check::checker_kind const*>{}, nullptr) {
  }
  net::loop loop;
  check::judge judge;
  std::vector<std::unique_ptr<session::channel>> channels;
  std::size_t left = 0, to_send = 0, greeted = 0;
  bool ready = false;

  void on_event(history::session_id id) override {
    if (!ready) {
      greeted += judge.find(id)->imap().state == model::imap_state::not_authenticated;
      return;
    }
    if (!judge.find(id)->imap().in_progress.empty()) return;
    --left;
    if (to_send > 0) --to_send, channels[id]->send("a NOOP\r\n");
  }
};

void with_mailrig(benchmark::State& state, bool check) {
  answering_thread server;
  crowd c(check);
  auto const trust = *net::tls_context::client({.ca_file = {}, .pin = "none"});
  for (std::size_t i = 0; i < connections; ++i)
    c.channels.push_back(std::make_unique<session::channel>(
        c.loop, session::access{{"127.0.0.1", server.port}, false, false}, trust, history::session_id(i),
        history::protocol::imap, "u", c.judge, c, base::instant{}, base::limits{}));
  if (!c.loop.run_until([&] { return c.greeted == connections; }, base::now() + std::chrono::seconds(20)))
    return state.SkipWithError("not all greeted");
  c.ready = true;
  for (auto _ : state) {
    auto const began = thread_cpu();
    c.left = connections * rounds_each;
    c.to_send = c.left - connections;
    for (auto& ch : c.channels) ch->send("a NOOP\r\n");
    c.loop.run_until([&] { return c.left == 0; }, base::now() + std::chrono::seconds(60));
    state.SetIterationTime(thread_cpu() - began);
  }
  if (!c.judge.findings().empty()) state.SkipWithError("a checker found something");
  state.SetItemsProcessed(std::int64_t(state.iterations()) * std::int64_t(connections * rounds_each));
}

void noop_bare_epoll(benchmark::State& s) { bare_epoll(s); }
void noop_mailrig(benchmark::State& s) { with_mailrig(s, true); }
void noop_mailrig_no_checkers(benchmark::State& s) { with_mailrig(s, false); }

BENCHMARK(noop_bare_epoll)->UseManualTime()->Iterations(10);
BENCHMARK(noop_mailrig)->UseManualTime()->Iterations(10);
BENCHMARK(noop_mailrig_no_checkers)->UseManualTime()->Iterations(10);

}  // namespace
