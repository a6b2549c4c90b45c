// imap_tokens: a command or response as words, strings, literals and parentheses, each with its place: for who changes
// octets and reads no meaning.
#pragma once

#include <string_view>
#include <vector>

namespace mailrig::record {

struct imap_token {
  enum class kind { atom, quoted, literal, mark } what = kind::atom;
  std::size_t from = 0, to = 0;  ///< of what is between the quotes, of a literal's octets
  std::size_t size() const { return to - from; }
  bool is_mark() const { return what == kind::mark; }  ///< "(" or ")"
};

/// Octets of the first command or response with its literals and line end; 0 while it is not whole.
std::size_t imap_unit_size(std::string_view octets);
/// Of one unit. An atom holds its brackets with all in them, "BODY[HEADER.FIELDS (Subject)]".
std::vector<imap_token> read_imap_tokens(std::string_view unit);

}  // namespace mailrig::record
