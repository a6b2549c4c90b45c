// command_words: what the words of an IMAP command are: names of mailboxes, UIDs, messages, what is searched for. One
// table for all who change a client's octets without reading a meaning into them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "record/imap_tokens.hpp"

namespace mailrig::record {

enum class word_role : std::uint8_t {
  plain,
  mailbox,
  pattern,  ///< of LIST
  uids,
  validity,  ///< UIDVALIDITY, of QRESYNC
  message,   ///< a literal of APPEND
  searched,  ///< text that SEARCH looks for
  person,    ///< who has rights, or a quota
  remark,    ///< other words of people: a value of metadata, a URL
};

/// Of one whole command, with its literals, which outlives it.
class command_words {
 public:
  explicit command_words(std::string_view unit);

  std::vector<imap_token> const& tokens() const { return tokens_; }
  word_role at(std::size_t i) const { return roles_[i]; }
  std::string_view text(std::size_t i) const { return unit_.substr(tokens_[i].from, tokens_[i].size()); }

 private:
  std::string word(std::size_t i) const;
  bool opens(std::size_t i) const;
  std::size_t behind(std::size_t i) const;
  void set(std::size_t i, word_role r);
  std::size_t set_all(std::size_t i, word_role r);
  void list(std::size_t i);
  void search(std::string const& verb, std::size_t i);
  void notify(std::size_t i);
  void metadata(std::size_t i);
  void append(std::size_t i);

  std::string_view unit_;
  std::vector<imap_token> tokens_;
  std::vector<word_role> roles_;
};

}  // namespace mailrig::record
