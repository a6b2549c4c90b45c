// kept_mail: the messages that a client has: read from its maildir, mbox or files.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "play/client_file.hpp"

namespace mailrig::play {

/// A message as one side has it.
struct piece {
  std::string octets;
  std::set<std::string> flags;  ///< \Seen, \Answered, \Flagged, \Draft, \Deleted
  std::string where;            ///< for people: a file
};

/// What lies in `place` below `dir`. A maildir without a path is any below it. The fault says what cannot be read.
base::result<std::vector<piece>> read_kept_mail(mail_place const& place, std::filesystem::path const& dir);

/// The messages of an mbox: each begins with a line "From " at its beginning or behind an empty line.
std::vector<std::string> read_mbox(std::string_view text, bool quotes_from);

}  // namespace mailrig::play
