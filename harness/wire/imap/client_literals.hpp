// client_literals: the literals of a command, as its octets announce them (RFC 3501 §4.3, RFC 7888 §3, RFC 3516 §4.4).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace mailrig::wire::imap {

struct client_literal {
  std::uint64_t size = 0;
  bool synchronising = true;
  std::size_t offset = 0;  ///< of its "{" within the command, or the line
};

/// The announcement at the end of a line without its CRLF: "{n}", or "{n+}" and "{n-}", which wait for nobody.
std::optional<client_literal> announced_at_end(std::string_view line);

/// `command`: whole, as command_reader hands it out: of literals too large for it only the announcement is there.
std::vector<client_literal> client_literals(std::string_view command);

}  // namespace mailrig::wire::imap
