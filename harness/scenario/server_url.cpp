// server_url: see server_url.hpp.
#include "scenario/server_url.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <system_error>

#include "base/text.hpp"

namespace mailrig::scenario {
namespace {

struct scheme {
  std::string_view name, service;
  std::uint16_t port;  ///< RFC 3501, RFC 1939, RFC 8314; RFC 2033 leaves LMTP's open, 24 is what IANA has for it
  bool secure;
};
constexpr scheme schemes[] = {{"imap", "imap", 143, false},
                              {"imaps", "imap", 993, true},
                              {"pop3", "pop3", 110, false},
                              {"pop3s", "pop3", 995, true},
                              {"lmtp", "lmtp", 24, false}};

std::optional<std::string> decoded(std::string_view text) {
  auto digit = [](char c) { return std::string_view("0123456789abcdef").find(base::to_lower({&c, 1})[0]); };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size() || digit(text[i + 1]) > 15 || digit(text[i + 2]) > 15) return std::nullopt;
    out += char(digit(text[i + 1]) << 4 | digit(text[i + 2]));
    i += 2;
  }
  return out;
}

struct parts {
  std::string_view user, host, port, query;
  bool has_port = false;
};

parts cut(std::string_view rest) {
  parts p;
  if (auto const q = rest.find('?'); q != rest.npos) p.query = rest.substr(q + 1), rest = rest.substr(0, q);
  if (rest.ends_with('/')) rest.remove_suffix(1);
  if (auto const at = rest.rfind('@'); at != rest.npos) p.user = rest.substr(0, at), rest = rest.substr(at + 1);
  auto const colon = rest.rfind(':'), bracket = rest.rfind(']');
  p.has_port = colon != rest.npos && (bracket == rest.npos || colon > bracket) &&
               (bracket != rest.npos || rest.find(':') == colon);
  p.host = rest.substr(0, p.has_port ? colon : rest.npos);
  if (p.has_port) p.port = rest.substr(colon + 1);
  if (p.host.starts_with('[') && p.host.ends_with(']')) p.host = p.host.substr(1, p.host.size() - 2);
  return p;
}

}  // namespace

bool looks_like_url(std::string_view text) { return text.find("://") != text.npos; }

std::vector<std::string_view> several_urls(std::string_view text) {
  auto const begins_url = [](std::string_view rest) {
    auto const end = rest.find("://");
    auto const name = base::to_lower(rest.substr(0, end == rest.npos ? 0 : end));
    return std::ranges::find(schemes, name, &scheme::name) != std::end(schemes);
  };
  std::vector<std::string_view> out;
  std::size_t from = 0;
  for (auto at = text.find(','); at != text.npos; at = text.find(',', at + 1))
    if (begins_url(text.substr(at + 1))) {
      out.push_back(text.substr(from, at - from));
      from = at + 1;
    }
  out.push_back(text.substr(from));
  return out;
}

namespace {

/// "name=a" or "weight=3" among what follows the question mark; why it is neither.
std::string read_endpoint_word(std::string_view word, server_url& to) {
  auto const equals = std::min(word.find('='), word.size());
  auto const key = word.substr(0, equals), value = word.substr(std::min(word.size(), equals + 1));
  if (key == "name") {
    constexpr std::string_view known = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    to.name = value;
    if (value.empty() || value.find_first_not_of(known) != value.npos)
      return fmt::format("'?{}' should name an endpoint by letters, digits, - _ and dots", word);
    return {};
  }
  if (key != "weight")
    return fmt::format("'?{}' is not known; there are ?starttls, ?remote, ?name=a and ?weight=3", word);
  double weight = 0;
  auto const read = std::from_chars(value.data(), value.data() + value.size(), weight);
  // NaN is not greater than 0 either.
  if (read.ec != std::errc() || read.ptr != value.data() + value.size() || !(weight > 0) || weight > 1e6)
    return fmt::format("'?{}' should be a number above 0, and up to 1000000", word);
  to.weight = weight;
  return {};
}

}  // namespace

base::result<server_url> read_server_url(std::string_view url) {
  auto const wrong = [](std::string text) { return base::fault{0, "url", std::move(text)}; };
  auto const colon = url.find("://");
  auto const name = base::to_lower(url.substr(0, colon));
  auto const kind = std::ranges::find(schemes, name, &scheme::name);
  if (colon == url.npos || kind == std::end(schemes))
    return wrong(
        fmt::format("'{}' should be imap://host, imaps://host, pop3://host or pop3s://host, with :port if it "
                    "is not the usual one",
                    url));
  auto const p = cut(url.substr(colon + 3));
  server_url out{name, {}, {}, kind->secure};
  if (p.user.find(':') != p.user.npos)
    return wrong(fmt::format("'{}://...' has a password in it, which others could read; leave it out", name));
  auto const user = decoded(p.user);
  if (!user) return wrong(fmt::format("'{}' has a % that begins no octet; write %25 for it", url));
  out.user = *user;
  if (p.host.empty()) return wrong(fmt::format("'{}' lacks a host", url));
  auto const port = p.has_port ? base::number(p.port) : std::optional<std::uint64_t>(kind->port);
  if (!port || *port == 0 || *port > 65535)
    return wrong(fmt::format("'{}' has no port from 1 to 65535 after its last colon", url));
  out.at = {.host = std::string(p.host), .port = std::uint16_t(*port), .service = std::string(kind->service)};
  for (auto const word : p.query.empty() ? std::vector<std::string_view>{} : base::split(p.query, '&'))
    if (word == "starttls" || word == "stls")
      out.upgrade = true;
    else if (word == "remote")
      out.remote = true;
    else if (auto why = read_endpoint_word(word, out); !why.empty())
      return wrong(std::move(why));
  if (out.upgrade && out.implicit_tls) return wrong("TLS from the start and STARTTLS exclude each other");
  return out;
}

}  // namespace mailrig::scenario
