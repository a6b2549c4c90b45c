// imap_beginning: see imap_beginning.hpp.
#include "record/imap_beginning.hpp"

#include <set>
#include <string>

#include "base/text.hpp"
#include "record/log_lines.hpp"

namespace mailrig::record {
namespace {

std::string_view line_of(spoken const& s) { return std::string_view(s.text).substr(0, s.text.find_first_of("\r\n")); }

bool tells_of_login(std::string_view line) {
  auto const text = base::to_lower(line.substr(0, 400));
  for (std::string_view const word : {"logged in", "login", "authenticat", "[capability"})
    if (text.find(word) != text.npos) return true;
  return false;
}

}  // namespace

std::string_view foreign_tag(dialogue const& of) {
  std::set<std::string_view> sent;
  std::size_t seen = 0;
  for (auto const& s : of.said) {
    auto const line = line_of(s);
    if (s.who == side::client) {
      if (auto const w = base::words(line); !w.empty()) sent.insert(w[0]);
    } else if (is_tagged_status(line)) {
      auto const w = base::words(line);
      bool const login = !sent.contains(w[0]) && base::iequals(w[1], "OK");
      return login && (of.after_login || tells_of_login(line)) ? w[0] : "";
    }
    if (++seen > 10) break;
  }
  return "";
}

bool logs_in(dialogue const& of) {
  for (std::size_t i = 0, commands = 0; i < of.said.size() && commands < 8; ++i) {
    if (of.said[i].who != side::client) continue;
    ++commands;
    auto const w = base::words(line_of(of.said[i]));
    if (w.size() > 1 && (base::iequals(w[1], "LOGIN") || base::iequals(w[1], "AUTHENTICATE"))) return true;
  }
  return false;
}

bool greets(dialogue const& of) {
  for (auto const& s : of.said) {
    if (s.who == side::client) return false;
    auto const line = line_of(s);
    if (is_greeting(line) && line.starts_with("* ")) return true;
    if (is_tagged_status(line) || s.form != form::loose) return false;
  }
  return false;
}

}  // namespace mailrig::record
