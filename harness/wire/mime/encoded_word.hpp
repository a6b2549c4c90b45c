// encoded_word: a header field's text with its encoded words (RFC 2047) turned into UTF-8.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mailrig::wire::mime {

/// Nothing where readers may differ: a charset other than US-ASCII, ISO-8859-1 and UTF-8, an encoded word that is
/// malformed or stands within another word, octets above 127 outside of one.
std::optional<std::string> decoded_words(std::string_view text);

}  // namespace mailrig::wire::mime
