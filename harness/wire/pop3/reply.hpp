// reply: POP3 replies (RFC 1939 §3): a status line, and for some commands lines up to the lone dot.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/limits.hpp"
#include "base/result.hpp"

namespace mailrig::wire::pop3 {

enum class indicator : std::uint8_t { ok, err, challenge, garbage };

/// Views are valid during the call that hands the reply out.
struct reply {
  indicator status = indicator::garbage;
  std::string_view line;    ///< status line without CRLF
  std::string_view text;    ///< what follows the indicator and its space
  std::string_view code;    ///< RFC 2449 §8: "[IN-USE]" -> IN-USE; empty without one
  bool multi = false;       ///< a body follows the line
  std::string_view body;    ///< as sent: dot-stuffed, with the final ".CRLF"
  std::string_view octets;  ///< all of it
  std::uint64_t stream_offset = 0;
  std::optional<base::fault> violation;  ///< offset within `octets`
};

/// Cuts a server's octets into replies. Whether a reply has a body depends on the command, so its reader must say.
class reply_framer {
 public:
  explicit reply_framer(base::limits const& limits = {}) : limits_(limits) {}

  void feed(std::string_view octets);
  /// The next whole reply, or nothing yet. `multi`: a +OK of the oldest unanswered command has a body.
  bool next(bool multi, reply& out);
  std::string_view pending() const { return std::string_view(carry_).substr(used_); }
  std::uint64_t stream_offset() const { return offset_ + used_; }

 private:
  std::size_t body_end(std::size_t from, std::optional<base::fault>& violation);

  base::limits limits_;
  std::string carry_;
  std::size_t used_ = 0;    ///< octets at the front that are done with
  std::size_t looked_ = 0;  ///< body lines before here were seen
  std::uint64_t offset_ = 0;
  std::optional<base::fault> pending_violation_;
};

/// Reads a status line (without its CRLF).
void read_status_line(std::string_view line, reply& out);

/// Takes the stuffing dots and the final line out: the octets of the message or the listing.
std::string unstuffed(std::string_view body);
/// The lines of a listing, unstuffed, without CRLF.
std::vector<std::string> body_lines(std::string_view body);

struct drop_listing {
  std::uint64_t messages = 0, octets = 0;
};
/// STAT's "nn mm" (RFC 1939 §5); what follows a further space is allowed.
base::result<drop_listing> read_stat(std::string_view text);
/// A scan listing "n size" of LIST, or "n uidl" of UIDL with its 1 to 70 octets 0x21 to 0x7E (§7).
base::result<std::pair<std::uint64_t, std::uint64_t>> read_scan_listing(std::string_view line);
base::result<std::pair<std::uint64_t, std::string>> read_unique_id(std::string_view line);

}  // namespace mailrig::wire::pop3
