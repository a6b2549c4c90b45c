// Client cost of a NOOP round trip over 1,000 connections, plain and with TLS: this thread's CPU, the load engine with
// its checkers, beside a bare epoll loop (over OpenSSL with SSL_set_fd) that checks nothing, against the same answering
// thread, in one run. Compare rows of one run, never one row with yesterday's.
#ifdef __linux__
#include <arpa/inet.h>
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <thread>
#include <vector>

#include "load/client.hpp"
#include "load/session_events.hpp"

using namespace mailrig;

namespace {

constexpr std::size_t connections = 1000, rounds_each = 20;

double thread_cpu() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return double(t.tv_sec) + double(t.tv_nsec) / 1e9;
}

/// A socket, bare or with TLS on it.
struct line {
  int fd = -1;
  SSL* tls = nullptr;
  ssize_t read(char* to, std::size_t n) const { return tls ? SSL_read(tls, to, int(n)) : ::recv(fd, to, n, 0); }
  void write(std::string_view s) const {
    (void)!(tls ? SSL_write(tls, s.data(), int(s.size())) : ::send(fd, s.data(), s.size(), MSG_NOSIGNAL));
  }
  void close() const {
    if (tls) SSL_free(tls);
    ::close(fd);
  }
};

/// Greets, and answers every line with its tag and OK.
class answering_thread {
 public:
  explicit answering_thread(bool tls)
      : secret_(tls ? net::make_certificate() : net::certificate{}),
        tls_(tls ? std::optional(*net::tls_context::server(secret_)) : std::nullopt) {
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
    for (auto const& c : clients_) c.close();
    close(listener_);
  }
  std::uint16_t port = 0;
  std::string const& pin() const { return secret_.pin; }

 private:
  void admit(int ep) {
    line c{accept(listener_, nullptr, nullptr)};
    int const on = 1;
    setsockopt(c.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (tls_) {
      c.tls = SSL_new(tls_->handle());
      SSL_set_fd(c.tls, c.fd);
      if (SSL_accept(c.tls) != 1) return c.close();
    }
    epoll_event e{};
    e.events = EPOLLIN;
    e.data.u32 = std::uint32_t(clients_.size());
    epoll_ctl(ep, EPOLL_CTL_ADD, c.fd, &e);
    clients_.push_back(c);
    c.write("* OK [CAPABILITY IMAP4rev1 IDLE] hi\r\n");
  }

  void serve() {
    constexpr std::uint32_t listening = ~0u;
    int const ep = epoll_create1(0);
    epoll_event e{};
    e.events = EPOLLIN;
    e.data.u32 = listening;
    epoll_ctl(ep, EPOLL_CTL_ADD, listener_, &e);
    epoll_event events[512];
    char buffer[4096];
    while (!stop_) {
      int const n = epoll_wait(ep, events, 512, 50);
      for (int i = 0; i < n; ++i) {
        if (events[i].data.u32 == listening) {
          admit(ep);
          continue;
        }
        auto const& c = clients_[events[i].data.u32];
        auto const got = c.read(buffer, sizeof buffer);
        if (got <= 0) {
          epoll_ctl(ep, EPOLL_CTL_DEL, c.fd, nullptr);
          continue;
        }
        auto const space = static_cast<char const*>(std::memchr(buffer, ' ', std::size_t(got)));
        std::string reply(buffer, space ? std::size_t(space - buffer) : 0);
        bool const login = std::string_view(buffer, std::size_t(got)).find(" LOGIN ") != std::string_view::npos;
        reply += login ? " OK [CAPABILITY IMAP4rev1 IDLE] in\r\n" : " OK NOOP completed\r\n";
        c.write(reply);
      }
    }
    close(ep);
  }

  net::certificate secret_;
  std::optional<net::tls_context> tls_;
  int listener_;
  std::atomic<bool> stop_{false};
  std::vector<line> clients_;
  std::thread thread_;
};

void bare(benchmark::State& state, bool tls) {
  answering_thread server(tls);
  auto const context = *net::tls_context::client({.pins = {"none"}});
  int const ep = epoll_create1(0);
  std::vector<line> lines;
  char buffer[4096];
  for (std::size_t i = 0; i < connections; ++i) {
    line l{socket(AF_INET, SOCK_STREAM, 0)};
    int const on = 1;
    setsockopt(l.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in a{};
    a.sin_family = AF_INET;
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    a.sin_port = htons(server.port);
    if (connect(l.fd, reinterpret_cast<sockaddr*>(&a), sizeof a) != 0) return state.SkipWithError("connect");
    if (tls) {
      l.tls = SSL_new(context.handle());
      SSL_set_verify(l.tls, SSL_VERIFY_NONE, nullptr);
      SSL_set_fd(l.tls, l.fd);
      if (SSL_connect(l.tls) != 1) return state.SkipWithError("TLS");
    }
    (void)!l.read(buffer, sizeof buffer);
    fcntl(l.fd, F_SETFL, O_NONBLOCK);
    epoll_event e{};
    e.events = EPOLLIN;
    e.data.u32 = std::uint32_t(i);
    epoll_ctl(ep, EPOLL_CTL_ADD, l.fd, &e);
    lines.push_back(l);
  }
  epoll_event events[512];
  for (auto _ : state) {
    auto const began = thread_cpu();
    for (auto const& l : lines) l.write("a NOOP\r\n");
    std::size_t left = connections * rounds_each, to_send = left - connections;
    while (left > 0) {
      int const n = epoll_wait(ep, events, 512, -1);
      for (int i = 0; i < n; ++i) {
        auto const& l = lines[events[i].data.u32];
        auto const got = l.read(buffer, sizeof buffer);
        if (got <= 0 || buffer[got - 1] != '\n') continue;
        --left;
        if (to_send > 0) --to_send, l.write("a NOOP\r\n");
      }
    }
    state.SetIterationTime(thread_cpu() - began);
  }
  for (auto const& l : lines) l.close();
  close(ep);
  state.SetItemsProcessed(std::int64_t(state.iterations()) * std::int64_t(connections * rounds_each));
}

struct client_group final : load::client_owner, model::item_sink {
  explicit client_group(std::vector<check::checker_kind const*> const& kinds)
      : judge(kinds, nullptr),
        context{loop,
                judge,
                judge,
                records,
                *net::tls_context::client({.pins = {"none"}}),
                {},
                base::rng(1),
                load::message_writer(1),
                {},
                {},
                std::chrono::seconds(30),
                0,
                {},
                {}} {
    judge.observe(this);
    program.push_back({base::registry<load::step_kind>::find("noop"), {}});
  }
  net::loop loop;
  check::judge judge;
  load::recorder records;
  load::context context;
  load::device_memory memory;
  std::vector<load::step> program;
  std::vector<std::unique_ptr<load::client>> clients;
  std::size_t left = 0, to_send = 0, ready = 0;

  void see(model::item const& i) override { clients[i.session]->see(i); }
  void on_ready(load::client& c, base::instant at, bool) override {
    if (left == 0) return (void)++ready;
    --left;
    if (to_send > 0) --to_send, c.run(program, at, at);
  }
  void on_closed(load::client&, base::instant, std::string const& why) override { trouble = why; }
  void on_told(load::client&, model::item const&) override {}
  std::string trouble;
};

void with_mailrig(benchmark::State& state, bool tls, bool check) {
  answering_thread server(tls);
  client_group c(load::session_checkers(check));
  if (tls) c.context.trust = *net::tls_context::client({.pins = {server.pin()}});
  for (std::size_t i = 0; i < connections; ++i) {
    c.clients.push_back(std::make_unique<load::client>(c.context, c, c.memory));
    c.clients.back()->open(history::session_id(i), {{"127.0.0.1", server.port, {}}, tls, false, {}},
                           history::protocol::imap, {"u", "p", {}}, {}, {}, {});
  }
  if (!c.loop.run_until([&] { return c.ready == connections; }, base::now() + std::chrono::seconds(20)))
    return state.SkipWithError(("not all are in: " + c.trouble).c_str());
  for (auto _ : state) {
    auto const began = thread_cpu();
    c.left = connections * rounds_each;
    c.to_send = c.left - connections;
    for (auto& one : c.clients) one->run(c.program, base::now(), base::now());
    c.loop.run_until([&] { return c.left == 0; }, base::now() + std::chrono::seconds(60));
    state.SetIterationTime(thread_cpu() - began);
  }
  if (!c.judge.findings().empty()) state.SkipWithError("a checker found something");
  state.SetItemsProcessed(std::int64_t(state.iterations()) * std::int64_t(connections * rounds_each));
}

void noop_bare(benchmark::State& s) { bare(s, false); }
void noop_mailrig(benchmark::State& s) { with_mailrig(s, false, true); }
void noop_mailrig_no_checkers(benchmark::State& s) { with_mailrig(s, false, false); }
void noop_tls_bare(benchmark::State& s) { bare(s, true); }
void noop_tls_mailrig(benchmark::State& s) { with_mailrig(s, true, true); }

BENCHMARK(noop_bare)->UseManualTime()->Iterations(10);
BENCHMARK(noop_mailrig)->UseManualTime()->Iterations(10);
BENCHMARK(noop_mailrig_no_checkers)->UseManualTime()->Iterations(10);
BENCHMARK(noop_tls_bare)->UseManualTime()->Iterations(10);
BENCHMARK(noop_tls_mailrig)->UseManualTime()->Iterations(10);

}  // namespace
#endif
