// connection: see connection.hpp. DEFLATE over a stream; what carries the stream is a file of its own.
#include "net/connection.hpp"

#include <utility>

#include "net/deflate.hpp"
#include "net/loop_context.hpp"
#include "net/memory_stream.hpp"
#include "net/tcp_stream.hpp"

namespace mailrig::net {

/// What the connection's octets go through. Outlives the connection while one of its calls is under way.
class connection::layers final : public connection_sink, public std::enable_shared_from_this<layers> {
 public:
  layers(std::shared_ptr<stream> below, std::size_t most_octets) : stream_(std::move(below)), limit_(most_octets) {
    stream_->set_sink(this);
  }

  stream& below() { return *stream_; }
  /// Hands over what carried it; `other` takes its place.
  std::shared_ptr<stream> put(std::shared_ptr<stream> other) { return std::exchange(stream_, std::move(other)); }
  void set_sink(connection_sink* sink) { sink_ = sink; }
  void start_deflate() {
    packed_ = std::make_unique<deflate>();
    stream_->read_little_at_a_time();
  }

  void send(std::string_view octets) {
    if (!stream_->is_open() || octets.empty()) return;
    packed_ ? stream_->send(packed_->pack(octets)) : stream_->send(octets);
  }

  void on_open() override {
    auto const keep = shared_from_this();
    if (sink_) sink_->on_open();
  }
  void on_secured(std::string_view how) override {
    auto const keep = shared_from_this();
    if (sink_) sink_->on_secured(how);
  }
  void on_octets(std::string_view octets) override {
    auto const keep = shared_from_this();
    if (packed_) return unpack(octets);
    if (sink_) sink_->on_octets(octets);
  }
  bool on_half_closed() override {
    auto const keep = shared_from_this();
    return sink_ && sink_->on_half_closed();
  }
  void on_end(end_cause cause, std::string_view detail) override {
    auto const keep = shared_from_this();
    if (sink_) sink_->on_end(broken_ ? end_cause::deflate_broken : cause, detail);
  }

 private:
  void unpack(std::string_view octets) {
    std::string plain;
    broken_ = !packed_->unpack(octets, plain, limit_);
    if (broken_) return stream_->close();
    if (sink_ && !plain.empty()) sink_->on_octets(plain);
  }

  std::shared_ptr<stream> stream_;
  std::unique_ptr<deflate> packed_;
  connection_sink* sink_ = nullptr;
  std::size_t limit_;  ///< octets that may be unpacked at once
  bool broken_ = false;
};

connection::connection(std::shared_ptr<stream> carried, base::limits const& limits)
    : layers_(std::make_shared<layers>(std::move(carried), limits.response_octets)) {}

connection::~connection() {
  layers_->set_sink(nullptr);
  close();
  layers_->below().set_sink(nullptr);
}

std::unique_ptr<connection> connection::dial(loop& l, endpoint const& to, connection_sink& sink,
                                             tls_context const* implicit, base::limits const& limits) {
  auto out = std::make_unique<connection>(
      to.host == "memory" ? memory_stream::dial(l, to.port) : tcp_stream::dial(l, to, implicit, limits.connect),
      limits);
  out->set_sink(sink);
  return out;
}

void connection::send(std::string_view octets) { layers_->send(octets); }
void connection::start_tls(tls_context const& context) { layers_->below().start_tls(context, tls_role::client); }
void connection::renegotiate() { layers_->below().renegotiate(); }
void connection::accept_tls(tls_context const& context) { layers_->below().start_tls(context, tls_role::server); }
void connection::start_deflate() { layers_->start_deflate(); }
std::string connection::channel_binding(std::string_view type) const { return layers_->below().channel_binding(type); }

std::string connection::peer_name() const { return layers_->below().peer_name(); }
void connection::half_close() { layers_->below().half_close(); }
void connection::close() { layers_->below().close(); }
void connection::reset() { layers_->below().reset(); }
void connection::leave_behind(loop& l) {
  layers_->set_sink(nullptr);
  layers_->below().set_sink(nullptr);
  layers_->below().pause();
  auto const nothing = std::make_shared<memory_stream>(l);
  nothing->close();
  auto left = layers_->put(nothing);
  if (!left->is_open()) return;
  auto& all = l.inside().left_behind;
  all.push_back(std::move(left));
  if (all.size() <= most_left_behind) return;
  auto const oldest = std::move(all.front());
  all.pop_front();
  oldest->close();
}

void connection::close_left_behind(loop& l) {
  auto const all = std::exchange(l.inside().left_behind, {});
  for (auto const& s : all) s->close();
}

void connection::pause() { layers_->below().pause(); }
void connection::resume() { layers_->below().resume(); }
std::size_t connection::unsent() const { return layers_->below().unsent(); }
bool connection::is_open() const { return layers_->below().is_open(); }
void connection::set_sink(connection_sink& sink) { layers_->set_sink(&sink); }

}  // namespace mailrig::net
