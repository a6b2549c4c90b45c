// tls: see tls.hpp.
#include "net/tls.hpp"

#include <algorithm>
#include <optional>

#include "base/run_files.hpp"
#include "net/tls_session.hpp"
#include "net/tls_sessions.hpp"

namespace mailrig::net {
namespace {

using namespace openssl;

std::shared_ptr<SSL_CTX> make(SSL_METHOD const* method) {
  std::shared_ptr<SSL_CTX> out(SSL_CTX_new(method), SSL_CTX_free);
  SSL_CTX_set_mode(out.get(),
                   SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  return out;
}

using problem = std::optional<base::fault>;

/// The files that the library reads by itself.
problem may_read(SSL_CTX*, tls_options const& o) {
  for (auto const& file : {o.ca_file, o.crl_file, o.certificate, o.key})
    if (auto const may = file.empty() ? base::result<void>() : base::will_read(file); !may) return may.error();
  return {};
}

problem trust(SSL_CTX* c, tls_options const& o) {
  auto const path = [](std::string const& s) { return s.empty() ? nullptr : s.c_str(); };
  bool const own_store = !o.ca_file.empty() || !o.ca_folder.empty();
  if (!own_store && !o.pins.empty()) return {};  // whoever signed it
  if (own_store && SSL_CTX_load_verify_locations(c, path(o.ca_file), path(o.ca_folder)) != 1)
    return base::fault{0, o.ca_file.empty() ? o.ca_folder : o.ca_file,
                       "is no readable PEM file with CA certificates: " + last_error()};
  if (!own_store) SSL_CTX_set_default_verify_paths(c);
  SSL_CTX_set_verify(c, SSL_VERIFY_PEER, nullptr);
  if (o.crl_file.empty()) return {};
  auto* const store = SSL_CTX_get_cert_store(c);
  auto* const lookup = X509_STORE_add_lookup(store, X509_LOOKUP_file());
  if (X509_load_crl_file(lookup, o.crl_file.c_str(), X509_FILETYPE_PEM) < 1)
    return base::fault{0, o.crl_file, "is no readable PEM file with a revocation list: " + last_error()};
  X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK);
  return {};
}

problem show(SSL_CTX* c, tls_options const& o) {
  if (o.certificate.empty()) return {};
  auto const& key = o.key.empty() ? o.certificate : o.key;
  if (SSL_CTX_use_certificate_chain_file(c, o.certificate.c_str()) != 1)
    return base::fault{0, o.certificate, "is no readable PEM file with a certificate: " + last_error()};
  if (SSL_CTX_use_PrivateKey_file(c, key.c_str(), SSL_FILETYPE_PEM) != 1)
    return base::fault{0, key, "is no readable PEM file with the certificate's key: " + last_error()};
  return {};
}

int version_of(std::string const& s) {
  if (s.empty()) return 0;
  constexpr std::string_view names[] = {"1.0", "1.1", "1.2", "1.3"};
  auto const found = std::ranges::find(names, s);
  return found == std::end(names) ? -1 : TLS1_VERSION + int(found - names);
}

problem bound(SSL_CTX* c, tls_options const& o) {
  auto const lowest = version_of(o.lowest), highest = version_of(o.highest);
  if (lowest < 0 || highest < 0)
    return base::fault{0, "TLS version", (lowest < 0 ? o.lowest : o.highest) + " is none of 1.0, 1.1, 1.2, 1.3"};
  // Below 1.2 OpenSSL has no digest that it thinks strong enough.
  if (highest != 0 && highest < TLS1_2_VERSION) SSL_CTX_set_security_level(c, 0);
  if ((lowest && SSL_CTX_set_min_proto_version(c, lowest) != 1) ||
      (highest && SSL_CTX_set_max_proto_version(c, highest) != 1) || (lowest && highest && lowest > highest))
    return base::fault{0, "TLS version", "there is none from " + o.lowest + " to " + o.highest};
  if (!o.ciphers.empty() && SSL_CTX_set_cipher_list(c, o.ciphers.c_str()) != 1)
    return base::fault{0, "ciphers", o.ciphers + " names none; `openssl ciphers -v` lists them"};
  if (!o.suites.empty() && SSL_CTX_set_ciphersuites(c, o.suites.c_str()) != 1)
    return base::fault{0, "suites", o.suites + " names none; `openssl ciphers -tls1_3 -s` lists them"};
  return {};
}

int choose(SSL*, unsigned char const** out, unsigned char* size, unsigned char const* offered, unsigned n,
           void* known) {
  auto const& mine = *static_cast<std::string const*>(known);
  return SSL_select_next_proto(const_cast<unsigned char**>(out), size,
                               reinterpret_cast<unsigned char const*>(mine.data()), unsigned(mine.size()), offered,
                               n) == OPENSSL_NPN_NEGOTIATED
             ? SSL_TLSEXT_ERR_OK
             : SSL_TLSEXT_ERR_NOACK;
}

}  // namespace

base::result<tls_context> tls_context::client(tls_options const& o) {
  tls_context out;
  out.context_ = make(TLS_client_method());
  out.options_ = std::make_shared<tls_options const>(o);
  out.sessions_ = std::make_shared<tls_sessions>(o.resume);
  for (auto const step : {may_read, trust, show, bound})
    if (auto bad = step(out.handle(), o)) return *bad;
  if (o.resume > 0) tls_session::keep_sessions(out.handle());
  return out;
}

base::result<tls_context> tls_context::server(certificate const& c, std::string const& clients_signed_by,
                                              std::vector<std::string> alpn, bool may_lack) {
  tls_context out;
  out.context_ = make(TLS_server_method());
  out.options_ = std::make_shared<tls_options const>();
  out.sessions_ = std::make_shared<tls_sessions>(0);
  // What is strong enough its clients decide.
  SSL_CTX_set_security_level(out.handle(), 0);
  bio const cert_bio(BIO_new_mem_buf(c.cert.data(), int(c.cert.size())));
  bio const key_bio(BIO_new_mem_buf(c.key.data(), int(c.key.size())));
  x509 const cert(PEM_read_bio_X509(cert_bio.get(), nullptr, nullptr, nullptr));
  pkey const key(PEM_read_bio_PrivateKey(key_bio.get(), nullptr, nullptr, nullptr));
  if (!cert || !key || SSL_CTX_use_certificate(out.handle(), cert.get()) != 1 ||
      SSL_CTX_use_PrivateKey(out.handle(), key.get()) != 1)
    return base::fault{0, "certificate", last_error()};
  // Sessions belong to one context, which is what this names.
  SSL_CTX_set_session_id_context(out.handle(), reinterpret_cast<unsigned char const*>("mailrig"), 7);
  if (!clients_signed_by.empty()) {
    if (SSL_CTX_load_verify_locations(out.handle(), clients_signed_by.c_str(), nullptr) != 1)
      return base::fault{0, clients_signed_by, "is no readable PEM file with CA certificates: " + last_error()};
    SSL_CTX_set_verify(out.handle(), SSL_VERIFY_PEER | (may_lack ? 0 : SSL_VERIFY_FAIL_IF_NO_PEER_CERT), nullptr);
  }
  out.alpn_ = std::make_shared<std::string>();
  for (auto const& name : alpn) *out.alpn_ += char(name.size()) + name;
  if (!alpn.empty()) SSL_CTX_set_alpn_select_cb(out.handle(), choose, out.alpn_.get());
  return out;
}

void tls_context::narrow(std::string const& lowest, std::string const& highest) {
  SSL_CTX_set_min_proto_version(handle(), version_of(lowest));
  SSL_CTX_set_max_proto_version(handle(), version_of(highest));
}

}  // namespace mailrig::net
