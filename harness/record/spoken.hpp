// spoken: what a log says that client and server said: lines or octets in their order, before what the log lost is
// filled.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "history/event.hpp"

namespace mailrig::record {

enum class side : std::uint8_t { client, server };

/// How much of a line the log kept.
enum class form : std::uint8_t {
  line,    ///< a line without the CRLF that ended it
  octets,  ///< octets as they crossed the wire, in any pieces
  cut,     ///< the beginning of a line: the log left out its end
  loose,   ///< a line that the log does not say whose it is: part of what was said last, or nothing
};

struct spoken {
  side who = side::client;
  std::string text;
  std::size_t line = 0;                ///< of the log, from 1; 0 where it has none
  std::optional<base::duration> at{};  ///< since any moment that all entries of the log share
  record::form form = record::form::line;
};

/// A connection as its log tells of it.
struct dialogue {
  std::string name;  ///< for people: "4f1200", "20261129-022904-5560"
  std::filesystem::path file;
  std::string account;                       ///< equal for connections of one user, whoever it is; empty: not known
  std::optional<history::protocol> proto{};  ///< nothing: what is said tells
  std::vector<spoken> said{};
  bool after_login = false;          ///< such logs begin once the client has logged in
  bool order_unknown = false;        ///< who spoke when is not in the log: the order is a guess
  bool lossy = false;                ///< parts are missing, and the log does not say which
  bool by_hand = false;              ///< a person prints such logs: wrapped, shortened, between other text
  bool trimmed = false;              ///< blanks at the ends of lines may be lost, as they may by hand
  std::vector<std::string> notes{};  ///< what was lost of it, a sentence each
};

struct log_file {
  std::filesystem::path path;
  std::string octets;
};

}  // namespace mailrig::record
