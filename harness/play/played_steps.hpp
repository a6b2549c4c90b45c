// played_steps: a script that is played from the server's side, as steps of one session.
#pragma once

#include <optional>
#include <vector>

#include "play/client_input.hpp"
#include "scenario/octet_pieces.hpp"
#include "scenario/played_script.hpp"

namespace mailrig::play {

/// What a client should say: its first words, in any case: "LOGIN _ _", "UID FETCH"; `_` is any word, "closed" that it
/// leaves.
class asked {
 public:
  explicit asked(std::string_view text);
  /// None: whatever it says.
  explicit asked(std::vector<std::string> words);
  bool matches(client_unit const& u) const;
  /// It takes a line that is no command: an answer to "+", the end of IDLE.
  bool takes_lines() const { return words_.empty(); }
  bool leaves() const { return words_.size() == 1 && words_[0] == "CLOSED"; }

 private:
  std::vector<std::string> words_;  ///< upper case
};

struct played_step {
  enum class kind { say, ask, forbid, act, pause } what = kind::say;
  std::size_t line = 0;
  std::string text;                           ///< say: the line; ask, forbid: as written; act: the argument
  std::string action;                         ///< act
  std::vector<asked> any;                     ///< ask: one of them; forbid: none of them
  bool optional = false;                      ///< ask: with what follows up to the next it may be left out
  std::optional<base::duration> within;       ///< ask
  base::duration pause{};                     ///< pause
  std::vector<scenario::octet_piece> pieces;  ///< act: raw, cut, hello, flood
  bool recorded = false;     ///< say: `text` are octets as they were, behind the tag that the client gives now
  std::string tag = {};      ///< of a trace: ask, what was asked then had it; say, what this answers had it
  std::string mailbox = {};  ///< of a trace: ask, which was selected then
};

/// What one session of a script, or of a trace, is.
struct played_part {
  history::protocol proto = history::protocol::imap;
  std::vector<played_step> steps;
};

/// The script's sessions. The fault is complete: file, line, and what is wrong.
base::result<std::vector<played_part>> parts_of(scenario::script const& s);

/// Index of the next `ask` at or behind `from`; the number of steps where there is none.
std::size_t next_ask(std::vector<played_step> const& steps, std::size_t from);
/// Before the next `ask` the server behind is let answer what the client said.
bool answers_behind(std::vector<played_step> const& steps, std::size_t from);
/// The server speaks first by the script's own words.
bool greets(std::vector<played_step> const& steps);

}  // namespace mailrig::play
