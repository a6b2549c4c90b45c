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

std::string_view refusal_of(std::string_view host, std::optional<std::string_view> origin) {
  if (!names_this_machine(host))
    return "The Host of the request is no name of this machine; use localhost or 127.0.0.1.\n";
  if (!origin) return {};
  constexpr std::string_view scheme = "http://";
  if (!origin->starts_with(scheme) || !base::iequals(origin->substr(scheme.size()), host))
    return "The request comes from a page of another site.\n";
  return {};
}

}  // namespace mailrig::report
