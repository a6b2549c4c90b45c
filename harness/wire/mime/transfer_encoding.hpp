// transfer_encoding: what a body is once its content transfer encoding is undone (RFC 2045 §6), where that leaves no
// room for opinion.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "wire/mime/message.hpp"

namespace mailrig::wire::mime {

/// Base64 as RFC 2045 §6.8 has it: lines of the alphabet, padded at the end. Nothing where it is anything else.
std::optional<std::string> decode_base64(std::string_view body);
/// Quoted-printable (RFC 2045 §6.7); nothing where a line ends in blanks or "=" stands before what it may not.
std::optional<std::string> decode_quoted_printable(std::string_view body);

/// The body of a leaf; nothing where its encoding is not one of RFC 2045's or the body breaks its rules.
std::optional<std::string> decoded_body(part const& p);

/// The part that numbers like "1.2" name (RFC 3501 §6.4.5), a leaf; null: there is none, or the message leaves room
/// for opinion.
part const* find_leaf(part const& message, std::string_view numbers);

}  // namespace mailrig::wire::mime
