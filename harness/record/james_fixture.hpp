// james_fixture: what James' Java classes prepare for a script of theirs: where its sessions begin, which mailboxes of
// whom are there, with what mail and whose rights.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mailrig::record {

struct james_fixture {
  enum class beginning { greeting, authenticated, inbox, selected } begins = beginning::authenticated;
  struct mailbox {
    std::string user, name;  ///< name: with James' dots; empty: the user's INBOX
    bool filled = false;
    std::string rights;  ///< of the script's user
  };
  std::vector<mailbox> mailboxes;
  bool cyrus =
      false;  ///< its class fills mailboxes as that server's tests do: four messages, of which three have flags
  bool quota = false;  ///< it sets limits that no command sets
  bool known = false;  ///< read in Java, not guessed
};

/// The user whose script it is.
inline constexpr std::string_view james_user = "imapuser";

/// Of the first test in a class's source that runs the script of that name.
std::optional<james_fixture> read_james_class(std::string_view source, std::string_view script);
/// Of the class that stands in the source tree around the script ("src/main/resources/..." beside "src/main/java").
std::optional<james_fixture> james_class_around(std::filesystem::path const& script);
/// By the script itself: who logs in begins at the greeting; who speaks of messages and has selected nothing finds them
/// selected.
james_fixture guessed_fixture(std::string_view script);

}  // namespace mailrig::record
