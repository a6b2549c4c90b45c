// james_names: names of mailboxes in James' scripts as names of a scenario's own: with its prefix and the server's
// delimiter, and those of another user as he who reads them finds them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "record/command_words.hpp"
#include "record/james_fixture.hpp"

namespace mailrig::record {

class james_names {
 public:
  explicit james_names(james_fixture const& fixture);

  /// Mailboxes of the other user, by whose name his are prepared: "${box}mailbox-lr", and known as "$theirs1".
  struct foreign {
    james_fixture::mailbox const* box;
    std::string owned, ending, variable;  ///< ending: what the name that others have for it ends with
  };
  std::vector<foreign> const& foreigners() const { return foreign_; }
  /// Another's whom no account is left for.
  std::vector<std::string> const& left_out() const { return left_out_; }

  /// INBOX stands for this mailbox.
  void let_inbox_be(std::string_view name) { in_inbox_ = name; }
  /// A name, or a pattern of LIST.
  std::string of(std::string_view name) const;
  /// A command with its literals, which become {text "..."}.
  std::string in_command(std::string_view command) const;
  std::string in_response(std::string_view pattern) const;

 private:
  std::string other(std::string_view user_and_name) const;
  std::string word(std::string_view text, word_role role, bool referred) const;

  std::vector<foreign> foreign_;
  std::vector<std::string> left_out_;
  std::string in_inbox_, owner_;
};

}  // namespace mailrig::record
