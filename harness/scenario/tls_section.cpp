// tls_section: see tls_section.hpp.
#include "scenario/tls_section.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "base/text.hpp"
#include "scenario/toml_text.hpp"

namespace mailrig::scenario {
namespace {

struct text_key {
  char const* key;
  std::string net::tls_options::*to;
  bool is_file;
  char const* note;
};

constexpr text_key keys[] = {
    {"ca", &net::tls_options::ca_file, true, "PEM file of the CAs that are trusted, instead of the system's"},
    {"ca_folder", &net::tls_options::ca_folder, true, "the same, a folder as c_rehash makes it"},
    {"crl", &net::tls_options::crl_file, true, "PEM file of revoked certificates"},
    {"server_name", &net::tls_options::server_name, false, "name for SNI and the certificate, instead of the host's"},
    {"certificate", &net::tls_options::certificate, true, "the client's own certificate, PEM, with its chain"},
    {"key", &net::tls_options::key, true, "its key, PEM; the certificate's file when left out"},
    {"lowest", &net::tls_options::lowest, false, "lowest version: \"1.0\" to \"1.3\""},
    {"highest", &net::tls_options::highest, false, "highest version"},
    {"ciphers", &net::tls_options::ciphers, false, "ciphers up to TLS 1.2, as `openssl ciphers` takes them"},
    {"suites", &net::tls_options::suites, false, "cipher suites of TLS 1.3"},
};

std::optional<std::string> pin_in(std::string_view text) {
  auto hex = base::to_lower(text);
  if (hex.starts_with("sha256:")) hex = hex.substr(7);
  std::erase(hex, ':');
  if (hex.size() != 64 || hex.find_first_not_of("0123456789abcdef") != hex.npos) return std::nullopt;
  return hex;
}

}  // namespace

net::tls_options read_tls(toml_table tls) {
  net::tls_options o;
  for (auto const& k : keys) o.*k.to = k.is_file ? tls.path(k.key, k.note) : tls.text(k.key, k.note, "");
  for (auto const& said : tls.texts("pin", "SHA-256 of the server's certificate (DER), hex; any of several"))
    if (auto pin = pin_in(said))
      o.pins.push_back(std::move(*pin));
    else
      tls.wrong("pin", "pin is the SHA-256 of the certificate (DER): 64 hex digits, 'sha256:' before them if you like");
  o.alpn = tls.flag("alpn", "name the protocol in the handshake: imap or pop3");
  o.resume = tls.number("resume", "share of connections that resume an earlier TLS session", 0, 1).value_or(0);
  if (!o.key.empty() && o.certificate.empty()) tls.wrong("key", "a key needs its certificate");
  return o;
}

std::string write_tls(net::tls_options const& o) {
  std::string out;
  for (auto const& k : keys)
    if (auto const& value = o.*k.to; !value.empty())
      out += fmt::format("{} = {}\n", k.key, toml_text(k.is_file ? std::filesystem::absolute(value).string() : value));
  if (!o.pins.empty()) out += fmt::format("pin = [\"{}\"]\n", fmt::join(o.pins, "\", \""));
  if (o.alpn) out += "alpn = true\n";
  if (o.resume > 0) out += fmt::format("resume = {:f}\n", o.resume);
  return out.empty() ? out : "[tls]\n" + out;
}

}  // namespace mailrig::scenario
