// message_data: the productions that describe one message (RFC 3501 §7.4.2, §9).
#pragma once

#include "wire/imap/cursor.hpp"

namespace mailrig::wire::imap {

bool envelope(cursor& c);
/// `extended`: BODYSTRUCTURE, which may have extension data; BODY may not.
bool body(cursor& c, bool extended);
/// "[" section-spec "]" ["<" number ">"], as a server may send it. Writes no node.
bool section_label(cursor& c);
/// "[" [section-part] "]" ["<" number ">"] (RFC 3516 §7). Writes no node.
bool binary_label(cursor& c);
/// date-time with its quotes.
bool date_time(cursor& c);

}  // namespace mailrig::wire::imap
