// request_origin: see request_origin.hpp.
#include "report/request_origin.hpp"

#include "base/text.hpp"
#include "net/endpoint.hpp"

namespace mailrig::report {

namespace {

bool is_port(std::string_view text) {
  auto const n = base::number(text);
  return n && *n <= 65535;
}

/// Takes as long for a near miss as for any other.
bool same_secret(std::string_view a, std::string_view b) {
  unsigned char differs = a.size() != b.size();
  for (std::size_t i = 0; i < a.size(); ++i) differs |= static_cast<unsigned char>(a[i] ^ b[i % b.size()]);
  return differs == 0;
}

bool shows(request_origin const& r, std::string_view token) {
  constexpr std::string_view bearer = "bearer ", key = "token=";
  if (base::iequals(r.authorization.substr(0, bearer.size()), bearer) &&
      same_secret(r.authorization.substr(bearer.size()), token))
    return true;
  auto const question = r.target.find('?');
  if (question == r.target.npos) return false;
  for (auto const& one : base::split(r.target.substr(question + 1), '&'))
    if (one.starts_with(key) && same_secret(one.substr(key.size()), token)) return true;
  return false;
}

}  // namespace

bool names_this_machine(std::string_view host) {
  auto name = host;
  if (host.starts_with('[')) {
    auto const close = host.find(']');
    if (close == host.npos) return false;
    auto const rest = host.substr(close + 1);
    if (!rest.empty() && (rest[0] != ':' || !is_port(rest.substr(1)))) return false;
    name = host.substr(1, close - 1);
  } else if (auto const colon = host.find(':'); colon != host.npos) {
    if (!is_port(host.substr(colon + 1))) return false;
    name = host.substr(0, colon);
  }
  return base::iequals(name, "localhost") || net::is_loopback(name);
}

std::string_view refusal_of(request_origin const& r, std::string_view token) {
  if (!token.empty())
    return shows(r, token) ? ""
                           : "A token is asked for: `Authorization: Bearer TOKEN`, or ?token=TOKEN after the path.\n";
  if (!names_this_machine(r.host))
    return "The Host of the request is no name of this machine; use localhost or 127.0.0.1.\n";
  if (!r.origin) return {};
  constexpr std::string_view scheme = "http://";
  if (!r.origin->starts_with(scheme) || !base::iequals(r.origin->substr(scheme.size()), r.host))
    return "The request comes from a page of another site.\n";
  return {};
}

}  // namespace mailrig::report
