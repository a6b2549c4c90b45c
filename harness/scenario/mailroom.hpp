// mailroom: the messages of fixtures/mail, and of folders of the user's own, and what is known of them, since the rig
// put them there itself.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace mailrig::scenario {

struct message {
  std::string name;
  std::string octets;
  std::vector<std::string> flags;
  std::string date = {};  ///< for INTERNALDATE; empty: none is given

  /// size, octets, sha256, head, text, header[Name], top[N]: the head and N lines of the text; nothing for anything
  /// else or an absent field.
  std::optional<std::string> value(std::string_view field) const;
};

/// Reads messages by name. `NAME.eml` is a message as it stands; `size-N` makes one of N octets, `line-N` has lines of
/// N octets, `parts-N`, `nested-N` and `enclosed-N` have so many parts, multiparts or messages. Any thread.
class mailroom {
 public:
  explicit mailroom(std::filesystem::path folder) : folders_{std::move(folder)} {}
  /// Of two messages of one name the one in the later folder is meant.
  explicit mailroom(std::vector<std::filesystem::path> folders) : folders_(std::move(folders)) {}
  /// The same with further messages, which are meant before all others of their names.
  mailroom with(std::map<std::string, std::string, std::less<>> own) const;
  base::result<message> read(std::string_view name) const;
  std::vector<std::string> names() const;

 private:
  std::vector<std::filesystem::path> folders_;
  std::map<std::string, std::string, std::less<>> own_;
};

/// The `copy`-th of several copies of a message: told apart by a header field of its own.
message numbered_copy(message m, std::size_t copy);

}  // namespace mailrig::scenario
