// james_names: see james_names.hpp.
#include "record/james_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "scenario/escapes.hpp"

namespace mailrig::record {
namespace {

/// Levels, by the server's delimiter. A "$" begins no variable: those have small letters.
std::string levels(std::string_view name) {
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '.')
      out += "${sep}";
    else if (i > 0 && name[i - 1] == '$')
      out += base::upper(name[i]);
    else
      out += name[i];
  }
  return out;
}

constexpr std::string_view own_space = "#private.", other_space = "#user.", cyrus_space = "user.";

/// The account that James' tests make is the target's here.
std::string person_of(std::string_view who) {
  return who == james_user || who == "imapuser@domain" || who == "owner" ? std::string("$user") : std::string(who);
}

/// LIST "user." "Boby" asks of one name, in whose place another stands here.
std::string with_joined_reference(std::string_view command) {
  auto const quote = command.find(" \"user.\" \""), space = command.find(" \"#user");
  auto const at = std::min(quote, space);
  if (at == command.npos) return std::string(command);
  auto const close = command.find('"', at + 2), next = command.find('"', close + 1);
  if (next == command.npos || next != close + 2) return std::string(command);
  return fmt::format("{} \"\" \"{}{}", command.substr(0, at), command.substr(at + 2, close - at - 2),
                     command.substr(next + 1));
}

/// "I%" is about INBOX, which has no other name here.
bool begins_inbox(std::string_view pattern) {
  auto const wild = pattern.find_first_of("%*");
  return wild != pattern.npos && wild > 0 && std::string_view("INBOX").starts_with(pattern.substr(0, wild));
}

/// Which word of an untagged response names a mailbox, behind its name; none: 0.
std::size_t name_place(std::string_view response) {
  constexpr std::array<std::string_view, 6> first{"STATUS", "METADATA", "ACL", "MYRIGHTS", "LISTRIGHTS", "QUOTAROOT"};
  if (response == "LIST" || response == "LSUB" || response == "XLIST") return 3;
  return std::ranges::find(first, response) != first.end() ? 1 : 0;
}

/// Its quotes are left away where it is one variable's value, or INBOX, which is written in any letters.
std::string as_value(std::string const& name, bool quoted) {
  bool const variable = name.size() > 1 && name[0] == '$' && name[1] != '{';
  if (variable || base::istarts_with(name, "INBOX")) return name;
  return quoted || name.find_first_of(" ()\"") != name.npos || name.empty() ? '"' + name + '"' : name;
}

}  // namespace

james_names::james_names(james_fixture const& fixture) {
  for (auto const& box : fixture.mailboxes) {
    if (base::iequals(box.user, james_user)) continue;
    if (owner_.empty()) owner_ = box.user;
    if (!base::iequals(box.user, owner_)) {
      left_out_.push_back(box.user + "." + box.name);
      continue;
    }
    auto const ending = levels(box.name.empty() ? base::to_lower(box.user) : box.name);
    foreign_.push_back({&box, "${box}" + ending, ending, fmt::format("theirs{}", foreign_.size() + 1)});
  }
}

/// "boby.mailbox-lr.sub": the longest that is prepared, and what is below it.
std::string james_names::other(std::string_view user_and_name) const {
  auto const dot = std::min(user_and_name.find('.'), user_and_name.size());
  auto const user = user_and_name.substr(0, dot);
  auto const name = user_and_name.substr(std::min(user_and_name.size(), dot + 1));
  if (base::iequals(user, james_user)) return name.empty() ? "INBOX" : of(name);
  std::string out;
  std::size_t longest = 0;
  for (auto const& f : foreign_) {
    auto const& known = f.box->name;
    bool const fits = base::iequals(f.box->user, user) && name.starts_with(known) &&
                      (name.size() == known.size() || known.empty() || name[known.size()] == '.');
    if (!fits || (!out.empty() && known.size() < longest)) continue;
    longest = known.size();
    auto const below = name.substr(known.size());
    auto const joint = below.empty() || below[0] == '.' ? std::string(below) : "." + std::string(below);
    out = below.empty() ? "$" + f.variable : fmt::format("${{{}}}{}", f.variable, levels(joint));
  }
  return out.empty() ? "${box}" + levels(user_and_name) : out;
}

std::string james_names::of(std::string_view name) const {
  if (name.empty()) return "";
  if (!in_inbox_.empty() && name == in_inbox_) return "INBOX";
  if (base::istarts_with(name, own_space)) name.remove_prefix(own_space.size());
  if (base::iequals(name, "INBOX")) return std::string(name);
  // What is below it needs to be this scenario's too.
  if (base::istarts_with(name, "INBOX."))
    return std::string(name.substr(0, 5)) + "${sep}${leaf}" + levels(name.substr(6));
  if (begins_inbox(name)) return levels(name);
  if (base::istarts_with(name, other_space)) return other(name.substr(other_space.size()));
  if (name.starts_with(cyrus_space) && (!foreign_.empty() || name.starts_with("user.imapuser")))
    return other(name.substr(cyrus_space.size()));
  if (name[0] == '%' || name[0] == '*') return levels(name);
  return "${box}" + levels(name);
}

std::string james_names::word(std::string_view text, word_role role, bool referred) const {
  using enum word_role;
  if (role == person) return person_of(text);
  // Behind a reference that is not empty a pattern goes on with it.
  if (role == pattern && referred) return levels(text);
  return role == mailbox || role == pattern ? of(text) : std::string(text);
}

std::string james_names::in_command(std::string_view command) const {
  auto const unit = with_joined_reference(command) + "\r\n";
  command_words const words(unit);
  std::string out;
  std::size_t done = 0;
  bool referred = false;
  for (std::size_t i = 0; i < words.tokens().size(); ++i) {
    auto const& token = words.tokens()[i];
    auto const text = words.text(i);
    bool const literal = token.what == imap_token::kind::literal;
    auto const role = words.at(i);
    bool const named = role == word_role::mailbox || role == word_role::pattern || role == word_role::person;
    if (!literal && !named) continue;
    auto const told = named ? word(text, role, referred) : scenario::escaped(text);
    referred = role == word_role::mailbox && !text.empty();
    auto const from = literal ? unit.rfind('{', token.from) : token.from;
    bool const plus = literal && unit.substr(from, token.from - from).find('+') != unit.npos;
    bool const wrap = token.what == imap_token::kind::atom && told.find("theirs") != told.npos;
    out += unit.substr(done, from - done);
    out += literal ? fmt::format("{{text{} \"{}\"}}", plus ? "+" : "", told) : wrap ? '"' + told + '"' : told;
    done = token.to;
  }
  out += unit.substr(done);
  out.resize(out.size() - 2);
  return out;
}

std::string james_names::in_response(std::string_view pattern) const {
  auto const tokens = read_imap_tokens(pattern);
  auto text = [&](std::size_t i) { return pattern.substr(tokens[i].from, tokens[i].size()); };
  if (tokens.size() < 3 || text(0) != "*") return std::string(pattern);
  auto const place = name_place(base::to_upper(text(1)));
  if (place == 0) return std::string(pattern);
  // Words at the top, with lists as one.
  std::size_t at = 2, seen = 0;
  std::string out;
  std::size_t done = 0;
  for (int depth = 0; at < tokens.size() && seen < place; ++at) {
    if (tokens[at].is_mark()) depth += text(at) == "(" ? 1 : -1;
    if (depth > 0) continue;
    ++seen;
    bool const quoted = tokens[at].what == imap_token::kind::quoted;
    std::size_t const wide = quoted ? 1 : 0;
    bool const delimiter = place == 3 && seen == 2 && text(at) == ".";
    if (!delimiter && (seen != place || tokens[at].is_mark() || text(at) == "_" || text(at) == "...")) continue;
    out += std::string(pattern.substr(done, tokens[at].from - wide - done));
    out += delimiter ? "$sep" : as_value(of(text(at)), quoted);
    done = tokens[at].to + wide;
  }
  for (; base::iequals(text(1), "ACL") && at < tokens.size(); ++at) {
    auto const who = base::iequals(text(at), owner_) ? std::string("$user2") : person_of(text(at));
    if (who[0] != '$') continue;
    std::size_t const wide = tokens[at].what == imap_token::kind::quoted ? 1 : 0;
    out += std::string(pattern.substr(done, tokens[at].from - wide - done)) + who;
    done = tokens[at].to + wide;
  }
  return out + std::string(pattern.substr(done));
}

}  // namespace mailrig::record
