// digest: the cryptography that mail protocols name, from OpenSSL.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mailrig::net {

std::string sha256(std::string_view octets);  ///< 32 octets
std::string md5(std::string_view octets);     ///< 16 octets
std::string hmac_sha256(std::string_view key, std::string_view octets);
std::string pbkdf2_sha256(std::string_view password, std::string_view salt, unsigned iterations);
std::string random_octets(std::size_t count);

std::string hex(std::string_view octets);  ///< lower case
std::string base64(std::string_view octets);
/// Strict: the alphabet, padding at the end only, a multiple of four.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace mailrig::net
