// stand_ins: words that take the place of others, so that a trace can be shown to strangers: as long, of letters and
// digits where the others were, the same for the same word, and beginning alike where they did.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace mailrig::record {

/// Words depend on a key that nobody keeps. One thread.
class stand_ins {
 public:
  explicit stand_ins(std::string key) : key_(std::move(key)) {}

  /// Where octets of the quoted-printable kind (=C3=A4) may stand: they stay what they are.
  enum class escapes { none, equals };
  /// `text` with its words put in place; those of structure (header names, media types, months ...) and numbers of up
  /// to four digits stay. Same size.
  void replace(std::string& text, std::size_t from, std::size_t to, escapes e = escapes::none);
  /// The head of a message: names of fields stay. `from` begins a line.
  void replace_head(std::string& text, std::size_t from, std::size_t to);
  /// A message from its head on, or its text alone.
  void replace_message(std::string& text, std::size_t from, std::size_t to, bool has_head);
  /// A mailbox's name: INBOX and what modified UTF-7 shifts (&...-) stay.
  void replace_name(std::string& text, std::size_t from, std::size_t to);
  /// A text that people read: of its words those that were replaced in names.
  void replace_known_names(std::string& text, std::size_t from, std::size_t to);

 private:
  void word(std::string& text, std::size_t from, std::size_t to);
  std::string made(std::string_view word) const;

  std::string key_;
  std::unordered_map<std::string, std::string> known_;
  std::unordered_set<std::string> names_;  ///< words of names, lower case
};

}  // namespace mailrig::record
