// tls: see tls.hpp.
#include "net/tls.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/must.hpp"
#include "net/digest.hpp"

namespace mailrig::net {
namespace {

template <auto Free>
struct freed {
  template <class T>
  void operator()(T* p) const {
    Free(p);
  }
};
using bio = std::unique_ptr<BIO, freed<BIO_free_all>>;
using x509 = std::unique_ptr<X509, freed<X509_free>>;
using pkey = std::unique_ptr<EVP_PKEY, freed<EVP_PKEY_free>>;

std::string contents(BIO* b) {
  char* data = nullptr;
  auto const size = BIO_get_mem_data(b, &data);
  return {data, std::size_t(size)};
}

std::string last_error() {
  auto const code = ERR_get_error();
  ERR_clear_error();
  auto const* reason = ERR_reason_error_string(code);
  return reason ? reason : "it cannot be opened";
}

}  // namespace

certificate make_certificate() {
  pkey const key(EVP_EC_gen("P-256"));
  x509 const cert(X509_new());
  MAILRIG_MUST(key && cert);
  X509_set_version(cert.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(cert.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(cert.get()), -86400);
  X509_gmtime_adj(X509_getm_notAfter(cert.get()), 3650L * 86400);
  X509_set_pubkey(cert.get(), key.get());
  auto* name = X509_get_subject_name(cert.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<unsigned char const*>("localhost"), -1, -1, 0);
  X509_set_issuer_name(cert.get(), name);
  std::unique_ptr<X509_EXTENSION, freed<X509_EXTENSION_free>> const alternatives(
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1"));
  X509_add_ext(cert.get(), alternatives.get(), -1);
  MAILRIG_MUST(X509_sign(cert.get(), key.get(), EVP_sha256()) > 0);
  certificate out;
  bio const c(BIO_new(BIO_s_mem())), k(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(c.get(), cert.get());
  PEM_write_bio_PrivateKey(k.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  out.cert = contents(c.get());
  out.key = contents(k.get());
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  X509_digest(cert.get(), EVP_sha256(), digest, &size);
  out.pin = hex({reinterpret_cast<char const*>(digest), size});
  return out;
}

base::result<tls_context> tls_context::client(trust const& t) {
  tls_context out;
  out.ctx_.reset(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  out.pin_ = t.pin;
  SSL_CTX_set_mode(out.handle(),
                   SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  if (!t.ca_file.empty()) {
    if (SSL_CTX_load_verify_locations(out.handle(), t.ca_file.c_str(), nullptr) != 1)
      return base::fault{0, t.ca_file, "is no readable PEM file with CA certificates: " + last_error()};
    SSL_CTX_set_verify(out.handle(), SSL_VERIFY_PEER, nullptr);
  } else if (t.pin.empty()) {
    SSL_CTX_set_default_verify_paths(out.handle());
    SSL_CTX_set_verify(out.handle(), SSL_VERIFY_PEER, nullptr);
  }
  return out;
}

base::result<tls_context> tls_context::server(certificate const& c) {
  tls_context out;
  out.ctx_.reset(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  SSL_CTX_set_mode(out.handle(),
                   SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  bio const cert_bio(BIO_new_mem_buf(c.cert.data(), int(c.cert.size())));
  bio const key_bio(BIO_new_mem_buf(c.key.data(), int(c.key.size())));
  x509 const cert(PEM_read_bio_X509(cert_bio.get(), nullptr, nullptr, nullptr));
  pkey const key(PEM_read_bio_PrivateKey(key_bio.get(), nullptr, nullptr, nullptr));
  if (!cert || !key || SSL_CTX_use_certificate(out.handle(), cert.get()) != 1 ||
      SSL_CTX_use_PrivateKey(out.handle(), key.get()) != 1)
    return base::fault{0, "certificate", last_error()};
  return out;
}

}  // namespace mailrig::net
