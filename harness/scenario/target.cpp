// target: see target.hpp.
#include "scenario/target.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <set>
#include "scenario/toml.hpp"

#include "base/text.hpp"
#include "scenario/script.hpp"

namespace mailrig::scenario {

base::result<session::access> read_url(std::string_view url, std::string_view plain, std::string_view secure) {
  auto const colon = url.find("://");
  auto const scheme = url.substr(0, colon);
  if (colon == url.npos || (scheme != plain && scheme != secure))
    return base::fault{0, "url", fmt::format("'{}' should be {}://host:port or {}://host:port", url, plain, secure)};
  auto rest = url.substr(colon + 3);
  if (rest.ends_with('/')) rest.remove_suffix(1);
  auto const port_at = rest.rfind(':');
  auto const bracket = rest.rfind(']');
  session::access out;
  out.implicit_tls = scheme == secure;
  bool const has_port = port_at != rest.npos && (bracket == rest.npos || port_at > bracket);
  auto const port = has_port ? base::number(rest.substr(port_at + 1)) : std::nullopt;
  if (!port || *port == 0 || *port > 65535)
    return base::fault{0, "url", fmt::format("'{}' lacks a port from 1 to 65535", url)};
  auto host = rest.substr(0, port_at);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host.empty()) return base::fault{0, "url", fmt::format("'{}' lacks a host", url)};
  out.at = {std::string(host), std::uint16_t(*port)};
  return out;
}

namespace {

class target_reader {
 public:
  target_reader(std::filesystem::path const& file, toml::table const& root) : file_(file), root_(root) {}

  base::result<target> read() {
    if (auto bad = unknown(root_,
                           {"name", "imap", "pop3", "tls", "accounts", "auth", "prefix", "delivery", "latitude",
                            "baseline", "remote", "odd"},
                           ""))
      return *bad;
    target t;
    t.name = root_["name"].value_or(file_.stem().string());
    t.prefix = root_["prefix"].value_or(std::string());
    if (auto const b = root_["baseline"].value<std::string>()) t.baseline = file_.parent_path() / *b;
    if (auto const* list = root_["latitude"].as_array())
      for (auto const& tag : *list) t.latitude.push_back(tag.value_or(std::string()));
    for (auto step : {&target_reader::endpoints, &target_reader::tls, &target_reader::accounts, &target_reader::auth,
                      &target_reader::odd, &target_reader::deliver})
      if (auto bad = (this->*step)(t)) return *bad;
    return t;
  }

 private:
  using problem = std::optional<base::fault>;

  problem wrong(toml::node const* n, std::string const& what) const {
    auto const line = n ? n->source().begin.line : 1u;
    return base::fault{line, "target", fmt::format("{}:{}: {}", file_.string(), line, what)};
  }

  problem unknown(toml::table const& t, std::set<std::string_view> const& known, std::string_view where) const {
    for (auto const& [key, value] : t)
      if (!known.contains(key.str())) {
        std::string_view best;
        for (auto k : known)
          if (base::edit_distance(k, key.str()) < 3) best = k;
        return wrong(&value, fmt::format("unknown key '{}{}'{}", where, key.str(),
                                         best.empty() ? "" : fmt::format("; did you mean '{}'?", best)));
      }
    return std::nullopt;
  }

  problem endpoint(toml::table const& t, char const* plain, char const* secure,
                   std::optional<session::access>& out) const {
    auto const url = t["url"].value<std::string>();
    if (!url) return wrong(&t, fmt::format("[{}] needs url = \"{}://host:port\"", plain, plain));
    auto access = read_url(*url, plain, secure);
    if (!access) return wrong(t["url"].node(), access.error().text);
    access->upgrade = t["starttls"].value_or(t["stls"].value_or(false));
    if (access->upgrade && access->implicit_tls)
      return wrong(t["url"].node(), "TLS from the start and STARTTLS exclude each other");
    if (!net::is_loopback(access->at.host) && !root_["remote"].value_or(false))
      return wrong(
          t["url"].node(),
          fmt::format("{} is not this machine; say remote = true if you run it and may test it", access->at.host));
    out = *access;
    return std::nullopt;
  }

  problem endpoints(target& t) {
    auto const* imap = root_["imap"].as_table();
    auto const* pop3 = root_["pop3"].as_table();
    if (!imap && !pop3) return wrong(&root_, "a target needs [imap] or [pop3], each with a url");
    if (imap)
      if (auto bad = unknown(*imap, {"url", "starttls"}, "imap.");
          bad || (bad = endpoint(*imap, "imap", "imaps", t.imap)))
        return bad;
    if (pop3)
      if (auto bad = unknown(*pop3, {"url", "stls"}, "pop3."); bad || (bad = endpoint(*pop3, "pop3", "pop3s", t.pop3)))
        return bad;
    return std::nullopt;
  }

  problem tls(target& t) {
    auto const* section = root_["tls"].as_table();
    if (!section) return std::nullopt;
    if (auto bad = unknown(*section, {"ca", "pin"}, "tls.")) return bad;
    if (auto const ca = (*section)["ca"].value<std::string>()) t.trust.ca_file = (file_.parent_path() / *ca).string();
    if (auto const pin = (*section)["pin"].value<std::string>()) {
      auto hex = base::to_lower(*pin);
      if (hex.starts_with("sha256:")) hex = hex.substr(7);
      std::erase(hex, ':');
      if (hex.size() != 64 || hex.find_first_not_of("0123456789abcdef") != hex.npos)
        return wrong((*section)["pin"].node(),
                     "pin is the SHA-256 of the certificate (DER): 64 hex digits, 'sha256:' before them if you like");
      t.trust.pin = hex;
    }
    return std::nullopt;
  }

  base::result<std::string> password(toml::table const& a) const {
    if (auto const p = a["password"].value<std::string>()) return *p;
    if (auto const name = a["password_env"].value<std::string>()) {
      auto const* value = std::getenv(name->c_str());
      if (!value) return *wrong(a["password_env"].node(), fmt::format("the environment has no {}", *name));
      return std::string(value);
    }
    if (auto const command = a["password_command"].value<std::string>()) {
      std::unique_ptr<FILE, int (*)(FILE*)> const pipe(popen(command->c_str(), "r"), pclose);
      std::string out;
      std::array<char, 256> buffer;
      while (pipe && std::fgets(buffer.data(), buffer.size(), pipe.get())) out += buffer.data();
      while (out.ends_with('\n') || out.ends_with('\r')) out.pop_back();
      if (out.empty()) return *wrong(a["password_command"].node(), "the command printed no password");
      return out;
    }
    return *wrong(&a, "accounts need password, password_env or password_command");
  }

  problem accounts(target& t) {
    auto const* a = root_["accounts"].as_table();
    if (!a) return wrong(&root_, "a target needs [accounts]: pattern and password, list, or file");
    if (auto bad =
            unknown(*a, {"pattern", "first", "count", "password", "password_env", "password_command", "list", "file"},
                    "accounts."))
      return bad;
    if (auto const* list = (*a)["list"].as_array()) {
      for (auto const& entry : *list) {
        auto const* one = entry.as_table();
        if (!one || !(*one)["user"].is_string() || !(*one)["password"].is_string())
          return wrong(&entry, "each account is { user = \"...\", password = \"...\" }");
        t.accounts.push_back({(*one)["user"].value_or(std::string()), (*one)["password"].value_or(std::string()), {}});
      }
    } else if (auto const name = (*a)["file"].value<std::string>()) {
      auto const text = read_file(file_.parent_path() / *name);
      if (!text) return wrong((*a)["file"].node(), text.error().rule + " cannot be read");
      for (auto line : base::split(*text, '\n'))
        if (auto const colon = line.find(':'); colon != line.npos && line[0] != '#')
          t.accounts.push_back({std::string(line.substr(0, colon)), std::string(line.substr(colon + 1)), {}});
    } else {
      auto const pattern = (*a)["pattern"].value<std::string>();
      if (!pattern) return wrong(a, "accounts need pattern = \"u%d\", list or file");
      auto const secret = password(*a);
      if (!secret) return secret.error();
      auto const first = (*a)["first"].value_or(std::int64_t(1));
      auto const count = (*a)["count"].value_or(std::int64_t(1));
      if (count < 1 || count > 1'000'000) return wrong((*a)["count"].node(), "count is from 1 to 1000000");
      auto const place = pattern->find("%d");
      for (std::int64_t i = first; i < first + (place == pattern->npos ? 1 : count); ++i) {
        auto user = *pattern;
        if (place != user.npos) user.replace(place, 2, std::to_string(i));
        t.accounts.push_back({user, *secret, {}});
      }
    }
    return t.accounts.empty() ? wrong(a, "there are no accounts in it") : std::nullopt;
  }

  problem odd(target& t) {
    auto const* list = root_["odd"].as_array();
    for (std::size_t i = 0; list && i < list->size(); ++i) {
      auto const* one = (*list)[i].as_table();
      if (!one || !(*one)["name"].is_string() || !(*one)["user"].is_string())
        return wrong(&(*list)[i], "[[odd]] has a name (e.g. \"password-blanks\"), a user and a password");
      if (auto bad = unknown(*one, {"name", "user", "password", "password_env", "password_command"}, "odd."))
        return bad;
      auto const secret = password(*one);
      if (!secret) return secret.error();
      t.odd.push_back({(*one)["name"].value_or(std::string()), {(*one)["user"].value_or(std::string()), *secret, {}}});
    }
    return std::nullopt;
  }

  problem auth(target& t) {
    auto const* a = root_["auth"].as_table();
    if (!a) return std::nullopt;
    if (auto bad = unknown(*a, {"imap", "pop3"}, "auth.")) return bad;
    t.imap_mechanism = (*a)["imap"].value_or(std::string());
    t.pop3_mechanism = (*a)["pop3"].value_or(std::string());
    if (base::iequals(t.imap_mechanism, "LOGIN")) t.imap_mechanism.clear();
    if (base::iequals(t.pop3_mechanism, "USER")) t.pop3_mechanism.clear();
    static std::set<std::string_view> const known{"", "PLAIN", "SCRAM-SHA-256", "XOAUTH2"};
    if (!known.contains(base::to_upper(t.imap_mechanism)))
      return wrong((*a)["imap"].node(), "imap is LOGIN, PLAIN, SCRAM-SHA-256 or XOAUTH2");
    if (!known.contains(base::to_upper(t.pop3_mechanism)) && !base::iequals(t.pop3_mechanism, "APOP"))
      return wrong((*a)["pop3"].node(), "pop3 is USER, APOP, PLAIN, SCRAM-SHA-256 or XOAUTH2");
    return std::nullopt;
  }

  problem deliver(target& t) {
    auto const* d = root_["delivery"].as_table();
    if (!d) {
      if (!t.imap) return wrong(&root_, "without [imap], [delivery] must say how mail gets in: lmtp or command");
      return std::nullopt;
    }
    if (auto bad = unknown(*d, {"lmtp", "command"}, "delivery.")) return bad;
    if (auto const at = (*d)["lmtp"].value<std::string>()) {
      auto const access = read_url("lmtp://" + *at, "lmtp", "lmtps");
      if (!access) return wrong((*d)["lmtp"].node(), "lmtp is \"host:port\"");
      if (!net::is_loopback(access->at.host) && !root_["remote"].value_or(false))
        return wrong((*d)["lmtp"].node(), "LMTP goes to this machine only, unless remote = true");
      t.how = delivery::lmtp;
      t.lmtp = access->at;
    }
    if (auto const c = (*d)["command"].value<std::string>()) {
      t.how = delivery::command;
      t.command = *c;
    }
    return std::nullopt;
  }

  std::filesystem::path file_;
  toml::table const& root_;
};

}  // namespace

base::result<target> read_target(std::filesystem::path const& file) {
  auto const text = read_file(file);
  if (!text) return base::fault{0, "target", fmt::format("{} cannot be read", file.string())};
  auto const parsed = toml::parse(*text);
  if (!parsed)
    return base::fault{0, "target",
                       fmt::format("{}:{}:{}: {}", file.string(), parsed.error().source().begin.line,
                                   parsed.error().source().begin.column, parsed.error().description())};
  return target_reader(file, parsed.table()).read();
}

}  // namespace mailrig::scenario
