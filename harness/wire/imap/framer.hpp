// framer: cuts a server's octets into responses.
// A response ends at CRLF outside a literal (RFC 3501 §2.2, §4.3). Nothing is copied while whole responses arrive;
// what is cut short is kept, within limits, until the rest comes. A bare LF ends a line too, and is a fault.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/limits.hpp"
#include "base/result.hpp"

namespace mailrig::wire::imap {

struct frame {
  std::string_view octets;           ///< with its CRLF; valid during the call
  std::uint64_t stream_offset = 0;   ///< of its first octet in all that the server sent
  std::optional<base::fault> fault;  ///< bare LF, over a limit
};

class framer {
 public:
  explicit framer(base::limits const& limits = {}) : limits_(limits) {}

  /// Calls sink(frame const&) for each response that is complete now. The sink must not feed this framer.
  template <class Sink>
  void feed(std::string_view octets, Sink sink) {
    std::string kept;
    bool const joined = !carry_.empty();
    if (joined) {
      carry_.append(octets);
      kept.swap(carry_);
      octets = kept;
    }
    frame f;
    std::size_t consumed = 0;
    while (consumed < octets.size()) {
      auto const end = scan(octets.substr(consumed), f);
      if (end == 0) break;
      f.octets = octets.substr(consumed, end);
      f.stream_offset = offset_;
      offset_ += end;
      consumed += end;
      if (!skipping_) sink(static_cast<frame const&>(f));
      skipping_ = skip_next_;
      skip_next_ = false;
      f.fault.reset();
    }
    if (consumed == octets.size()) return;
    if (joined) {
      kept.erase(0, consumed);
      carry_.swap(kept);
    } else {
      carry_.assign(octets.substr(consumed));
    }
  }

  /// Octets of a response that has begun and not ended.
  std::string_view pending() const { return carry_; }
  std::uint64_t stream_offset() const { return offset_; }

 private:
  /// Octets of the first whole response in `octets`, 0 while it is incomplete. Remembers how far it looked.
  std::size_t scan(std::string_view octets, frame& f);
  std::size_t give_up(std::size_t at, frame& f, char const* what);

  base::limits limits_;
  std::string carry_;
  std::uint64_t offset_ = 0;
  std::size_t looked_ = 0;       ///< no LF before here
  std::size_t line_begin_ = 0;   ///< of the current line within the response
  std::size_t literal_end_ = 0;  ///< where the open literal ends
  bool skipping_ = false;        ///< the rest of an oversized response is passed over
  bool skip_next_ = false;
};

/// The count of a literal that `line` (without CRLF) announces at its end, if it does. `first` is the response's
/// first line: free text of a status response announces nothing.
std::optional<std::uint64_t> announced_literal(std::string_view line, bool first);

}  // namespace mailrig::wire::imap
