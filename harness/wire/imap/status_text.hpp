// status_text: resp-text, the part of a status response after OK, NO, BAD, BYE, PREAUTH or "+".
#pragma once

#include "wire/imap/response.hpp"

namespace mailrig::wire::imap {

/// resp-text = ["[" resp-text-code "]" SP] text, up to but without CRLF.
bool status_text(cursor& c, response& out);

}  // namespace mailrig::wire::imap
