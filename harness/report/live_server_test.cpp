// What a browser may ask, and that a viewer who does not read is let go while the others are told.
#include "report/live_server.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace mailrig::report::live_server_test {

using namespace std::chrono_literals;

namespace {

struct browser final : net::connection_sink {
  browser(net::loop& l, std::uint16_t port, std::string const& request)
      : connection(net::connection::dial(l, {"127.0.0.1", port}, *this)) {
    connection->send(request);
  }
  void on_octets(std::string_view o) override {
    octets += o.size();
    if (text.size() < 100'000) text += o;
  }
  void on_end(net::end_cause, std::string_view) override { ended = true; }
  std::string status() const { return text.substr(0, text.find("\r\n")); }
  std::string text;
  std::size_t octets = 0;
  bool ended = false;
  std::unique_ptr<net::connection> connection;
};

struct served {
  explicit served(std::string const& token = {})
      : server(std::move(*report::live_server::start({{"127.0.0.1", 0}}, token))) {}
  std::unique_ptr<report::live_server> server;
  std::uint16_t port = server->ports().front();
  net::loop l;

  std::string status(std::string const& path, std::string const& fields) {
    browser b(l, port, fmt::format("GET {} HTTP/1.1\r\n{}\r\n", path, fields));
    l.run_until([&] { return b.ended || b.text.find("\r\n\r\n") != b.text.npos; }, l.now() + 5s);
    return b.status();
  }
  std::unique_ptr<browser> look_on() {
    return std::make_unique<browser>(
        l, port,
        fmt::format("GET /live HTTP/1.1\r\nHost: localhost:{0}\r\nOrigin: http://localhost:{0}\r\n\r\n", port));
  }
};

/// A second with names so long that its text is about half a megabyte.
load::series_row long_row(std::int64_t second) {
  load::series_row row;
  row.second = second;
  row.heat.resize(load::series_row::heat_buckets);
  for (int i = 0; i < 400; ++i) row.kinds[fmt::format("{:01100}", i)] = {1, 2, 3, 4, 5};
  return row;
}

}  // namespace

TEST(LiveServer, AnswersThisMachinesNamesAndNoPageFromElsewhere) {
  served s;
  EXPECT_EQ(s.status("/metrics", "Host: localhost\r\n"), "HTTP/1.1 200 OK");
  EXPECT_EQ(s.status("/", fmt::format("Host: 127.0.0.1:{}\r\n", s.port)), "HTTP/1.1 200 OK");
  EXPECT_EQ(s.status("/metrics", "Host: rebound.example\r\n"), "HTTP/1.1 403 Forbidden");
  EXPECT_EQ(s.status("/metrics", ""), "HTTP/1.1 403 Forbidden");
  EXPECT_EQ(s.status("/data.json", "Host: localhost\r\nOrigin: http://elsewhere.example\r\n"),
            "HTTP/1.1 403 Forbidden");
  EXPECT_EQ(s.status("/live", "Host: localhost\r\nOrigin: http://elsewhere.example\r\n"), "HTTP/1.1 403 Forbidden");
}

TEST(LiveServer, ServesThisMachineAlone) {
  EXPECT_FALSE(report::live_server::start({{"0.0.0.0", 0}}));
  EXPECT_FALSE(report::live_server::start({{"example.org", 0}}));
}

TEST(LiveServer, ATokenIsAskedForOnEveryPath) {
  EXPECT_FALSE(report::live_server::start({{"127.0.0.1", 0}}, "guessable"));
  served s{"0123456789abcdef"};
  for (auto const* path : {"/", "/live", "/metrics", "/data.json"}) {
    EXPECT_EQ(s.status(path, "Host: localhost\r\n"), "HTTP/1.1 401 Unauthorized") << path;
    EXPECT_EQ(s.status(path, "Host: mail.example\r\nAuthorization: Bearer 0123456789abcdef\r\n"), "HTTP/1.1 200 OK")
        << path;
  }
}

TEST(LiveServer, AViewerIsToldEachSecondInOneLine) {
  served s;
  auto const reader = s.look_on();
  ASSERT_TRUE(s.l.run_until([&] { return reader->text.find("\r\n\r\n") != std::string::npos; }, s.l.now() + 5s));
  EXPECT_NE(reader->text.find("Content-Type: text/event-stream\r\n"), std::string::npos);
  for (int second = 0; second < 2; ++second) {
    auto const before = reader->text.size();
    s.server->publish({}, {});
    ASSERT_TRUE(
        s.l.run_until([&] { return reader->text.size() > before && reader->text.ends_with("\n\n"); }, s.l.now() + 5s));
    EXPECT_EQ(reader->text.find('\n', before), reader->text.size() - 2);
    EXPECT_EQ(reader->text.substr(before, 7), "data: {");
  }
}

TEST(LiveServer, WhoSaysHalfOfWhatItWantsKeepsNobodyOut) {
  served s;
  std::vector<std::unique_ptr<browser>> halves;
  for (int n = 0; n < 150; ++n)
    halves.push_back(std::make_unique<browser>(s.l, s.port, "GET / HTTP/1.1\r\nHost: local"));
  ASSERT_TRUE(s.l.run_until([&] { return std::ranges::any_of(halves, [](auto const& b) { return b->ended; }); },
                            s.l.now() + 5s));
  EXPECT_EQ(s.status("/metrics", "Host: localhost\r\n"), "HTTP/1.1 200 OK");
}

TEST(LiveServer, AViewerThatDoesNotReadIsLetGoAndTheOthersAreTold) {
  served s;
  auto const deaf = s.look_on(), reader = s.look_on();
  ASSERT_TRUE(
      s.l.run_until([&] { return deaf->text.starts_with("HTTP/1.1 200") && reader->text.starts_with("HTTP/1.1 200"); },
                    s.l.now() + 5s));
  deaf->connection->pause();
  std::size_t told = 0;
  for (std::int64_t second = 0; second < 80; ++second) {
    s.server->publish(long_row(second), {});
    told += 400'000;
    ASSERT_TRUE(s.l.run_until([&] { return reader->octets > told; }, s.l.now() + 10s)) << second;
  }
  EXPECT_FALSE(reader->ended);
  deaf->connection->resume();
  EXPECT_TRUE(s.l.run_until([&] { return deaf->ended; }, s.l.now() + 10s));
  EXPECT_LT(deaf->octets, told);
}

}  // namespace mailrig::report::live_server_test
