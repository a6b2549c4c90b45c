// played_text: what a script's lines are as octets: the client's tag and words put in, mail and strings as literals.
#pragma once

#include "play/client_input.hpp"
#include "scenario/mailroom.hpp"
#include "scenario/script.hpp"

namespace mailrig::play {

class played_text {
 public:
  /// `declared`: the script's mail, which is called by its number too. Both must outlive it.
  played_text(history::protocol p, scenario::mailroom const& room,
              std::vector<scenario::mail_declaration> const& declared)
      : proto_(p), room_(room), declared_(declared) {}

  /// "$tag", "$next1" ... and "$1" ... of what the client said last; {mail NAME} and {text "..."} as literals.
  std::string filled_in(std::string_view text, client_unit const& last) const;
  /// A line with its CRLF: a status without a tag answers what the client said last; POP3's "= mail[1].octets" is a
  /// message with its dots.
  std::string line(std::string_view text, client_unit const& last) const;

 private:
  std::string message(std::string_view name) const;

  history::protocol proto_;
  scenario::mailroom const& room_;
  std::vector<scenario::mail_declaration> const& declared_;
};

}  // namespace mailrig::play
