// digest: the cryptography that mail protocols name, from OpenSSL.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mailrig::net {

enum class digest_kind : std::uint8_t { md5, sha1, sha256 };
std::string digest(digest_kind kind, std::string_view octets);
std::string hmac(digest_kind kind, std::string_view key, std::string_view octets);
/// As long as the digest.
std::string pbkdf2(digest_kind kind, std::string_view password, std::string_view salt, unsigned iterations);

inline std::string sha256(std::string_view octets) { return digest(digest_kind::sha256, octets); }
inline std::string md5(std::string_view octets) { return digest(digest_kind::md5, octets); }
std::string random_octets(std::size_t count);

std::string hex(std::string_view octets);  ///< lower case
std::string base64(std::string_view octets);
/// Strict: the alphabet, padding at the end only, a multiple of four.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace mailrig::net
