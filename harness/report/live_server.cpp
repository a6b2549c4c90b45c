// live_server: see live_server.hpp.
#include "report/live_server.hpp"

#include <fmt/format.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <deque>
#include <mutex>
#include <set>
#include <sstream>
#include <thread>

#include "report/html_page.hpp"
#include "report/load_json.hpp"

namespace mailrig::report {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using asio::ip::tcp;
using boost::system::error_code;
using nlohmann::json;

constexpr std::size_t most_viewers = 64, most_seconds = 3600, most_unread = 30;

std::string text_of(json const& j) { return j.dump(-1, ' ', false, json::error_handler_t::replace); }

/// What there is to see. Any thread.
class exhibit {
 public:
  void put(load::series_row const& row, load::load_record const& r) {
    auto now = load_json(r, {&row, 1}, false);
    now["running"] = true;
    std::lock_guard const lock(mutex_);
    seconds_.push_back(now["seconds"][0]);
    if (seconds_.size() > most_seconds) seconds_.erase(seconds_.begin());
    latest_ = text_of(now);
    head_ = std::move(now);
    metrics_ = prometheus_text(r);
  }
  std::string latest() const {
    std::lock_guard const lock(mutex_);
    return latest_;
  }
  /// With all seconds; empty before the first.
  std::string whole() const {
    std::lock_guard const lock(mutex_);
    if (head_.is_null()) return {};
    auto all = head_;
    all["seconds"] = seconds_;
    all["restart"] = true;
    return text_of(all);
  }
  std::string metrics() const {
    std::lock_guard const lock(mutex_);
    return metrics_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<json> seconds_;
  json head_;
  std::string latest_, metrics_;
};

/// A browser that is told each second. Whoever reads too slowly is let go.
class viewer : public std::enable_shared_from_this<viewer> {
 public:
  explicit viewer(beast::tcp_stream&& s) : ws_(std::move(s)) {}

  void begin(http::request<http::string_body> const& request, std::string first) {
    ws_.set_option(websocket::stream_base::timeout::suggested(beast::role_type::server));
    ws_.async_accept(request, [self = shared_from_this(), first = std::move(first)](error_code e) {
      if (e) return;
      self->open_ = true;
      if (!first.empty()) self->send(first);
      self->read();
    });
  }
  void send(std::string text) {
    if (!open_) return;
    if (unsent_.size() >= most_unread) return close();
    unsent_.push_back(std::move(text));
    if (unsent_.size() == 1) write();
  }
  bool open() const { return open_; }

 private:
  void write() {
    ws_.text(true);
    ws_.async_write(asio::buffer(unsent_.front()), [self = shared_from_this()](error_code e, std::size_t) {
      if (e) return self->close();
      self->unsent_.pop_front();
      if (!self->unsent_.empty()) self->write();
    });
  }
  /// Only to notice that it goes; what it says is of no interest.
  void read() {
    ws_.async_read(heard_, [self = shared_from_this()](error_code e, std::size_t) {
      if (e) return self->close();
      self->heard_.clear();
      self->read();
    });
  }
  void close() {
    open_ = false;
    beast::get_lowest_layer(ws_).close();
  }
  websocket::stream<beast::tcp_stream> ws_;
  beast::flat_static_buffer<4096> heard_;
  std::deque<std::string> unsent_;
  bool open_ = false;
};

using viewers = std::set<std::shared_ptr<viewer>>;

/// One request and its answer; a WebSocket goes on as a viewer.
class visit : public std::enable_shared_from_this<visit> {
 public:
  visit(tcp::socket&& s, exhibit const& what, viewers& all) : stream_(std::move(s)), what_(what), all_(all) {}

  void begin() {
    stream_.expires_after(std::chrono::seconds(10));
    http::async_read(stream_, buffer_, request_, [self = shared_from_this()](error_code e, std::size_t) {
      if (!e) self->answer();
    });
  }

 private:
  void answer() {
    auto const path = request_.target().substr(0, request_.target().find('?'));
    if (websocket::is_upgrade(request_) && path == "/live" && all_.size() < most_viewers) {
      stream_.expires_never();
      auto v = std::make_shared<viewer>(std::move(stream_));
      std::erase_if(all_, [](auto const& one) { return !one->open(); });
      all_.insert(v);
      return v->begin(request_, what_.whole());
    }
    if (request_.method() != http::verb::get && request_.method() != http::verb::head)
      return say(http::status::method_not_allowed, "text/plain", "GET or HEAD\n");
    if (path == "/metrics") return say(http::status::ok, "text/plain; version=0.0.4; charset=utf-8", what_.metrics());
    if (path == "/data.json") return say(http::status::ok, "application/json", what_.whole());
    if (path != "/") return say(http::status::not_found, "text/plain", "There are /, /metrics and /data.json\n");
    std::ostringstream page;
    write_page(load_page, "null", page);
    say(http::status::ok, "text/html; charset=utf-8", page.str());
  }

  void say(http::status status, char const* type, std::string body) {
    answer_.result(status);
    answer_.version(request_.version());
    answer_.set(http::field::content_type, type);
    answer_.set(http::field::cache_control, "no-store");
    answer_.keep_alive(false);
    answer_.body() = request_.method() == http::verb::head ? std::string() : std::move(body);
    answer_.prepare_payload();
    http::async_write(stream_, answer_, [self = shared_from_this()](error_code, std::size_t) {
      error_code ignored;
      self->stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    });
  }

  beast::tcp_stream stream_;
  exhibit const& what_;
  viewers& all_;
  beast::flat_static_buffer<16384> buffer_;
  http::request<http::string_body> request_;
  http::response<http::string_body> answer_;
};

}  // namespace

struct live_server::state {
  asio::io_context io{1};
  exhibit what;
  viewers all;
  std::vector<std::unique_ptr<tcp::acceptor>> doors;
  std::vector<std::uint16_t> ports;
  std::thread thread;

  void admit(tcp::acceptor& door) {
    door.async_accept([this, &door](error_code e, tcp::socket s) {
      if (e == asio::error::operation_aborted) return;
      if (!e) std::make_shared<visit>(std::move(s), what, all)->begin();
      admit(door);
    });
  }
};

live_server::live_server(std::unique_ptr<state> s) : state_(std::move(s)) {}

base::result<std::unique_ptr<live_server>> live_server::start(std::vector<net::endpoint> const& where) {
  auto s = std::make_unique<state>();
  for (auto const& at : where) {
    error_code e;
    auto const address = asio::ip::make_address(at.host, e);
    if (e || !address.is_loopback())
      return base::fault{0, "--dashboard", fmt::format("{} is no loopback address; use 127.0.0.1 or ::1", at.host)};
    auto door = std::make_unique<tcp::acceptor>(s->io);
    tcp::endpoint const to(address, at.port);
    door->open(to.protocol(), e);
    if (!e) door->set_option(tcp::acceptor::reuse_address(true), e);
    if (!e) door->bind(to, e);
    if (!e) door->listen(64, e);
    if (e) return base::fault{0, "--dashboard", fmt::format("{}:{}: {}", at.host, at.port, e.message())};
    s->ports.push_back(door->local_endpoint().port());
    s->admit(*door);
    s->doors.push_back(std::move(door));
  }
  s->thread = std::thread([io = &s->io] { io->run(); });
  return std::unique_ptr<live_server>(new live_server(std::move(s)));
}

live_server::~live_server() {
  state_->io.stop();
  state_->thread.join();
  state_->all.clear();
}

std::vector<std::uint16_t> const& live_server::ports() const { return state_->ports; }

void live_server::publish(load::series_row const& row, load::load_record const& so_far) {
  state_->what.put(row, so_far);
  asio::post(state_->io, [s = state_.get(), text = state_->what.latest()] {
    for (auto const& v : s->all) v->send(text);
  });
}

}  // namespace mailrig::report
