// search_oracle: SEARCH's keys (RFC 3501 §6.4.4), evaluated on a message whose octets are known. Three answers: where
// the RFC leaves room, or something is not known, the answer is unknown and nobody is accused.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "model/mail_truth.hpp"
#include "wire/imap/command.hpp"

namespace mailrig::model {

enum class truth : std::uint8_t { no, yes, unknown };

/// What is known of one message.
struct search_facts {
  std::uint32_t number = 0, uid = 0;  ///< uid 0: unknown
  std::uint32_t count = 0, largest_uid = 0;
  known_message const* mail = nullptr;
  std::optional<std::uint64_t> size;    ///< as RFC822.SIZE told
  std::optional<std::int64_t> day;      ///< of INTERNALDATE as it was told, in its own zone; days since 1970
  std::optional<std::int64_t> arrived;  ///< INTERNALDATE as it was told, seconds since 1970
  std::optional<std::int64_t> now_first, now_last;  ///< between which the server's clock was
  truth saved = truth::unknown;                     ///< whether "$" has it (RFC 5182)
  std::optional<bool> has_save_date;                ///< SAVEDATE was told, or NIL (RFC 8514)
  std::optional<std::int64_t> save_day;             ///< of it, as day
  std::optional<std::string> email, thread;         ///< EMAILID and THREADID (RFC 8474); empty: NIL
  /// Whether it has a flag, lower case, "\recent" too; nothing: not certain.
  std::function<std::optional<bool>(std::string const& flag)> has_flag;
};

struct search_key {
  std::string name;  ///< upper case; "SET" for a sequence set, "AND" for a list
  std::vector<std::string> arguments;
  std::vector<search_key> keys;  ///< of AND, OR, NOT
};

/// The keys from that argument on, as one AND. Nothing when they cannot be read, or what follows one of them cannot.
std::optional<search_key> read_search_keys(wire::imap::command const& search, std::size_t from);
/// The whole criteria of SEARCH without RETURN, in a charset that is read here.
std::optional<search_key> read_search(wire::imap::command const& search);
truth evaluate(search_key const& key, search_facts const& facts);

}  // namespace mailrig::model
