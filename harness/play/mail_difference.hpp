// mail_difference: what a client has, held against what its server has: messages that are missing, altered, there twice
// or nobody's, and flags that are others.
#pragma once

#include <string>
#include <vector>

#include "play/kept_mail.hpp"

namespace mailrig::play {

struct mail_difference {
  enum class kind : std::uint8_t { missing, altered, twice, nobodys, flags } what = kind::missing;
  std::string text;        ///< one sentence
  std::string expected;    ///< what would be right; may be empty
  std::string octets;      ///< what the client has
  std::size_t offset = 0;  ///< where in `octets` it begins to differ
  bool operator==(mail_difference const&) const = default;
};

/// Line ends are the client's own affair, and what `place` says. Messages have no order. What the server had in the
/// `past` and has no more, the client may have.
std::vector<mail_difference> differences(std::vector<piece> const& server, std::vector<piece> const& client,
                                         mail_place const& place, std::vector<piece> const& past = {});

/// A message as it is compared: lines end with LF, fields that the client adds are left out.
std::string comparable(std::string_view octets, mail_place const& place);

}  // namespace mailrig::play
