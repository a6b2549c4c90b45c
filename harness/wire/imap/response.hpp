// response: one server response, read strictly (RFC 3501 §7, §9; RFC 9051 where it is wider).
#pragma once

#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "wire/imap/command_name.hpp"
#include "wire/imap/cursor.hpp"

namespace mailrig::wire::imap {

enum class response_kind : std::uint8_t { untagged, tagged, continuation, garbage };
enum class status : std::uint8_t { none, ok, no, bad, bye, preauth };

/// Views into the frame it was read from. Reusable: read() resets it and keeps its memory.
struct response {
  response_kind kind = response_kind::garbage;
  status condition = status::none;
  std::string_view octets;   ///< the whole frame
  std::string_view tag;      ///< of a tagged response
  std::string_view name;     ///< "FETCH", "OK", ...; upper case where known
  std::uint64_t number = 0;  ///< of "* n NAME"
  bool known = false;        ///< the name stands in the grammar
  std::string_view code;     ///< response code's name, upper case where known; empty without one
  std::string_view text;     ///< human-readable text
  std::optional<base::fault> violation;
  tree data;
  std::uint32_t code_from = 0, code_to = 0;  ///< nodes of the code's arguments
  std::uint32_t data_from = 0;               ///< first node of the data

  bool is(std::string_view upper_name) const { return kind == response_kind::untagged && name == upper_name; }
  template <std::size_t N>
  bool is(char const (&upper_name)[N]) const {
    return kind == response_kind::untagged && equals(name, upper_name);
  }
  /// First argument of the response code.
  value code_args() const { return data.from(code_from, code_to); }
  /// First value after the name.
  value args() const { return data.from(data_from, std::uint32_t(data.nodes().size())); }
};

/// Reads a whole frame (with its CRLF) into `out`. A violation leaves what was understood before it.
void read(std::string_view frame, response& out, syntax s = {});

std::string_view name_of(status s);

}  // namespace mailrig::wire::imap
