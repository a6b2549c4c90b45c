// shown_certificates: see shown_certificates.hpp.
#include "play/shown_certificates.hpp"

#include <algorithm>

namespace mailrig::play {
namespace {

constexpr std::string_view names[] = {"good", "stranger", "expired", "early", "wrong-name"};

net::certificate const& ours() {
  static auto const made = net::make_certificate({.common_name = "mailrig's clients", .names = {}, .signs = true});
  return made;
}

net::certificate make(certificate_kind k) {
  net::certificate_request r{.serial = 2};
  if (k == certificate_kind::expired) r.from_days = -30, r.until_days = -1;
  if (k == certificate_kind::early) r.from_days = 10;
  if (k == certificate_kind::wrong_name) r.common_name = "other.example", r.names = "DNS:other.example";
  if (k != certificate_kind::stranger) return net::make_certificate(r, &ours());
  auto const nobody = net::make_certificate({.common_name = "somebody else", .names = {}, .signs = true});
  return net::make_certificate(r, &nobody);
}

}  // namespace

std::optional<certificate_kind> certificate_named(std::string_view name) {
  auto const at = std::ranges::find(names, name);
  if (at == std::end(names)) return std::nullopt;
  return certificate_kind(at - std::begin(names));
}

std::vector<std::string_view> certificate_names() { return {std::begin(names), std::end(names)}; }

std::string const& shown_certificates::authority() { return ours().cert; }

base::result<net::tls_context const*> shown_certificates::of(certificate_kind k) {
  if (auto const at = made_.find(k); at != made_.end()) return &at->second;
  auto context = net::tls_context::server(make(k));
  if (!context) return context.error();
  return &made_.emplace(k, std::move(*context)).first->second;
}

}  // namespace mailrig::play
