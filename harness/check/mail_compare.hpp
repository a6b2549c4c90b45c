// mail_compare: whether ENVELOPE and BODYSTRUCTURE tell the truth about a message whose octets are known (RFC 3501
// §7.4.2).
#pragma once

#include <optional>
#include <string>

#include "wire/imap/tree.hpp"
#include "wire/mime/message.hpp"

namespace mailrig::check {

struct discrepancy {
  std::string text;      ///< what is wrong
  std::string expected;  ///< what would be right
  std::size_t offset = 0;
};

/// Fields that leave room for opinion are passed over.
std::optional<discrepancy> envelope_differs(wire::imap::value envelope, wire::mime::part const& message);
/// `extended`: BODYSTRUCTURE, else BODY. Nothing when the message leaves room for opinion.
std::optional<discrepancy> structure_differs(wire::imap::value body, wire::mime::part const& message, bool extended);

}  // namespace mailrig::check
