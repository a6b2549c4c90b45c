// account_list: see account_list.hpp.
#include "scenario/account_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>

#include "base/child_process.hpp"
#include "base/secrets.hpp"
#include "base/text.hpp"
#include "base/text_lines.hpp"
#include "scenario/script.hpp"
#include "session/token_source.hpp"

namespace mailrig::scenario {
namespace {

using session::credentials;

/// RFC 4180: values between commas, quoted where they hold one; "" is a quote.
std::vector<std::string> values_of(std::string_view line) {
  std::vector<std::string> out(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    char const c = line[i];
    if (quoted && c == '"' && line.substr(i + 1).starts_with('"'))
      out.back() += line[++i];
    else if (c == '"')
      quoted = !quoted;
    else if (c == ',' && !quoted)
      out.emplace_back();
    else
      out.back() += c;
  }
  return out;
}

std::string credentials::*column(std::string_view name) {
  if (base::iequals(name, "user")) return &credentials::user;
  if (base::iequals(name, "password")) return &credentials::password;
  if (base::iequals(name, "token")) return &credentials::token;
  if (base::iequals(name, "mechanism")) return &credentials::mechanism;
  return nullptr;
}

/// What has these octets cannot be said in a line, and would say a second one.
bool breaks_line(std::string_view text) { return text.find_first_of(std::string_view("\r\n\0", 3)) != text.npos; }

/// IMAP has literals for line ends, both have SASL.
bool has_nul(credentials const& c) { return (c.user + c.password + c.token).find('\0') != std::string::npos; }

/// One line that a command prints; what it printed stands in no fault.
base::result<std::string> printed_secret(std::string const& command, base::shell_variables const& variables,
                                         std::string_view what) {
  auto const wrong = [&](std::string text) { return base::fault{0, std::string(what), std::move(text)}; };
  auto const answer = base::run_shell(command, variables);
  if (!answer) return wrong(answer.error().text);
  if (answer->status != 0) return wrong(answer->how_it_failed());
  if (answer->output.empty()) return wrong(fmt::format("the command printed no {}", what));
  if (breaks_line(answer->output)) return wrong(fmt::format("the command printed more than one line with a {}", what));
  return answer->output;
}

/// One for all accounts, which asks for each user by itself.
std::shared_ptr<session::token_source> source_of(token_command const& t) {
  auto const print = [command = t.command](std::string const& user) -> base::result<std::string> {
    auto token = printed_secret(command, {{"MAILRIG_USER", user}}, "token");
    if (!token) return base::fault{0, "token", fmt::format("no token for {}: {}", user, token.error().text)};
    base::known_secrets().add(*token, user);
    return token;
  };
  return std::make_shared<session::token_source>(print, std::chrono::seconds(t.lifetime));
}

}  // namespace

std::string numbered(std::string const& pattern, std::int64_t n) {
  for (std::size_t at = pattern.find('%'); at != pattern.npos; at = pattern.find('%', at + 1)) {
    auto const end = pattern.find_first_not_of("0123456789", at + 1);
    if (end == pattern.npos || (pattern[end] != 'd' && pattern[end] != 'n')) continue;
    auto const width = base::number(std::string_view(pattern).substr(at + 1, end - at - 1)).value_or(0);
    return pattern.substr(0, at) + fmt::format("{:0{}}", n, std::min<std::uint64_t>(width, 20)) +
           pattern.substr(end + 1);
  }
  return pattern;
}

base::result<std::vector<credentials>> read_account_lines(std::string_view text) {
  std::vector<credentials> out;
  std::vector<std::string credentials::*> columns;
  auto const lines = base::lines_of(text);
  if (!lines) return lines.error();
  bool first = true;
  for (auto const& [number, line] : *lines) {
    if (line.empty() || line[0] == '#') continue;
    auto const wrong = [at = number](std::string what) { return base::fault{at, "accounts", std::move(what)}; };
    auto const values = values_of(line);
    if (std::exchange(first, false) && values.size() > 1 && column(values[0])) {
      for (auto const& name : values) {
        columns.push_back(column(base::trim(name)));
        if (!columns.back())
          return wrong(fmt::format("'{}' is no column; there are user, password, token, mechanism", name));
      }
      continue;
    }
    auto& one = out.emplace_back();
    if (columns.empty()) {
      auto const colon = line.find(':');
      // What it says may be a password, so it is not repeated.
      if (colon == line.npos || colon == 0)
        return wrong("this is no user:password; a first line user,password names columns instead");
      one = {std::string(line.substr(0, colon)), std::string(line.substr(colon + 1)), {}};
    } else {
      if (values.size() != columns.size())
        return wrong(fmt::format("{} values where the first line names {} columns", values.size(), columns.size()));
      for (std::size_t i = 0; i < values.size(); ++i) one.*columns[i] = values[i];
    }
    if (one.user.empty()) return wrong("there is no user in it");
  }
  return out;
}

std::string account_lines(std::vector<credentials> const& accounts) {
  auto const quoted = [](std::string_view text) {
    std::string out = "\"";
    for (char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
    return out + "\"";
  };
  std::string out = "user,password,token,mechanism\n";
  for (auto const& a : accounts)
    out += fmt::format("{},{},{},{}\n", quoted(a.user), quoted(a.password), quoted(a.token), quoted(a.mechanism));
  return out;
}

std::string read_password(toml_table& t, bool else_) {
  auto const plain = t.text("password", "in the clear; keep the file to yourself");
  auto const variable = t.text("password_env", "the environment's variable that has it");
  auto const command = t.text("password_command", "a shell command that prints it");
  if (plain) return *plain;
  if (variable) {
    if (auto const* value = std::getenv(variable->c_str())) return value;
    t.wrong("password_env", fmt::format("the environment has no {}", *variable));
    return {};
  }
  if (!command) {
    if (!else_) t.wrong("", "accounts need password, password_env or password_command");
    return {};
  }
  auto const printed = printed_secret(*command, {}, "password");
  if (!printed) t.wrong("password_command", printed.error().text);
  return printed ? *printed : "";
}

namespace {

std::vector<credentials> listed(std::vector<toml_table> list) {
  std::vector<credentials> out;
  for (auto& one : list) {
    auto& c = out.emplace_back();
    c.user = one.text("user", "name at login", "");
    c.password = one.text("password", "in the clear", "");
    c.token = one.text("token", "of OAuth, instead of the password", "");
    c.mechanism = one.text("mechanism", "instead of [auth]'s", "");
    if (c.user.empty()) one.wrong("user", "each account is { user = \"...\", password = \"...\" }");
  }
  return out;
}

std::vector<credentials> in_file(toml_table& a, std::string const& name) {
  auto const text = read_file(name);
  if (!text) return a.wrong("file", text.error().text), std::vector<credentials>{};
  auto lines = read_account_lines(*text);
  if (!lines)
    return a.wrong("file", fmt::format("{}:{}: {}", name, lines.error().offset, lines.error().text)),
           std::vector<credentials>{};
  return std::move(*lines);
}

}  // namespace

std::vector<credentials> read_accounts(toml_table a, std::optional<token_command>& tokens) {
  auto const list = a.tables("list", "each account by itself: user, password, token, mechanism");
  auto const file = a.path("file", "lines of user:password, or comma-separated under a first line that names them");
  auto const pattern = a.text("pattern", "names with a number in them: \"u%d\", \"user%04d\"");
  auto const first = a.whole("first", "the first number", 0, 1'000'000'000).value_or(1);
  auto const count = a.whole("count", "how many", 1, 1'000'000).value_or(1);
  auto const command = a.text("token_command",
                              "a shell command that prints a token of OAuth for $MAILRIG_USER; run for "
                              "each account without one, and again when the server refuses it");
  auto const lifetime =
      a.whole("token_lifetime", "seconds after which the command is run again; 0: not until refused", 0, 86'400 * 365);
  if (command) tokens = {*command, lifetime.value_or(0)};
  if (lifetime && !command) a.wrong("token_lifetime", "token_lifetime is of what token_command prints");
  std::vector<credentials> out;
  if (!list.empty()) {
    out = listed(list);
  } else if (!file.empty()) {
    out = in_file(a, file);
  } else if (pattern) {
    auto const secret = read_password(a, command.has_value());
    auto const many = numbered(*pattern, 1) == numbered(*pattern, 2) ? 1 : count;
    for (std::int64_t i = first; i < first + many; ++i) out.push_back({numbered(*pattern, i), secret, {}});
  } else {
    a.wrong("", "[accounts] needs pattern = \"u%d\", list or file");
  }
  if (out.empty()) a.wrong("", "there are no accounts in it");
  if (std::ranges::any_of(out, has_nul))
    a.wrong("", "a user's name or password holds NUL, which neither IMAP nor POP3 can say");
  auto const source = tokens ? source_of(*tokens) : nullptr;
  for (auto& one : out)
    if (one.token.empty()) one.tokens = source;
  return out;
}

}  // namespace mailrig::scenario
