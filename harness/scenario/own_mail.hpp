// own_mail: tells mail that mailrig itself put somewhere from everybody else's.
#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/mailroom.hpp"

namespace mailrig::scenario {

/// What every message that mailrig makes has in its header: a field of a name that begins so.
inline constexpr std::string_view own_mark = "X-Mailrig-";

/// Any thread.
class own_mail {
 public:
  /// Messages of a mailroom may be put anywhere as they stand, oddities and all, and so have no mark.
  explicit own_mail(mailroom room) : room_(std::move(room)) {}

  /// A header has our mark.
  static bool marked(std::string_view header);
  /// A whole message has it, or is one of the mailroom's, octet for octet; line ends and what a delivery puts before a
  /// message (Return-Path, Received and the like) aside.
  bool wrote(std::string_view octets) const;

 private:
  mailroom room_;
  mutable std::once_flag once_;
  mutable std::vector<std::string> known_;  ///< without CR; read when they are first asked for
};

/// What this run knows its own mail by. Set once, before anything is played; without it, by the mark alone.
void use_own_mail(mailroom room);
bool is_own_mail(std::string_view octets);

}  // namespace mailrig::scenario
