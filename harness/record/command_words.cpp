// command_words: see command_words.hpp.
#include "record/command_words.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace mailrig::record {
namespace {

/// What the first arguments of a command are; of COPY and its kin the first is a set of messages.
struct named_words {
  std::string_view command;
  word_role first = word_role::plain, second = word_role::plain;
};
constexpr std::array all_named{named_words{"SELECT", word_role::mailbox},
                               named_words{"EXAMINE", word_role::mailbox},
                               named_words{"CREATE", word_role::mailbox},
                               named_words{"DELETE", word_role::mailbox},
                               named_words{"SUBSCRIBE", word_role::mailbox},
                               named_words{"UNSUBSCRIBE", word_role::mailbox},
                               named_words{"STATUS", word_role::mailbox},
                               named_words{"APPEND", word_role::mailbox},
                               named_words{"RENAME", word_role::mailbox, word_role::mailbox},
                               named_words{"COPY", word_role::plain, word_role::mailbox},
                               named_words{"MOVE", word_role::plain, word_role::mailbox},
                               named_words{"REPLACE", word_role::plain, word_role::mailbox},
                               named_words{"GETACL", word_role::mailbox},
                               named_words{"SETACL", word_role::mailbox, word_role::person},
                               named_words{"DELETEACL", word_role::mailbox, word_role::person},
                               named_words{"LISTRIGHTS", word_role::mailbox, word_role::person},
                               named_words{"MYRIGHTS", word_role::mailbox},
                               named_words{"GETQUOTAROOT", word_role::mailbox},
                               named_words{"GETQUOTA", word_role::person},
                               named_words{"SETQUOTA", word_role::person},
                               named_words{"RESETKEY", word_role::mailbox}};
constexpr std::array<std::string_view, 7> looked_for{"FROM", "TO", "CC", "BCC", "SUBJECT", "BODY", "TEXT"};

}  // namespace

command_words::command_words(std::string_view unit)
    : unit_(unit), tokens_(read_imap_tokens(unit)), roles_(tokens_.size()) {
  using enum word_role;
  std::size_t first = 2;
  auto verb = word(1);
  bool const uid = verb == "UID";
  if (uid) verb = word(first++);
  if (verb == "SEARCH" || verb == "SORT" || verb == "THREAD" || verb == "ESEARCH") {
    search(verb, first);
    return;
  }
  if (uid) set(first, uids);
  if (auto const at = std::ranges::find(all_named, verb, &named_words::command); at != all_named.end()) {
    if (at->first != plain) set(first, at->first);
    set(first + 1, at->second);
  }
  if (verb == "SELECT" || verb == "EXAMINE")
    for (std::size_t i = first + 1; i + 2 < tokens_.size(); ++i)
      if (word(i) == "QRESYNC" && opens(i + 1)) set(i + 2, word_role::validity);
  if (verb == "LIST" || verb == "LSUB") list(first);
  if (verb == "APPEND") append(first + 1);
  if (verb == "REPLACE") append(first + 2);
  if (verb == "GENURLAUTH" || verb == "URLFETCH")
    for (auto i = first; i < tokens_.size(); ++i)
      if (text(i).find("://") != std::string_view::npos) set(i, remark);
  if (verb == "NOTIFY") notify(first);
  if (verb == "GETMETADATA" || verb == "SETMETADATA") metadata(first);
}

std::string command_words::word(std::size_t i) const { return i < tokens_.size() ? base::to_upper(text(i)) : ""; }

bool command_words::opens(std::size_t i) const { return i < tokens_.size() && tokens_[i].is_mark() && text(i) == "("; }

/// The word behind the list, or the word, that stands there.
std::size_t command_words::behind(std::size_t i) const {
  int depth = 0;
  do {
    if (i < tokens_.size() && tokens_[i].is_mark()) depth += text(i) == "(" ? 1 : -1;
    ++i;
  } while (depth > 0 && i < tokens_.size());
  return i;
}

void command_words::set(std::size_t i, word_role r) {
  if (i < tokens_.size() && !tokens_[i].is_mark()) roles_[i] = r;
}

/// A word, or those of a list; the word behind them.
std::size_t command_words::set_all(std::size_t i, word_role r) {
  auto const end = std::min(behind(i), tokens_.size());
  for (auto at = i; at < end; ++at) set(at, r);
  return end;
}

/// "LIST [(options)] reference pattern-or-patterns [RETURN ...]".
void command_words::list(std::size_t i) {
  using enum word_role;
  if (opens(i)) i = behind(i);
  set(i, mailbox);
  set_all(i + 1, pattern);
}

/// Literals are messages, or parts of them; URLs of what is elsewhere are not.
void command_words::append(std::size_t i) {
  using enum word_role;
  for (; i < tokens_.size(); ++i) {
    if (tokens_[i].what == imap_token::kind::literal) roles_[i] = message;
    if (word(i) == "URL") set(++i, remark);
  }
}

void command_words::search(std::string const& verb, std::size_t i) {
  using enum word_role;
  if (verb == "SORT") i = behind(i);
  for (; i < tokens_.size(); ++i) {
    auto const key = word(i);
    if (tokens_[i].what == imap_token::kind::quoted) continue;
    if (key == "RETURN" && opens(i + 1)) i = behind(i + 1) - 1;
    if (key == "MAILBOXES" || key == "SUBTREE" || key == "SUBTREE-ONE") i = set_all(i + 1, mailbox) - 1;
    if (key == "UID") set(++i, uids);
    if (std::ranges::find(looked_for, key) != looked_for.end()) set(++i, searched);
    if (key == "HEADER") set(i += 2, searched);
  }
}

void command_words::notify(std::size_t i) {
  using enum word_role;
  for (; i < tokens_.size(); ++i)
    if (auto const key = word(i); key == "MAILBOXES" || key == "SUBTREE") i = set_all(i + 1, mailbox) - 1;
}

/// "GETMETADATA [(options)] mailbox entries", "SETMETADATA mailbox (entry value ...)".
void command_words::metadata(std::size_t i) {
  using enum word_role;
  if (opens(i)) i = behind(i);
  set(i, mailbox);
  for (++i; i < tokens_.size(); ++i)
    if (!text(i).starts_with('/')) set(i, remark);
}

}  // namespace mailrig::record
