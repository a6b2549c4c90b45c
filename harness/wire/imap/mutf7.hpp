// mutf7: modified UTF-7, the form of mailbox names on the wire (RFC 3501 §5.1.3).
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace mailrig::wire::imap {

/// To UTF-8; strict: no printable ASCII in base64, no null shifts, no leftover bits, well-formed UTF-16.
base::result<std::string> decode_mutf7(std::string_view name);
/// From UTF-8, which must be well-formed.
base::result<std::string> encode_mutf7(std::string_view utf8);

}  // namespace mailrig::wire::imap
