// A node exporter that takes its time delays neither who hands in seconds nor who wants the latest sample.
#include "load/server_sampler.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "load/assembly.hpp"
#include "load/node_exporter.hpp"
#include "net/acceptor.hpp"
#include "net/connection.hpp"
#include "net/timer.hpp"

namespace mailrig::load::server_sampler_test {

using namespace std::chrono_literals;

namespace {

constexpr std::string_view metrics =
    "# HELP x y\nnode_cpu_seconds_total{cpu=\"0\",mode=\"user\"} 12.5\n"
    "node_cpu_seconds_total{cpu=\"0\",mode=\"idle\"} 900\nnode_memory_MemTotal_bytes 1000\n"
    "node_memory_MemAvailable_bytes 400\nnode_disk_read_bytes_total{device=\"a\"} 7\n"
    "node_disk_written_bytes_total{device=\"a\"} 8e3\n";

/// A stand-in on a thread of its own that answers each request after a while.
class slow_exporter {
 public:
  explicit slow_exporter(base::duration delay) : delay_(delay) {
    listening_ = std::move(*net::acceptor::listen(loop_, {"127.0.0.1", 0}, [this](std::unique_ptr<net::connection> c) {
      ++asked;
      auto& r = requests_.emplace_back(std::make_unique<request>(loop_, std::move(c)));
      r->later.at(loop_.now() + (asked == 1 ? base::duration() : delay_.load()), [&r = *r] {
        r.connection->send("HTTP/1.0 200 OK\r\n\r\n" + std::string(metrics));
        r.connection->half_close();
      });
    }));
    thread_ = std::thread([this] { loop_.run(); });
  }
  ~slow_exporter() {
    loop_.stop();
    thread_.join();
  }
  std::string address() const { return "127.0.0.1:" + std::to_string(listening_->port()); }
  std::atomic<int> asked{0};

 private:
  struct request final : net::connection_sink {
    request(net::loop& l, std::unique_ptr<net::connection> c) : later(l), connection(std::move(c)) {
      connection->set_sink(*this);
    }
    void on_octets(std::string_view) override {}
    void on_end(net::end_cause, std::string_view) override {}
    net::timer later;
    std::unique_ptr<net::connection> connection;
  };
  std::atomic<base::duration> delay_;
  net::loop loop_;
  std::vector<std::unique_ptr<request>> requests_;
  std::unique_ptr<net::acceptor> listening_;
  std::thread thread_;
};

template <class F>
bool soon(F f) {
  for (auto const until = base::now() + 5s; base::now() < until; std::this_thread::sleep_for(5ms))
    if (f()) return true;
  return false;
}

}  // namespace

TEST(NodeExporter, ItsMetricsAreAddedUp) {
  auto const c = counters_of_metrics(metrics);
  ASSERT_TRUE(c);
  EXPECT_DOUBLE_EQ(c->cpu, 12.5);
  EXPECT_EQ(c->memory, 600u);
  EXPECT_EQ(c->read, 7u);
  EXPECT_EQ(c->written, 8000u);
  EXPECT_FALSE(counters_of_metrics("HTTP/1.0 200 OK\r\n\r\nhello\n"));
}

TEST(ServerSampler, TheLatestIsThereAtOnceAndTheEndDoesNotWait) {
  slow_exporter exporter(20s);
  auto const watch = server_watch::of_node(exporter.address());
  ASSERT_TRUE(watch) << watch.error().text;
  auto const began = base::now();
  {
    server_sampler s(*watch);
    ASSERT_TRUE(soon([&] { return exporter.asked == 2; }));
    EXPECT_FALSE(s.latest());
  }
  EXPECT_LT(base::now() - began, 1500ms) << "an exporter is waited for two seconds";
}

TEST(Assembly, SecondsAreHandedOnWhileTheNodeExporterIsSlow) {
  slow_exporter exporter(20s);
  auto watch = server_watch::of_node(exporter.address());
  ASSERT_TRUE(watch) << watch.error().text;
  profile who;
  scenario::target where;
  plan p;
  p.who = &who;
  p.where = &where;
  run_options o;
  o.server = *watch;
  std::atomic<int> rows{0};
  o.listener = [&](series_row const&, load_record const&) { ++rows; };
  auto const began = base::now();
  assembly all(p, o, 1, began);
  ASSERT_TRUE(soon([&] { return exporter.asked == 2; }));
  for (int n = 0; n < 3; ++n) {
    interval second;
    second.second = n;
    all.intervals().take(std::move(second));
  }
  EXPECT_TRUE(soon([&] { return rows == 3; }));
  auto const r = all.finish({}, false);
  EXPECT_LT(base::now() - began, 1500ms);
  EXPECT_EQ(r.seconds.size(), 3u);
}

}  // namespace mailrig::load::server_sampler_test
