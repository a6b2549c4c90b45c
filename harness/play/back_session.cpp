// back_session: see back_session.hpp.
#include "play/back_session.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "history/literal_header.hpp"

namespace mailrig::play {

using history::protocol;
using model::item_kind;

back_session::back_session(net::loop& l, protocol p, net::endpoint const& at, net::tls_context const& trust, ears heard,
                           bool greets)
    : loop_(l), proto_(p), trust_(trust), heard_(std::move(heard)), conversation_(0, p, {}) {
  conversation_.take({loop_.now(), 0, history::event_kind::opened, proto_, "? ?"}, *this);
  jobs_.push_back({.heard = greets, .begun = true});
  connection_ = net::connection::dial(l, at, *this);
}

back_session::~back_session() = default;

void back_session::pass(client_unit const& u) { add({.octets = u.octets, .verb = u.verb, .heard = true}); }
void back_session::shadow(client_unit const& u) { add({.octets = u.octets, .verb = u.verb}); }
void back_session::line(client_unit const& u) { say(u.octets); }

bool back_session::takes_lines() const {
  if (jobs_.empty() || !jobs_.front().heard) return false;
  auto const& verb = jobs_.front().verb;
  return verb == "IDLE" || verb == "AUTHENTICATE" || verb == "AUTH";
}

void back_session::log_in(back_account const& who) {
  if (proto_ == protocol::imap) return add({.octets = fmt::format("z1 LOGIN {} {}\r\n", who.user, who.password)});
  add({.octets = fmt::format("USER {}\r\n", who.user)});
  add({.octets = fmt::format("PASS {}\r\n", who.password)});
}

void back_session::secure() {
  add({.octets = proto_ == protocol::imap ? "z2 STARTTLS\r\n" : "STLS\r\n", .secures = true});
}

void back_session::add(job j) {
  if (gone_) return;
  jobs_.push_back(std::move(j));
  if (!jobs_.front().begun) begin();
}

void back_session::begin() {
  jobs_.front().begun = true;
  answered_ = false;
  say(jobs_.front().octets);
}

void back_session::say(std::string_view octets) {
  if (gone_) return;
  // The server takes {n+}, so that nobody waits for "+" here.
  std::string out;
  for (std::size_t from = 0; from < octets.size();) {
    auto const end = std::min(octets.find('\n', from), octets.size() - 1) + 1;
    auto line = octets.substr(from, end - from);
    from = end;
    auto const header = proto_ == protocol::imap ? history::literal_header::of(line) : std::nullopt;
    out += header ? line.substr(0, line.size() - header->after.size()) : line;
    if (header) out += "+}\r\n";
    auto const taken = std::min<std::uint64_t>(header ? header->count : 0, octets.size() - from);
    out += octets.substr(from, taken);
    from += taken;
  }
  conversation_.take({loop_.now(), 0, history::event_kind::sent, proto_, out}, *this);
  connection_->send(out);
}

void back_session::on_octets(std::string_view octets) {
  if (jobs_.empty() || jobs_.front().heard) heard_.octets(octets);
  conversation_.take({loop_.now(), 0, history::event_kind::received, proto_, octets}, *this);
  if (std::exchange(answered_, false)) done();
}

void back_session::see(model::item const& i) {
  if (jobs_.empty()) return;
  bool const greeting = jobs_.front().octets.empty();
  if (i.kind == item_kind::response)
    answered_ = answered_ || greeting || i.response->kind == wire::imap::response_kind::tagged;
  if (i.kind == item_kind::reply) answered_ = answered_ || i.reply->status != wire::pop3::indicator::challenge;
}

void back_session::done() {
  bool const secures = jobs_.front().secures;
  if (secures) return connection_->start_tls(trust_);
  jobs_.pop_front();
  if (!jobs_.empty()) return begin();
  heard_.free();
}

void back_session::on_secured(std::string_view how) {
  conversation_.take({loop_.now(), 0, history::event_kind::secured, proto_, how}, *this);
  jobs_.pop_front();
  if (!jobs_.empty()) return begin();
  heard_.free();
}

void back_session::on_end(net::end_cause, std::string_view) {
  gone_ = true;
  jobs_.clear();
  heard_.gone();
}

}  // namespace mailrig::play
