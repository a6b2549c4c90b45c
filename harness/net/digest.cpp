// digest: see digest.hpp.
#include "net/digest.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "base/must.hpp"

namespace mailrig::net {
namespace {

unsigned char const* bytes(std::string_view s) { return reinterpret_cast<unsigned char const*>(s.data()); }
unsigned char* bytes(std::string& s) { return reinterpret_cast<unsigned char*>(s.data()); }

std::string digest(EVP_MD const* kind, std::string_view octets) {
  std::string out(std::size_t(EVP_MD_get_size(kind)), '\0');
  MAILRIG_MUST(EVP_Digest(octets.data(), octets.size(), bytes(out), nullptr, kind, nullptr) == 1);
  return out;
}

}  // namespace

std::string sha256(std::string_view octets) { return digest(EVP_sha256(), octets); }
std::string md5(std::string_view octets) { return digest(EVP_md5(), octets); }

std::string hmac_sha256(std::string_view key, std::string_view octets) {
  std::string out(32, '\0');
  unsigned size = 32;
  MAILRIG_MUST(HMAC(EVP_sha256(), key.data(), int(key.size()), bytes(octets), octets.size(), bytes(out), &size));
  return out;
}

std::string pbkdf2_sha256(std::string_view password, std::string_view salt, unsigned iterations) {
  std::string out(32, '\0');
  MAILRIG_MUST(PKCS5_PBKDF2_HMAC(password.data(), int(password.size()), bytes(salt), int(salt.size()), int(iterations),
                                 EVP_sha256(), 32, bytes(out)) == 1);
  return out;
}

std::string random_octets(std::size_t count) {
  std::string out(count, '\0');
  MAILRIG_MUST(RAND_bytes(bytes(out), int(count)) == 1);
  return out;
}

std::string hex(std::string_view octets) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (unsigned char c : octets) {
    out += digits[c >> 4];
    out += digits[c & 15];
  }
  return out;
}

std::string base64(std::string_view octets) {
  std::string out((octets.size() + 2) / 3 * 4 + 1, '\0');
  out.resize(std::size_t(EVP_EncodeBlock(bytes(out), bytes(octets), int(octets.size()))));
  return out;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  auto const pad = text.ends_with("==") ? 2u : text.ends_with("=") ? 1u : 0u;
  for (char c : text.substr(0, text.size() - pad)) {
    bool const good =
        (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
    if (!good) return std::nullopt;
  }
  std::string out(text.size() / 4 * 3 + 1, '\0');
  auto const n = EVP_DecodeBlock(bytes(out), bytes(text), int(text.size()));
  if (n < 0) return std::nullopt;
  out.resize(std::size_t(n) - pad);
  return out;
}

}  // namespace mailrig::net
