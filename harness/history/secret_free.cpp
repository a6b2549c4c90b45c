// secret_free: see secret_free.hpp.
#include "history/secret_free.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "history/free_text.hpp"
#include "history/literal_header.hpp"
#include "history/scram_proof.hpp"

namespace mailrig::history {

using base::reading;

namespace {

/// A longer literal does not wait. Where it has a secret, what came together with it is stand-ins of the same size.
constexpr std::uint64_t longest_waiting = 1 << 20;
constexpr std::size_t most_of_head = 80;
/// Longer forms of secrets, and those in more pieces, are not followed from literal to literal.
constexpr std::size_t longest_begun = 4096;

/// Whether what a secret begins with is enough of it to be hidden before the rest is seen. Less is how mail ends that
/// has nothing to do with it: a secret has dozens of forms.
bool is_piece(std::string_view begun) {
  constexpr std::ptrdiff_t least = 5;
  return std::ranges::count_if(begun, [](char c) { return c != '\r' && c != '\n'; }) >= least;
}

bool tells_mail(std::string_view head, protocol proto) {
  if (proto == protocol::pop3) return !head.starts_with("+OK") && !head.starts_with("-ERR");
  return head.starts_with("* ") && base::to_upper(head).find(" FETCH ") != head.npos;
}

/// A line of POP3 that is no status and no challenge.
bool is_text(std::string_view line) { return !line.empty() && line[0] != '+' && line[0] != '-'; }

/// POP3's mail: whole lines together, since it is folded; what may be the beginning of a secret waits for the next one.
/// False: nothing more of `pending` can be told.
bool tell_mail(base::secret_set const& secrets, std::string& pending, std::string& out, base::hidden& what) {
  std::size_t end = 0;
  bool over = false;
  for (auto lf = pending.find('\n'); !over && lf != pending.npos && is_text(std::string_view(pending).substr(end));
       lf = pending.find('\n', end)) {
    auto const line = std::string_view(pending).substr(end, lf + 1 - end);
    over = line == ".\r\n" || line == ".\n";
    end = lf + 1;
  }
  auto const rest = pending.substr(end);
  over = over || (!rest.empty() && !is_text(rest));
  pending.resize(end);
  out += over ? secrets.hide(std::exchange(pending, {}), reading::content, &what)
              : secrets.take(pending, reading::content, &what);
  pending += rest;
  return over;
}

/// SCRAM's proof. What is no base64 stays, so that it can be judged.
bool is_proof(std::string_view line) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  if (!shows_proof(line)) return false;
  auto const text = line.substr(2);
  auto const end = text.find_last_not_of('=') + 1;
  return text.size() % 4 == 0 && text.size() - end <= 2 && text.substr(0, end).find_first_not_of(digits) == text.npos;
}

}  // namespace

std::string secret_free_stream::take(std::string_view octets) {
  pending_ += octets;
  if (!octets.empty()) untouched_ = false;
  std::string out;
  while (left_ > 0 ? literal(out) : whole_line(out)) continue;
  let_go_of_told();
  if (left_ == 0) part_of_line(out);
  return out;
}

std::string secret_free_stream::rest() {
  std::string out;
  if (left_ > 0 && !begun_) out = fmt::format("{{{}{}", left_, after_);
  base::hidden what;
  out += secrets_.hide(pending_, left_ > 0 ? reading::content : reading::wire, &what);
  pending_.clear();
  left_ = 0;
  return out;
}

void secret_free_stream::refused() {
  if (untouched_) left_ = 0;
}

void secret_free_stream::tell_line(std::string_view line, std::string& out) {
  if (server_ && head_.empty() && is_proof(line)) {
    out += fmt::format("+ {}{}", base::secret_stand_in, line.substr(line.find_last_not_of("\r\n") + 1));
    return;
  }
  head_ += line.substr(0, most_of_head - std::min(most_of_head, head_.size()));
  base::hidden what;
  bool const mail = server_ && tells_mail(head_, proto_);
  out += secrets_.hide(line, mail ? reading::content : reading::wire, &what);
  hid_mail_ = hid_mail_ || (mail && what.hits > 0);
}

std::optional<literal_header> secret_free_stream::announced(std::string_view line) const {
  auto const header = proto_ == protocol::imap ? literal_header::of(line) : std::nullopt;
  // Words for people announce nothing, and whoever has read them goes on: they do not wait.
  if (header && server_ && ends_in_free_text(head_ + std::string(line))) return std::nullopt;
  return header;
}

bool secret_free_stream::whole_line(std::string& out) {
  auto const lf = pending_.find('\n', from_);
  if (lf == pending_.npos) return false;
  if (proto_ == protocol::pop3 && server_ && head_.empty() && is_text(waiting())) {
    let_go_of_told();
    base::hidden what;
    bool const more = tell_mail(secrets_, pending_, out, what);
    hid_mail_ = hid_mail_ || what.hits > 0;
    return more;
  }
  auto const line = waiting().substr(0, lf + 1 - from_);
  from_ = lf + 1;
  auto const header = announced(line);
  if (!header || header->count == 0) {
    tell_line(line, out);
    if (!header) head_.clear();
    return true;
  }
  tell_line(line.substr(0, header->at), out);
  left_ = header->count;
  after_ = header->after;
  untouched_ = waiting().empty();
  // The client's must be told before the server invites it to go on.
  bool const here = waiting().size() >= left_;
  begun_ = !here && (!server_ || left_ > longest_waiting);
  if (begun_) out += line.substr(header->at);
  return true;
}

/// A secret may be told in pieces, each in a literal of its own.
std::string secret_free_stream::without_pieces(std::string_view text, base::hidden& what) {
  std::string out;
  if (!begun_secret_.empty()) {
    auto const whole = begun_secret_ + std::string(text.substr(0, longest_begun));
    auto const ended = secrets_.ended_in(begun_secret_, text);
    if (ended == 0 && text.size() < longest_begun && is_piece(whole) && secrets_.begun_at(whole) == 0) {
      begun_secret_ = whole;  // and goes on
      ++what.hits;
      hid_piece_ = true;
      return std::string(base::secret_stand_in);
    }
    begun_secret_.clear();
    if (ended > 0) {
      out = base::secret_stand_in;
      ++what.hits;
      hid_piece_ = true;
    }
    text.remove_prefix(ended);
  }
  auto told = secrets_.hide(text, reading::content, &what);
  auto const piece = text.substr(secrets_.begun_at(text));
  if (!piece.empty() && piece.size() < longest_begun && told.ends_with(piece)) {
    begun_secret_ = piece;
    if (is_piece(piece)) {
      told.replace(told.size() - piece.size(), piece.size(), base::secret_stand_in);
      ++what.hits;
      hid_piece_ = true;
    }
  }
  return out + told;
}

bool secret_free_stream::literal(std::string& out) {
  if (!begun_) {
    if (waiting().size() < left_) return false;
    base::hidden what;
    auto const text = waiting().substr(0, std::size_t(left_));
    auto const told =
        server_ && !secrets_.empty() ? without_pieces(text, what) : secrets_.hide(text, reading::content, &what);
    hid_mail_ = hid_mail_ || what.hits > 0;
    out += fmt::format("{{{}{}{}", told.size(), after_, told);
    from_ += std::size_t(left_);
    left_ = 0;
    return true;
  }
  return fill(out);
}

/// Of the same size, since that has been told.
bool secret_free_stream::fill(std::string& out) {
  let_go_of_told();
  auto const size = std::size_t(std::min<std::uint64_t>(left_, pending_.size()));
  auto part = pending_.substr(0, size);
  base::hidden what;
  // What may be the beginning of a secret waits, but for the end of the literal.
  if (size == left_)
    (void)secrets_.hide(std::exchange(part, {}), reading::content, &what);
  else
    (void)secrets_.take(part, reading::content, &what);
  auto const told = size - part.size();
  for (std::size_t i = 0; i < told; ++i)
    out += what.hits > 0 ? base::secret_stand_in[i % base::secret_stand_in.size()] : pending_[i];
  hid_mail_ = hid_mail_ || what.hits > 0;
  pending_.erase(0, told);
  left_ -= told;
  return told > 0;
}

void secret_free_stream::part_of_line(std::string& out) {
  bool const mail = proto_ == protocol::pop3 && server_ && head_.empty() && is_text(pending_);
  bool const challenge = server_ && head_.empty() && (pending_ == "+" || pending_.starts_with("+ "));
  if ((mail || challenge) && pending_.size() < longest_waiting) return;
  // What may be the header of a literal waits too.
  auto const open = proto_ == protocol::imap ? pending_.rfind('{') : pending_.npos;
  bool const maybe = open != pending_.npos && pending_.size() - open <= literal_header::longest &&
                     pending_.find_first_not_of("0123456789+-}\r", open + 1) == pending_.npos;
  auto const kept = maybe ? pending_.substr(open) : std::string();
  if (maybe) pending_.erase(open);
  base::hidden what;
  auto const told = maybe ? secrets_.hide(std::exchange(pending_, {}), reading::wire, &what)
                          : secrets_.take(pending_, reading::wire, &what);
  head_ += std::string_view(told).substr(0, most_of_head - std::min(most_of_head, head_.size()));
  hid_mail_ = hid_mail_ || (what.hits > 0 && server_ && tells_mail(head_, proto_));
  out += told;
  pending_ += kept;
}

void secret_free::tell(event const& e, std::string const& octets, secret_free_stream& from) {
  if (from.hid_mail() && lost_) lost_(e.session, e.at);
  if (!octets.empty()) to_.take({e.at, e.session, e.kind, e.proto, octets});
}

void secret_free::octets(event const& e, sides& s) {
  if (e.kind == event_kind::sent) return tell(e, s.client.take(e.octets), s.client);
  // "+" invites a literal, "*" says nothing about it.
  if (!e.octets.starts_with('+') && !e.octets.starts_with('*')) s.client.refused();
  tell(e, s.server.take(e.octets), s.server);
}

void secret_free::take(event const& e) {
  auto known = sessions_.find(e.session);
  if (secrets_.empty() && known == sessions_.end()) return to_.take(e);
  if (e.kind == event_kind::opened && known != sessions_.end()) known = sessions_.erase(known), known = sessions_.end();
  if (e.kind == event_kind::opened)
    return to_.take({e.at, e.session, e.kind, e.proto, secrets_.hide(e.octets, reading::wire)});
  if (known == sessions_.end())
    known = sessions_.emplace(e.session, sides{{e.proto, false, secrets_}, {e.proto, true, secrets_}}).first;
  auto& s = known->second;
  if (e.kind == event_kind::sent || e.kind == event_kind::received) return octets(e, s);
  // Whatever else happens comes after what was said.
  tell({e.at, e.session, event_kind::sent, e.proto, {}}, s.client.rest(), s.client);
  tell({e.at, e.session, event_kind::received, e.proto, {}}, s.server.rest(), s.server);
  to_.take(e);
  if (e.kind == event_kind::ended) sessions_.erase(known);
}

}  // namespace mailrig::history
