// live_server: see live_server.hpp.
#include "report/live_server.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <deque>
#include <list>
#include <mutex>
#include <set>
#include <sstream>
#include <thread>

#include "base/secrets.hpp"
#include "report/html_page.hpp"
#include "report/load_json.hpp"
#include "report/request_origin.hpp"

namespace mailrig::report {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using nlohmann::json;

constexpr std::size_t most_viewers = 64, most_requests = 128, most_seconds = 3600;
constexpr std::size_t most_unread = 30;               ///< messages that wait for a viewer
constexpr std::size_t most_unread_octets = 16 << 20;  ///< and their size, beside the first
/// A viewer that takes nothing for so long is gone.
constexpr auto patience_with_viewers = std::chrono::seconds(30);

/// One text for all who are told it.
using shared_text = std::shared_ptr<std::string const>;
/// Whoever looks on sees no secret.
std::string clean(std::string const& text) { return base::known_secrets().hide(text, base::reading::text); }
std::string text_of(json const& j) { return clean(j.dump(-1, ' ', false, json::error_handler_t::replace)); }
/// As a server-sent event: JSON in one line.
shared_text event_of(json const& j) { return std::make_shared<std::string const>("data: " + text_of(j) + "\n\n"); }

/// What there is to see. Any thread.
class live_data {
 public:
  void put(load::series_row const& row, load::load_record const& r) {
    auto now = load_json(r, {&row, 1}, false);
    now["running"] = true;
    std::lock_guard const lock(mutex_);
    seconds_.push_back(now["seconds"][0]);
    if (seconds_.size() > most_seconds) seconds_.pop_front();
    latest_ = event_of(now);
    head_ = std::move(now);
    metrics_ = clean(prometheus_text(r));
  }
  shared_text latest() const {
    std::lock_guard const lock(mutex_);
    return latest_;
  }
  /// With all seconds; null before the first.
  json whole() const {
    std::lock_guard const lock(mutex_);
    if (head_.is_null()) return nullptr;
    auto all = head_;
    all["seconds"] = seconds_;
    all["restart"] = true;
    return all;
  }
  std::string metrics() const {
    std::lock_guard const lock(mutex_);
    return metrics_;
  }

 private:
  mutable std::mutex mutex_;
  std::deque<json> seconds_;
  json head_;
  shared_text latest_;
  std::string metrics_;
};

/// A browser that is told each second, as an event of one answer that does not end (text/event-stream). Whoever reads
/// too slowly is let go.
class viewer : public std::enable_shared_from_this<viewer> {
 public:
  explicit viewer(beast::tcp_stream&& s) : stream_(std::move(s)) {}

  /// `first` may be null.
  void begin(shared_text const& first) {
    send(std::make_shared<std::string const>(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n"));
    if (first) send(first);
    read();
  }
  void send(shared_text const& text) {
    if (closed_) return;
    if (unsent_.size() >= most_unread || unread_octets_ > most_unread_octets) return close();
    if (!unsent_.empty()) unread_octets_ += text->size();
    unsent_.push_back(text);
    if (unsent_.size() == 1) write();
  }
  bool closed() const { return closed_; }
  /// Messages that it has not taken yet, but the one that has just come.
  std::size_t behind() const { return unsent_.empty() ? 0 : unsent_.size() - 1; }
  void close() {
    closed_ = true;
    stream_.close();
  }

 private:
  void write() {
    stream_.expires_after(patience_with_viewers);
    asio::async_write(stream_, asio::buffer(*unsent_.front()), [self = shared_from_this()](error_code e, std::size_t) {
      if (e || self->closed_) return self->close();
      self->stream_.expires_never();
      self->unsent_.pop_front();
      if (self->unsent_.empty()) return;
      self->unread_octets_ -= self->unsent_.front()->size();
      self->write();
    });
  }
  /// Only to notice that it goes; what it says is of no interest.
  void read() {
    stream_.socket().async_read_some(asio::buffer(heard_), [self = shared_from_this()](error_code e, std::size_t) {
      if (e) return self->close();
      self->read();
    });
  }
  beast::tcp_stream stream_;
  std::array<char, 512> heard_;
  std::deque<shared_text> unsent_;  ///< the first is being sent
  std::size_t unread_octets_ = 0;   ///< of those after the first
  bool closed_ = false;
};

/// Those that are not gone. On the server's thread.
class viewer_list {
 public:
  /// Whether there is none that may go for another: who does not take what it is told may, the slowest first.
  bool full() {
    std::erase_if(all_, [](auto const& one) { return one->closed(); });
    if (all_.size() < most_viewers) return false;
    auto const slowest = *std::ranges::max_element(all_, {}, [](auto const& one) { return one->behind(); });
    if (slowest->behind() == 0) return true;
    slowest->close();
    return false;
  }
  void add(std::shared_ptr<viewer> v) { all_.insert(std::move(v)); }
  void tell(shared_text const& text) {
    std::erase_if(all_, [](auto const& one) { return one->closed(); });
    for (auto const& v : all_) v->send(text);
  }

 private:
  std::set<std::shared_ptr<viewer>> all_;
};

class request_session;

/// What the requests of one server share.
struct server_state {
  live_data what;
  std::string token;                     ///< asked for where it is not empty
  std::list<request_session*> requests;  ///< under way, until the last handler is gone; the oldest first
  asio::io_context io{1};
  viewer_list viewers;
};

/// One request and its answer, within ten seconds; whoever asks for /live goes on as a viewer.
class request_session : public std::enable_shared_from_this<request_session> {
 public:
  request_session(tcp::socket&& s, server_state& of)
      : stream_(std::move(s)), of_(of), place_(of.requests.insert(of.requests.end(), this)) {}
  ~request_session() { of_.requests.erase(place_); }

  void begin() {
    stream_.expires_after(std::chrono::seconds(10));
    http::async_read(stream_, buffer_, request_, [self = shared_from_this()](error_code e, std::size_t) {
      if (!e) self->answer();
    });
  }
  /// Another has come, and there is no room for both.
  void give_way() { stream_.close(); }

 private:
  request_origin origin() const {
    auto const from = request_.find(http::field::origin);
    request_origin o;
    o.host = request_[http::field::host];
    if (from != request_.end()) o.origin = from->value();
    o.authorization = request_[http::field::authorization];
    o.target = request_.target();
    return o;
  }
  void answer() {
    if (auto const why = refusal_of(origin(), of_.token); !why.empty())
      return say(of_.token.empty() ? http::status::forbidden : http::status::unauthorized, "text/plain",
                 std::string(why));
    auto const path = request_.target().substr(0, request_.target().find('?'));
    if (request_.method() != http::verb::get && request_.method() != http::verb::head)
      return say(http::status::method_not_allowed, "text/plain", "GET or HEAD\n");
    if (path == "/live" && request_.method() == http::verb::get) return look_on();
    if (path == "/metrics")
      return say(http::status::ok, "text/plain; version=0.0.4; charset=utf-8", of_.what.metrics());
    if (path == "/data.json") {
      auto const whole = of_.what.whole();
      return say(http::status::ok, "application/json", whole.is_null() ? std::string() : text_of(whole));
    }
    if (path != "/") return say(http::status::not_found, "text/plain", "There are /, /live, /metrics and /data.json\n");
    std::ostringstream page;
    write_page(load_page, "null", page);
    say(http::status::ok, "text/html; charset=utf-8", page.str());
  }

  void look_on() {
    if (of_.viewers.full()) return say(http::status::service_unavailable, "text/plain", "Too many look on already\n");
    stream_.expires_never();
    auto v = std::make_shared<viewer>(std::move(stream_));
    of_.viewers.add(v);
    auto const whole = of_.what.whole();
    v->begin(whole.is_null() ? nullptr : event_of(whole));
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
  server_state& of_;
  std::list<request_session*>::iterator place_;
  beast::flat_static_buffer<16384> buffer_;
  http::request<http::empty_body> request_;
  http::response<http::string_body> answer_;
};

}  // namespace

struct live_server::state : server_state {
  std::vector<std::unique_ptr<tcp::acceptor>> acceptors;
  std::vector<std::uint16_t> ports;
  std::thread thread;

  void accept(tcp::acceptor& at) {
    at.async_accept([this, &at](error_code e, tcp::socket s) {
      if (e == asio::error::operation_aborted) return;
      // Who says nothing, or half of what it wants, does not keep others out.
      if (requests.size() >= most_requests) requests.front()->give_way();
      if (!e) std::make_shared<request_session>(std::move(s), *this)->begin();
      accept(at);
    });
  }
};

live_server::live_server(std::unique_ptr<state> s) : state_(std::move(s)) {}

base::result<std::unique_ptr<live_server>> live_server::start(std::vector<net::endpoint> const& where,
                                                              std::string token) {
  if (!token.empty() && token.size() < shortest_token)
    return base::fault{
        0, "--dashboard",
        fmt::format("a token of {} characters can be guessed; take {} or more", token.size(), shortest_token)};
  auto s = std::make_unique<state>();
  s->token = std::move(token);
  for (auto const& at : where) {
    error_code e;
    auto const address = asio::ip::make_address(at.host, e);
    if (e)
      return base::fault{0, "--dashboard", fmt::format("{} is no address; 127.0.0.1 or ::1 is this machine", at.host)};
    if (!address.is_loopback() && s->token.empty())
      return base::fault{0, "--dashboard",
                         fmt::format("{} is no loopback address: others could read it; use 127.0.0.1 or ::1, or put a "
                                     "token that they must show into $MAILRIG_DASHBOARD_TOKEN",
                                     at.host)};
    auto acceptor = std::make_unique<tcp::acceptor>(s->io);
    tcp::endpoint const to(address, at.port);
    acceptor->open(to.protocol(), e);
    if (!e) acceptor->set_option(tcp::acceptor::reuse_address(true), e);
    if (!e) acceptor->bind(to, e);
    if (!e) acceptor->listen(64, e);
    if (e) return base::fault{0, "--dashboard", fmt::format("{}:{}: {}", at.host, at.port, e.message())};
    s->ports.push_back(acceptor->local_endpoint().port());
    s->accept(*acceptor);
    s->acceptors.push_back(std::move(acceptor));
  }
  s->thread = std::thread([io = &s->io] { io->run(); });
  return std::unique_ptr<live_server>(new live_server(std::move(s)));
}

live_server::~live_server() {
  state_->io.stop();
  state_->thread.join();
}

std::vector<std::uint16_t> const& live_server::ports() const { return state_->ports; }

void live_server::publish(load::series_row const& row, load::load_record const& so_far) {
  state_->what.put(row, so_far);
  asio::post(state_->io, [s = state_.get(), text = state_->what.latest()] { s->viewers.tell(text); });
}

}  // namespace mailrig::report
