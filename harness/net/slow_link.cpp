// slow_link: see slow_link.hpp.
#include "net/slow_link.hpp"

#include <algorithm>

namespace mailrig::net {
namespace {

constexpr std::size_t window = 65536;          ///< octets under way before the server is no longer read
constexpr std::size_t largest_segment = 1448;  ///< octets that are lost together

std::size_t held(std::deque<std::pair<base::instant, std::string>> const& q) {
  std::size_t n = 0;
  for (auto const& [at, octets] : q) n += octets.size();
  return n;
}

}  // namespace

slow_link::slow_link(loop& l, link_speed const& speed, connection_sink& ear)
    : loop_(l), speed_(speed), chance_(speed.seed), ear_(ear), down_(l), up_(l) {}

void slow_link::send(std::string_view octets) { hold(up_, speed_.up, octets, false); }

void slow_link::on_octets(std::string_view octets) {
  hold(down_, speed_.down, octets, true);
  if (!full_ && held(down_.under_way) > window) {
    full_ = true;
    connection_->pause();
  }
}

void slow_link::on_end(end_cause cause, std::string_view detail) {
  // What the server said before it closed is still on the line.
  if (down_.under_way.empty() || cause == end_cause::client_closed) return ear_.on_end(cause, detail);
  ended_ = cause;
  detail_ = detail;
}

/// Beyond the line's delay. What is lost comes again when the sender's timer has run out: 200 ms at least (Linux), or
/// the way there and back, and twice as long each time (RFC 6298).
base::duration slow_link::held_up() {
  base::duration out{};
  if (speed_.jitter.count() > 0) out += base::duration(std::int64_t(chance_.unit() * double(speed_.jitter.count())));
  auto timer = std::max<base::duration>(std::chrono::milliseconds(200), 2 * speed_.delay);
  for (int tries = 0; tries < 8 && speed_.loss > 0 && chance_.unit() <= speed_.loss; ++tries, timer *= 2) out += timer;
  return out;
}

/// Cut into what the line carries in 10 ms, so that a large reply trickles in.
void slow_link::hold(lane& l, std::uint64_t speed, std::string_view octets, bool down) {
  auto const now = loop_.now();
  auto piece = speed == 0 ? octets.size() : std::max<std::size_t>(64, speed / 100);
  if (speed_.loss > 0) piece = std::min(piece, largest_segment);
  for (std::size_t at = 0; at < octets.size(); at += piece) {
    auto const part = octets.substr(at, piece);
    l.free = std::max(l.free, now);
    if (speed != 0) l.free += std::chrono::nanoseconds(part.size() * 1'000'000'000 / speed);
    auto at_far_end = l.free + speed_.delay + held_up();
    if (!l.under_way.empty()) at_far_end = std::max(at_far_end, l.under_way.back().first);
    l.under_way.emplace_back(at_far_end, part);
  }
  if (!l.under_way.empty()) l.due.at(l.under_way.front().first, [this, &l, down] { arrive(l, down); });
}

void slow_link::arrive(lane& l, bool down) {
  std::string octets;
  for (auto const now = loop_.now(); !l.under_way.empty() && l.under_way.front().first <= now; l.under_way.pop_front())
    octets += l.under_way.front().second;
  if (!l.under_way.empty()) l.due.at(l.under_way.front().first, [this, &l, down] { arrive(l, down); });
  if (!down) return connection_->send(octets);
  bool const last = l.under_way.empty() && ended_ != end_cause::none;
  if (full_ && held(l.under_way) < window / 2) {
    full_ = false;
    connection_->resume();
  }
  if (!octets.empty()) ear_.on_octets(octets);
  if (last) ear_.on_end(ended_, detail_);
}

}  // namespace mailrig::net
