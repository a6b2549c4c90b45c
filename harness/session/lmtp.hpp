// lmtp: the client's side of LMTP (RFC 2033), as a machine without sockets: it is told what the server said and answers
// with what to do. One connection carries one message after the other.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mailrig::session {

struct lmtp_action {
  enum kind_t { wait, send, delivered, failed } kind = wait;
  std::string text;  ///< octets to send, or what was answered to which command
};

/// Tell it of every octet by see(), then ask next() until it says wait. After `failed` it is of no more use.
class lmtp {
 public:
  /// A message with CRLF line ends for one recipient, when none is under way. It may be asked for before the greeting
  /// has come.
  void deliver(std::string_view recipient, std::string_view message);
  /// What nobody has asked for is dropped.
  void see(std::string_view octets) {
    if (busy_) heard_ += octets;
  }
  lmtp_action next();
  /// "no whole reply in time after RCPT TO:<u1>": where nobody waits for it any longer.
  std::string awaited() const { return "no whole reply in time after " + asked_; }
  /// A message is under way.
  bool busy() const { return busy_; }

 private:
  enum class stage { greeting, hello, ready, sender, recipient, data, content };

  lmtp_action say(std::string text, stage next);
  lmtp_action after_reply();
  std::optional<std::string> reply();
  bool is_endless() const;
  lmtp_action fail(std::string_view answer);

  std::string heard_, recipient_, message_;
  std::string asked_ = "connecting";
  stage stage_ = stage::greeting;
  bool busy_ = false;
};

/// With a dot before each line that begins with one, and a line end at the end (RFC 5321 §4.5.2).
std::string dot_stuffed(std::string_view message);

}  // namespace mailrig::session
