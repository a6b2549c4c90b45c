// openssl: OpenSSL's objects, freed when they go, and its errors in words; included by this floor's own files only.
#pragma once

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

namespace mailrig::net::openssl {

template <auto Free>
struct freed {
  template <class T>
  void operator()(T* p) const {
    Free(p);
  }
};
using bio = std::unique_ptr<BIO, freed<BIO_free_all>>;
using x509 = std::unique_ptr<X509, freed<X509_free>>;
using crl = std::unique_ptr<X509_CRL, freed<X509_CRL_free>>;
using pkey = std::unique_ptr<EVP_PKEY, freed<EVP_PKEY_free>>;
using ssl = std::unique_ptr<SSL, freed<SSL_free>>;
using session = std::unique_ptr<SSL_SESSION, freed<SSL_SESSION_free>>;

inline std::string contents(BIO* b) {
  char* data = nullptr;
  auto const size = BIO_get_mem_data(b, &data);
  return {data, std::size_t(size)};
}

/// Why the last call failed; nothing is left in the queue.
inline std::string last_error() {
  auto const code = ERR_peek_last_error();
  ERR_clear_error();
  auto const* reason = ERR_reason_error_string(code);
  return reason ? reason : "it cannot be opened";
}

}  // namespace mailrig::net::openssl
