// tls_session: see tls_session.hpp.
#include "net/tls_session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "net/certificate_fault.hpp"
#include "net/digest.hpp"
#include "net/tls_sessions.hpp"

namespace mailrig::net {
namespace {

std::string digest_of(X509* cert, EVP_MD const* kind) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (!cert || X509_digest(cert, kind, digest, &size) != 1) return {};
  return {reinterpret_cast<char const*>(digest), size};
}

openssl::x509 certificate_of_peer(SSL* s) { return openssl::x509(SSL_get1_peer_certificate(s)); }

/// The hash that the certificate is signed with, but none weaker than SHA-256 (RFC 5929 §4.1).
EVP_MD const* binding_digest(X509* cert) {
  int hash = NID_undef;
  X509_get_signature_info(cert, &hash, nullptr, nullptr, nullptr);
  if (hash == NID_undef || hash == NID_md5 || hash == NID_sha1) return EVP_sha256();
  return EVP_get_digestbynid(hash);
}

/// The first Finished message of the handshake (RFC 5929 §3): the client's, or the server's where a session is resumed.
/// TLS 1.3 has none that would do (RFC 9266 §1).
std::string first_finished(SSL const* s) {
  if (SSL_version(s) > TLS1_2_VERSION) return {};
  char out[EVP_MAX_MD_SIZE];
  bool const own = (SSL_is_server(s) != 0) == (SSL_session_reused(s) != 0);
  auto const size = own ? SSL_get_finished(s, out, sizeof out) : SSL_get_peer_finished(s, out, sizeof out);
  return {out, std::min(size, sizeof out)};
}

/// What no server that keeps to TLS makes us say; whether it has other versions or ciphers than we, is its choice.
bool breaks_tls(int reason) {
  constexpr int all[] = {SSL_R_BAD_RECORD_TYPE,
                         SSL_R_BAD_LENGTH,
                         SSL_R_BAD_PACKET,
                         SSL_R_BAD_CHANGE_CIPHER_SPEC,
                         SSL_R_BAD_EXTENSION,
                         SSL_R_BAD_SIGNATURE,
                         SSL_R_DATA_LENGTH_TOO_LONG,
                         SSL_R_DECRYPTION_FAILED,
                         SSL_R_DECRYPTION_FAILED_OR_BAD_RECORD_MAC,
                         SSL_R_DIGEST_CHECK_FAILED,
                         SSL_R_ENCRYPTED_LENGTH_TOO_LONG,
                         SSL_R_EXCESSIVE_MESSAGE_SIZE,
                         SSL_R_INVALID_ALERT,
                         SSL_R_LENGTH_MISMATCH,
                         SSL_R_LENGTH_TOO_LONG,
                         SSL_R_LENGTH_TOO_SHORT,
                         SSL_R_NOT_ON_RECORD_BOUNDARY,
                         SSL_R_PACKET_LENGTH_TOO_LONG,
                         SSL_R_RECORD_LENGTH_MISMATCH,
                         SSL_R_RECORD_TOO_SMALL,
                         SSL_R_TOO_MANY_WARN_ALERTS,
                         SSL_R_UNEXPECTED_MESSAGE,
                         SSL_R_UNEXPECTED_RECORD,
                         SSL_R_UNKNOWN_ALERT_TYPE,
                         SSL_R_UNSOLICITED_EXTENSION,
                         SSL_R_WRONG_CIPHER_RETURNED,
                         SSL_R_UNKNOWN_CIPHER_RETURNED};
  return std::ranges::find(all, reason) != std::end(all);
}

/// No record of TLS's at all.
bool is_no_tls(int reason) {
  return reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_HTTP_REQUEST || reason == SSL_R_HTTPS_PROXY_REQUEST;
}

std::string wire_form(std::string const& name) { return char(name.size()) + name; }

}  // namespace

tls_session::tls_session(tls_context const& context, tls_role role, endpoint const& to, int descriptor)
    : context_(context), ssl_(SSL_new(context.handle())) {
  SSL_set_fd(ssl_.get(), descriptor);
  SSL_set_app_data(ssl_.get(), this);
  if (role == tls_role::server)
    SSL_set_accept_state(ssl_.get());
  else
    meet(to);
}

void tls_session::meet(endpoint const& to) {
  auto* const s = ssl_.get();
  auto const& o = context_.options();
  SSL_set_connect_state(s);
  auto const& name = o.server_name.empty() ? to.host : o.server_name;
  auto* const asked = SSL_get0_param(s);
  // A numeric address is no server name (RFC 6066 §3).
  bool const numeric = X509_VERIFY_PARAM_set1_ip_asc(asked, name.c_str()) == 1;
  if (!numeric && !name.empty()) {
    SSL_set_tlsext_host_name(s, name.c_str());
    if (o.pins.empty()) SSL_set1_host(s, name.c_str());
  }
  if (numeric && !o.pins.empty()) X509_VERIFY_PARAM_set1_ip(asked, nullptr, 0);
  if (auto const mode = SSL_get_verify_mode(s); mode != SSL_VERIFY_NONE) SSL_set_verify(s, mode, look);
  if (o.alpn && !to.service.empty()) {
    auto const offer = wire_form(to.service);
    SSL_set_alpn_protos(s, reinterpret_cast<unsigned char const*>(offer.data()), unsigned(offer.size()));
  }
  server_ = fmt::format("{}:{}", name, to.port);
  if (auto const earlier = context_.sessions().take(server_)) SSL_set_session(s, earlier.get());
}

/// OpenSSL asks for each certificate of the chain; what it does not trust is described while it is at hand.
int tls_session::look(int trusted, X509_STORE_CTX* at) {
  if (trusted) return trusted;
  auto* const s = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(at, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto& self = *static_cast<tls_session*>(SSL_get_app_data(s));
  auto const host = self.server_.substr(0, self.server_.rfind(':'));
  auto fault = fault_of(X509_STORE_CTX_get_error(at), X509_STORE_CTX_get_current_cert(at), host);
  if (fault.cause != end_cause::certificate_revoked)
    fault.text += fmt::format("; [tls] pin = \"sha256:{}\" trusts this certificate alone",
                              hex(digest_of(X509_STORE_CTX_get0_cert(at), EVP_sha256())));
  self.failure_ = {fault.cause, std::move(fault.text)};
  return trusted;
}

bool tls_session::pinned() {
  auto const& pins = context_.options().pins;
  if (pins.empty()) return true;
  auto const here = hex(digest_of(certificate_of_peer(ssl_.get()).get(), EVP_sha256()));
  if (std::ranges::find(pins, here) != pins.end()) return true;
  failure_ = {end_cause::certificate_not_pinned,
              fmt::format("the certificate is not the pinned one; its SHA-256 is {}", here)};
  return false;
}

tls_progress tls_session::handshake() {
  ERR_clear_error();
  if (auto const r = SSL_do_handshake(ssl_.get()); r != 1) return progress(r);
  return pinned() ? tls_progress::done : tls_progress::failed;
}

tls_session::moved tls_session::read(char* to, std::size_t size) {
  ERR_clear_error();
  auto const n = SSL_read(ssl_.get(), to, int(std::min<std::size_t>(size, 1u << 30)));
  if (n > 0) return {tls_progress::done, std::size_t(n)};
  return {progress(n), 0};
}

tls_session::moved tls_session::write(std::string_view octets) {
  ERR_clear_error();
  auto const n = SSL_write(ssl_.get(), octets.data(), int(std::min<std::size_t>(octets.size(), 1u << 30)));
  if (n > 0) return {tls_progress::done, std::size_t(n)};
  return {progress(n), 0};
}

tls_progress tls_session::progress(int returned) {
  switch (SSL_get_error(ssl_.get(), returned)) {
    case SSL_ERROR_WANT_READ: return tls_progress::wants_octets;
    case SSL_ERROR_WANT_WRITE: return tls_progress::wants_room;
    case SSL_ERROR_ZERO_RETURN: failure_ = {end_cause::server_closed, {}}; return tls_progress::failed;
    default: fail(); return tls_progress::failed;
  }
}

end_cause tls_session::cause_of(int reason) const {
  bool const begun = SSL_get_pending_cipher(ssl_.get()) || SSL_get_current_cipher(ssl_.get());
  if (is_no_tls(reason)) return begun ? end_cause::tls_broken : end_cause::tls_absent;
  return breaks_tls(reason) ? end_cause::tls_broken : end_cause::tls_failed;
}

void tls_session::fail() {
  if (failure_.cause != end_cause::none) return;  // a certificate, as look() found it
  auto const code = ERR_peek_last_error();
  if (code == 0 && errno == ECONNRESET)
    failure_ = {end_cause::reset_by_peer, {}};
  else if (code == 0 || ERR_GET_REASON(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING)
    failure_ = {end_cause::server_closed, "without close_notify"};
  else
    failure_ = {cause_of(ERR_GET_REASON(code)), openssl::last_error()};
}

std::string tls_session::description() const {
  auto* const s = ssl_.get();
  unsigned char const* chosen = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(s, &chosen, &size);
  return fmt::format("{} {}{}{}", SSL_get_version(s), SSL_get_cipher_name(s), SSL_session_reused(s) ? ", resumed" : "",
                     size ? ", ALPN " + std::string(reinterpret_cast<char const*>(chosen), size) : "");
}

std::string tls_session::channel_binding(std::string_view type) const {
  auto* const s = ssl_.get();
  if (type == "tls-server-end-point") {
    auto const of_peer = SSL_is_server(s) ? openssl::x509() : certificate_of_peer(s);
    auto* const cert = SSL_is_server(s) ? SSL_get_certificate(s) : of_peer.get();
    return cert ? digest_of(cert, binding_digest(cert)) : std::string();
  }
  if (type == "tls-unique") return first_finished(s);
  if (type != "tls-exporter") return {};
  constexpr std::string_view label = "EXPORTER-Channel-Binding";
  std::string out(32, '\0');
  if (SSL_export_keying_material(s, reinterpret_cast<unsigned char*>(out.data()), out.size(), label.data(),
                                 label.size(), nullptr, 0, 1) != 1)
    return {};
  return out;
}

std::string tls_session::peer_name() const {
  auto const cert = certificate_of_peer(ssl_.get());
  if (!cert || SSL_get_verify_result(ssl_.get()) != X509_V_OK) return {};
  auto* const subject = X509_get_subject_name(cert.get());
  auto const at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (at < 0) return {};
  unsigned char* utf8 = nullptr;
  auto const size = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
  if (size < 0) return {};
  std::string out(reinterpret_cast<char const*>(utf8), std::size_t(size));
  OPENSSL_free(utf8);
  return out;
}

void tls_session::keep_sessions(SSL_CTX* context) {
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context, keep);
}

/// OpenSSL hands over what it offers; 1: it is ours now.
int tls_session::keep(SSL* of, SSL_SESSION* offered) {
  auto& self = *static_cast<tls_session*>(SSL_get_app_data(of));
  self.context_.sessions().keep(self.server_, openssl::session(offered));
  return 1;
}

}  // namespace mailrig::net
