// lmtp: see lmtp.hpp.
#include "session/lmtp.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/beginning.hpp"
#include "base/text.hpp"

namespace mailrig::session {

namespace {

constexpr std::size_t most_reply_octets = 65536;
constexpr std::ptrdiff_t most_reply_lines = 1000;

/// Three digits, and a blank or a hyphen before what follows (RFC 5321 §4.2).
bool is_reply(std::string_view line) {
  auto const digit = [&](std::size_t i) { return line[i] >= '0' && line[i] <= '9'; };
  return line.size() >= 3 && digit(0) && digit(1) && digit(2) && (line.size() == 3 || line[3] == ' ' || line[3] == '-');
}

}  // namespace

void lmtp::deliver(std::string_view recipient, std::string_view message) {
  recipient_ = recipient;
  message_ = dot_stuffed(message);
  busy_ = true;
}

lmtp_action lmtp::next() {
  if (!busy_) return {};
  if (stage_ == stage::ready) return say("MAIL FROM:<rig@example.test>", stage::sender);
  return after_reply();
}

lmtp_action lmtp::after_reply() {
  auto const answer = reply();
  if (!answer) return is_endless() ? fail("a reply without an end") : lmtp_action{};
  char const wanted = stage_ == stage::data ? '3' : '2';
  if (!is_reply(*answer) || (*answer)[0] != wanted) return fail(*answer);
  switch (stage_) {
    case stage::greeting: return say("LHLO localhost", stage::hello);
    case stage::hello: return say("MAIL FROM:<rig@example.test>", stage::sender);
    case stage::sender: return say(fmt::format("RCPT TO:<{}>", recipient_), stage::recipient);
    case stage::recipient: return say("DATA", stage::data);
    case stage::data:
      asked_ = "the message";
      stage_ = stage::content;
      return {lmtp_action::send, std::exchange(message_, {}) + ".\r\n"};
    case stage::content:  // one answer for each recipient that was taken (RFC 2033 §4.2): there is one
    case stage::ready: break;
  }
  stage_ = stage::ready;
  busy_ = false;
  return {lmtp_action::delivered, {}};
}

bool lmtp::is_endless() const {
  return heard_.size() > most_reply_octets || std::ranges::count(heard_, '\n') > most_reply_lines;
}

lmtp_action lmtp::say(std::string text, stage next) {
  asked_ = text;
  stage_ = next;
  return {lmtp_action::send, std::move(text) + "\r\n"};
}

/// The last line of a whole reply, taken out with those before it.
std::optional<std::string> lmtp::reply() {
  for (std::size_t at = 0;;) {
    auto const end = heard_.find('\n', at);
    if (end == heard_.npos) return std::nullopt;
    auto line = heard_.substr(at, end - at);
    at = end + 1;
    if (line.ends_with('\r')) line.pop_back();
    if (is_reply(line) && line.size() > 3 && line[3] == '-') continue;
    heard_.erase(0, at);
    return line;
  }
}

lmtp_action lmtp::fail(std::string_view answer) {
  busy_ = false;
  return {lmtp_action::failed, fmt::format("{} after {}", base::beginning_of(answer, 200), asked_)};
}

std::string dot_stuffed(std::string_view message) {
  std::string out;
  out.reserve(message.size() + 16);
  bool line_start = true;
  for (char const c : message) {
    if (line_start && c == '.') out += '.';
    out += c;
    line_start = c == '\n';
  }
  if (!out.ends_with("\r\n")) out += "\r\n";
  return out;
}

}  // namespace mailrig::session
