// certificate: see certificate.hpp.
#include "net/certificate.hpp"

#include "base/must.hpp"
#include "net/digest.hpp"
#include "net/openssl.hpp"

namespace mailrig::net {
namespace {

using namespace openssl;

x509 certificate_in(std::string const& pem) {
  bio const b(BIO_new_mem_buf(pem.data(), int(pem.size())));
  return x509(PEM_read_bio_X509(b.get(), nullptr, nullptr, nullptr));
}

pkey key_in(std::string const& pem) {
  bio const b(BIO_new_mem_buf(pem.data(), int(pem.size())));
  return pkey(PEM_read_bio_PrivateKey(b.get(), nullptr, nullptr, nullptr));
}

void extend(X509* cert, int kind, std::string const& value) {
  std::unique_ptr<X509_EXTENSION, freed<X509_EXTENSION_free>> const e(
      X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str()));
  MAILRIG_MUST(e);
  X509_add_ext(cert, e.get(), -1);
}

constexpr long day = 86400;

}  // namespace

certificate make_certificate(certificate_request const& r, certificate const* issuer) {
  pkey const key(r.rsa_bits ? EVP_RSA_gen(unsigned(r.rsa_bits)) : EVP_EC_gen("P-256"));
  x509 const cert(X509_new());
  MAILRIG_MUST(key && cert);
  X509_set_version(cert.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(cert.get()), r.serial);
  X509_gmtime_adj(X509_getm_notBefore(cert.get()), r.from_days * day);
  X509_gmtime_adj(X509_getm_notAfter(cert.get()), r.until_days * day);
  X509_set_pubkey(cert.get(), key.get());
  auto* name = X509_get_subject_name(cert.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<unsigned char const*>(r.common_name.c_str()),
                             -1, -1, 0);
  if (!r.names.empty()) extend(cert.get(), NID_subject_alt_name, r.names);
  if (r.signs) extend(cert.get(), NID_basic_constraints, "critical,CA:TRUE");
  if (r.signs) extend(cert.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
  auto const signer = issuer ? certificate_in(issuer->cert) : x509();
  auto const signer_key = issuer ? key_in(issuer->key) : pkey();
  X509_set_issuer_name(cert.get(), signer ? X509_get_subject_name(signer.get()) : name);
  MAILRIG_MUST(X509_sign(cert.get(), signer_key ? signer_key.get() : key.get(), EVP_sha256()) > 0);
  certificate out;
  bio const c(BIO_new(BIO_s_mem())), k(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(c.get(), cert.get());
  PEM_write_bio_PrivateKey(k.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  out.cert = contents(c.get());
  out.key = contents(k.get());
  out.pin = pin_of(out.cert);
  return out;
}

std::string make_revocation_list(certificate const& issuer, long serial) {
  auto const signer = certificate_in(issuer.cert);
  auto const key = key_in(issuer.key);
  crl const list(X509_CRL_new());
  MAILRIG_MUST(signer && key && list);
  X509_CRL_set_version(list.get(), 1);
  X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(signer.get()));
  std::unique_ptr<ASN1_TIME, freed<ASN1_TIME_free>> const now(X509_gmtime_adj(nullptr, -day)),
      next(X509_gmtime_adj(nullptr, 30 * day));
  X509_CRL_set1_lastUpdate(list.get(), now.get());
  X509_CRL_set1_nextUpdate(list.get(), next.get());
  auto* const revoked = X509_REVOKED_new();
  std::unique_ptr<ASN1_INTEGER, freed<ASN1_INTEGER_free>> const number(ASN1_INTEGER_new());
  ASN1_INTEGER_set(number.get(), serial);
  X509_REVOKED_set_serialNumber(revoked, number.get());
  X509_REVOKED_set_revocationDate(revoked, now.get());
  X509_CRL_add0_revoked(list.get(), revoked);
  X509_CRL_sort(list.get());
  MAILRIG_MUST(X509_CRL_sign(list.get(), key.get(), EVP_sha256()) > 0);
  bio const out(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509_CRL(out.get(), list.get());
  return contents(out.get());
}

std::string pin_of(std::string const& pem) {
  auto const cert = certificate_in(pem);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (!cert || X509_digest(cert.get(), EVP_sha256(), digest, &size) != 1) return {};
  return hex({reinterpret_cast<char const*>(digest), size});
}

}  // namespace mailrig::net
