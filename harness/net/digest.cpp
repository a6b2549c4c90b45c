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

EVP_MD const* of(digest_kind kind) {
  return kind == digest_kind::md5 ? EVP_md5() : kind == digest_kind::sha1 ? EVP_sha1() : EVP_sha256();
}

std::string empty_of(digest_kind kind) { return std::string(std::size_t(EVP_MD_get_size(of(kind))), '\0'); }

}  // namespace

std::string digest(digest_kind kind, std::string_view octets) {
  auto out = empty_of(kind);
  MAILRIG_MUST(EVP_Digest(octets.data(), octets.size(), bytes(out), nullptr, of(kind), nullptr) == 1);
  return out;
}

std::string hmac(digest_kind kind, std::string_view key, std::string_view octets) {
  auto out = empty_of(kind);
  auto size = unsigned(out.size());
  MAILRIG_MUST(HMAC(of(kind), key.data(), int(key.size()), bytes(octets), octets.size(), bytes(out), &size));
  return out;
}

std::string pbkdf2(digest_kind kind, std::string_view password, std::string_view salt, unsigned iterations) {
  auto out = empty_of(kind);
  MAILRIG_MUST(PKCS5_PBKDF2_HMAC(password.data(), int(password.size()), bytes(salt), int(salt.size()), int(iterations),
                                 of(kind), int(out.size()), bytes(out)) == 1);
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
