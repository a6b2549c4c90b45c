// james_commands: see james_commands.hpp.
#include "record/james_commands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.hpp"
#include "record/james_fixture.hpp"
#include "wire/imap/command_grammar.hpp"

namespace mailrig::record {
namespace {

struct announced {
  std::size_t from = 0, octets = 0;
  bool plus = false;
};

/// "{310}" or "{310+}" at its end.
std::optional<announced> literal_at_end(std::string_view line) {
  auto const open = line.rfind('{');
  if (!line.ends_with('}') || open == line.npos) return std::nullopt;
  auto digits = line.substr(open + 1, line.size() - open - 2);
  bool const plus = digits.ends_with('+');
  if (plus) digits.remove_suffix(1);
  auto const n = base::number(digits);
  return n ? std::optional(announced{open, std::size_t(*n), plus}) : std::nullopt;
}

/// The next line that the client sends, past comments and the "+" that the runner waits for itself.
std::optional<std::string_view> next_sent(std::vector<log_line> const& lines, std::size_t& at) {
  for (auto i = at; i < lines.size(); ++i) {
    auto const text = lines[i].text;
    if (text.starts_with("C:")) {
      at = i + 1;
      return text.substr(std::min<std::size_t>(3, text.size()));
    }
    if (!base::trim(text).empty() && !text.starts_with('#') && !text.starts_with("S: \\+")) break;
  }
  return std::nullopt;
}

}  // namespace

james_command whole_command(std::vector<log_line> const& lines, std::size_t& at, std::string_view first) {
  james_command out{std::string(first), ""};
  while (auto const literal = literal_at_end(out.text)) {
    std::string body;
    while (body.size() < literal->octets) {
      auto const line = next_sent(lines, at);
      if (!line) break;
      body += std::string(*line) + "\r\n";
    }
    auto rest = body.substr(std::min(body.size(), literal->octets));
    if (body.size() < literal->octets)
      out.short_of = fmt::format("the literal has {} octets, not {}: sent as it is", body.size(), literal->octets);
    body.resize(std::min(body.size(), literal->octets));
    // What is left of the last line goes on with the command; behind a whole line the next does.
    if (rest.empty() && body.ends_with("\r\n")) {
      auto const before = at;
      auto const end = next_sent(lines, at);
      if (end && is_command(*end))
        at = before;
      else if (end)
        rest = std::string(*end) + "\r\n";
    }
    if (rest.ends_with("\r\n")) rest.resize(rest.size() - 2);
    out.text.resize(literal->from);
    out.text += fmt::format("{{{}{}}}\r\n{}{}", body.size(), literal->plus ? "+" : "", body, rest);
    if (rest.empty()) break;
  }
  return out;
}

namespace {

std::string with_right_blanks(std::string_view line) {
  std::string out;
  bool quoted = false;
  for (char const c : line) {
    if (c == '"') quoted = !quoted;
    if (!quoted && c == ' ' && (out.ends_with(' ') || out.ends_with('('))) continue;
    while (!quoted && c == ')' && out.ends_with(' ')) out.pop_back();
    out += c;
  }
  while (!quoted && out.ends_with(' ')) out.pop_back();
  return out;
}

bool is_right(std::string_view command) { return !wire::imap::command_violation(std::string(command) + "\r\n", false); }

}  // namespace

std::optional<std::string> mended(std::string_view command) {
  // A macro stands alone; what literals hold stays as it is.
  auto const head_end = std::min(command.find("\r\n"), command.size());
  std::string head(command.substr(0, head_end));
  for (std::string_view const macro : {"(ALL)", "(FULL)", "(FAST)"})
    if (auto const at = head.find(" FETCH "), list = head.find(macro); at != head.npos && list != head.npos)
      head.replace(list, macro.size(), macro.substr(1, macro.size() - 2));
  std::string rest(command.substr(head_end));
  if (is_right(head + rest)) return head + rest;
  while (rest.ends_with(" )")) rest.erase(rest.size() - 2, 1);
  auto out = with_right_blanks(head) + rest;
  return is_right(out) ? std::optional(out) : std::nullopt;
}

bool only_asks(std::string_view verb) {
  constexpr std::array<std::string_view, 8> asking{"FETCH", "SEARCH", "STATUS",      "LIST",
                                                   "LSUB",  "GETACL", "GETMETADATA", "GETQUOTAROOT"};
  return std::ranges::find(asking, verb) != asking.end();
}

std::string with_account(std::string_view line) {
  auto const w = base::words(line);
  if (w.size() < 3 || !base::iequals(w[1], "LOGIN") || !w[2].starts_with(james_user)) return std::string(line);
  auto out = fmt::format("{} {} $user", w[0], w[1]);
  for (std::size_t i = 3; i < w.size(); ++i)
    out += " " + (i == 3 && w[i] == "password" ? std::string("$password") : std::string(w[i]));
  return out;
}

}  // namespace mailrig::record
