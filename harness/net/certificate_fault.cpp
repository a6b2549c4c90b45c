// certificate_fault: see certificate_fault.hpp.
#include "net/certificate_fault.hpp"

#include <fmt/format.h>

namespace mailrig::net {
namespace {

std::string line_of(X509_NAME* name) {
  openssl::bio const b(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(b.get(), name, 0, XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB);
  return openssl::contents(b.get());
}

std::string date_of(ASN1_TIME const* t) {
  openssl::bio const b(BIO_new(BIO_s_mem()));
  ASN1_TIME_print(b.get(), t);
  return openssl::contents(b.get());
}

std::string names_of(X509* cert) {
  std::string out;
  auto* const all = static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(cert, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(all); ++i) {
    openssl::bio const b(BIO_new(BIO_s_mem()));
    GENERAL_NAME_print(b.get(), sk_GENERAL_NAME_value(all, i));
    out += (out.empty() ? "" : ", ") + openssl::contents(b.get());
  }
  GENERAL_NAMES_free(all);
  return out.empty() ? line_of(X509_get_subject_name(cert)) : out;
}

}  // namespace

certificate_fault fault_of(int verdict, X509* cert, std::string const& host) {
  auto const who =
      cert ? fmt::format("the certificate of {}", line_of(X509_get_subject_name(cert))) : "the certificate";
  auto const signer = cert ? line_of(X509_get_issuer_name(cert)) : "its issuer";
  switch (verdict) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return {end_cause::certificate_expired,
              fmt::format("{} expired{}", who, cert ? " on " + date_of(X509_get0_notAfter(cert)) : "")};
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return {
          end_cause::certificate_not_yet_valid,
          fmt::format("{} is not valid before {}", who, cert ? date_of(X509_get0_notBefore(cert)) : "some later day")};
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return {end_cause::certificate_wrong_name,
              fmt::format("{} is for {}, not for {}; server_name says which name it should have", who,
                          cert ? names_of(cert) : "another name", host)};
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_INVALID_CA:
      return {end_cause::certificate_unknown_ca,
              fmt::format("{} is signed by {}, which is not trusted; [tls] ca or ca_folder names whom to trust", who,
                          signer)};
    case X509_V_ERR_CERT_REVOKED:
      return {end_cause::certificate_revoked, fmt::format("{} is revoked by {}", who, signer)};
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
    case X509_V_ERR_CA_MD_TOO_WEAK:
      return {end_cause::certificate_weak, fmt::format("{}: {}", who, X509_verify_cert_error_string(verdict))};
    default:
      return {end_cause::certificate_unknown_ca, fmt::format("{}: {}", who, X509_verify_cert_error_string(verdict))};
  }
}

}  // namespace mailrig::net
