// channel: see channel.hpp.
#include "session/channel.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/rng.hpp"
#include "net/network_address.hpp"

namespace mailrig::session {

using history::event_kind;

namespace {
constexpr std::size_t most_heard_instead = 4096;
}

channel::channel(net::loop& l, access const& where, net::tls_context const& trust, history::session_id id,
                 history::protocol proto, std::string_view account, history::event_sink& history, channel_owner& owner,
                 base::instant epoch, base::limits const& limits, allowance const& allowed)
    : loop_(l),
      trust_(trust),
      reset_due_(l),
      id_(id),
      proto_(proto),
      history_(history),
      owner_(owner),
      redactor_(proto),
      epoch_(epoch),
      allowed_(allowed) {
  record(event_kind::opened, fmt::format("{} {}:{}", account, where.at.host, where.at.port));
  auto const own = base::fnv1a(account, where.link.seed) + id;
  auto link = where.link;
  link.seed = own;
  if (where.failures.any()) line_.emplace(where.failures, l.now(), own);
  if (where.link.slow()) slow_ = std::make_unique<net::slow_link>(l, link, *this);
  net::connection_sink& ear = slow_ ? static_cast<net::connection_sink&>(*slow_) : *this;
  auto to = where.at;
  if (!where.clients.empty()) to.speaks_for = *net::address_within(where.clients, base::fnv1a(account));
  if (where.forwards) origin_ = to.speaks_for;
  connection_ = net::connection::dial(l, to, ear, where.implicit_tls ? &trust_ : nullptr, limits);
  if (slow_) slow_->carry(*connection_);
}

channel::~channel() {
  if (!ended_) close();
}

base::instant channel::record(event_kind kind, std::string_view octets) {
  auto const at = loop_.now() - epoch_;
  history_.take({at, id_, kind, proto_, octets});
  return at;
}

base::instant channel::send(std::string_view octets) {
  if (ended_) return loop_.now() - epoch_;
  answer_octets_ = answer_lines_ = 0;
  auto const recorded = record(event_kind::sent, redactor_.sent(octets));
  // What is short is judged in no time.
  auto const at = octets.size() > 512 ? loop_.now() - epoch_ : recorded;
  if (cut_ != segmentation::octets)
    pass_on(octets);
  else
    for (std::size_t i = 0; i < octets.size() && !ended_; ++i) pass_on(octets.substr(i, 1));
  return at;
}

void channel::pass_on(std::string_view octets) {
  switch (line_ ? line_->sends(loop_.now()) : net::failing_line::passage::through) {
    case net::failing_line::passage::lost: return connection_->pause();
    case net::failing_line::passage::reset:
      connection_->pause();
      return reset_due_.at(loop_.now(), [this] { leave(net::end_cause::reset_on_the_way, {}); });
    case net::failing_line::passage::through: break;
  }
  slow_ ? slow_->send(octets) : connection_->send(octets);
}

void channel::send_instead_of_tls(std::string_view octets) {
  if (ended_) return;
  broken_off_ = true;
  pass_on(octets);
}

void channel::start_deflate() {
  record(event_kind::deflated, {});
  connection_->start_deflate();
}

void channel::close() {
  if (!ended_) is_dark() ? leave(net::end_cause::client_closed, {}) : connection_->close();
}

void channel::reset() {
  if (!ended_) is_dark() ? leave(net::end_cause::client_closed, {}) : connection_->reset();
}

void channel::go_dark() {
  if (ended_) return;
  if (!line_) line_.emplace(net::line_failures{}, loop_.now(), 0);
  line_->go_dark();
  connection_->pause();
}

void channel::leave(net::end_cause cause, std::string_view detail) {
  if (ended_) return;
  connection_->leave_behind(loop_);
  finish(cause, detail);
}

void channel::give_up() {
  silent_ = true;
  close();
}

void channel::cut_off(std::string what) {
  if (ended_) return;
  flood_ = std::move(what);
  close();
}

/// A flood costs whoever sends it the session.
void channel::count(std::string_view octets) {
  session_octets_ += octets.size();
  answer_octets_ += octets.size();
  answer_lines_ += std::size_t(std::ranges::count(octets, '\n'));
  if (answer_octets_ > allowed_.answer_octets || answer_lines_ > allowed_.answer_lines)
    cut_off(fmt::format("{} octets in {} lines came since the client last spoke", answer_octets_, answer_lines_));
  else if (session_octets_ > allowed_.session_octets)
    cut_off(fmt::format("{} octets came in one session", session_octets_));
}

void channel::on_secured(std::string_view what) {
  ++handshakes_;
  record(event_kind::secured, what);
  owner_.on_event(id_);
}

void channel::on_octets(std::string_view octets) {
  if (line_ && !line_->hears(loop_.now())) {
    if (is_dark()) connection_->pause();
    return;
  }
  if (broken_off_) {
    heard_instead_ += octets.substr(0, most_heard_instead - std::min(most_heard_instead, heard_instead_.size()));
    return owner_.on_event(id_);
  }
  redactor_.received(octets);
  auto const step = cut_ == segmentation::trickle ? 1 : octets.size();
  for (std::size_t i = 0; i < octets.size() && !ended_; i += step) {
    record(event_kind::received, octets.substr(i, step));
    owner_.on_event(id_);
  }
  if (!ended_) count(octets);
}

void channel::on_end(net::end_cause cause, std::string_view detail) {
  // No end crosses a dead line; nor does one come for a connection that it has forgotten.
  if (line_ && connected_ && cause != net::end_cause::client_closed && !line_->hears(loop_.now()))
    return line_->go_dark();
  finish(cause, detail);
}

void channel::finish(net::end_cause cause, std::string_view detail) {
  ended_ = true;
  reset_due_.cancel();
  cause_ = cause;
  detail_ = detail;
  // Whoever was to hear TLS and did not may end as it likes.
  if (broken_off_) cause = net::end_cause::tls_failed;
  record(event_kind::ended, flooded() ? "flood: " + flood_
                            : silent_ ? "silence"
                            : doomed_ ? "server killed"
                                      : std::string(net::name_of(cause)));
  owner_.on_event(id_);
}

}  // namespace mailrig::session
