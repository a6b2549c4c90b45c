// script: a scenario file, read: its header, and its conversation as operations in order.
// The language is described in scenarios/LANGUAGE.md; a mistake is told with file, line and a caret.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/text.hpp"
#include "history/event.hpp"
#include "scenario/pattern.hpp"
#include "session/channel.hpp"

namespace mailrig::scenario {

/// One pause, or one "within", of a scenario that is tagged `slow`.
inline constexpr base::duration longest_slow_wait = std::chrono::hours(2);

/// How far a session has come when the conversation begins.
enum class start_state { closed, greeting, authenticated, selected, examined };

struct session_declaration {
  std::string name;
  history::protocol proto = history::protocol::imap;
  std::optional<start_state> state;
  std::size_t user = 1;       ///< 2: of another account of the target than the scenario's own
  std::string endpoint = {};  ///< of the target's, by its name; empty: any
};

struct mail_declaration {
  std::string name;
  std::size_t copies = 1;
  std::vector<std::string> flags;
  std::string date = {};  ///< INTERNALDATE, without quotes; empty: when it is put there
};

/// A message that the scenario brings along.
struct message_text {
  std::string name, octets;
};

struct expectation {
  enum class mode { required, optional, forbidden } how = mode::required;
  std::vector<pattern> alternatives;
  std::string trait;                ///< a choice that the RFC leaves: its name
  std::vector<std::string> labels;  ///< what each alternative says of the server; with `trait`
  std::vector<bool> ends;           ///< an alternative written "end PATTERN": when it comes, the conversation is over
  std::string text;                 ///< as written
  std::size_t line = 0;
};

/// "OK | NO | closed": any of these patterns; each must be one.
expectation any_of(std::string_view alternatives, history::protocol proto);

struct operation {
  enum class kind { send, expect, act, pause, concurrently } what = kind::send;
  std::size_t session = 0;
  std::size_t line = 0;
  std::vector<std::string> proves;        ///< of this step; empty: the scenario's
  std::vector<std::string> lines;         ///< send: leave in one write
  std::vector<expectation> expectations;  ///< expect
  bool only = false;                      ///< expect: nothing else may come
  std::optional<base::duration> within;   ///< expect
  std::string action, argument;           ///< act
  base::duration pause{};
  std::vector<std::vector<operation>> branches;  ///< concurrently: one for each session that speaks

  /// The expectation that ends the group: a tagged status, "+", a POP3 status or the end. Where none is required, one
  /// that is forbidden: whatever else ends the command is well. Null while waiting for data only.
  expectation const* completion() const;
  /// It asks for something, so that it is over when that has come.
  bool requires_something() const;
};

struct script {
  std::string id;  ///< path below scenarios/ without its ending
  std::string file;
  std::string title;
  std::vector<std::string> proves, needs, tags;
  std::vector<std::string> accounts;   ///< odd accounts, by name, on each of which it is to be played
  std::string account;                 ///< the one of them; empty: any of the target's usual accounts
  std::vector<message_text> messages;  ///< of the file's own; no two of one name
  std::vector<mail_declaration> mail;
  std::vector<session_declaration> sessions;
  start_state state = start_state::selected;
  session::segmentation cut = session::segmentation::whole;
  bool second_revision = false;  ///< its IMAP sessions turn on IMAP4rev2 when they have logged in
  std::vector<operation> operations;
  std::string put_off;  ///< why it is not played in this run; empty: it is

  bool uses(history::protocol p) const;
  /// It kills or freezes the server's process.
  bool handles_server() const;
  /// How many of the target's accounts its sessions log in to.
  std::size_t users() const;
  /// Tagged `attack`: what it sends is meant to do harm.
  bool is_attack() const;
  /// Tagged `slow`: it waits for minutes, and may; it is played where it is asked for, not with others.
  bool is_slow() const;
  /// How long it waits at most by its own words: its pauses, and what it gives answers.
  base::duration waiting() const;
};

/// `text` is the file's contents; `file` is named in faults. A fault's text is complete: "file:line:column: ..." with a
/// caret.
base::result<script> read_script(std::string_view text, std::string const& file, std::string const& id);
/// Reads every *.scn below a folder, ordered by id.
base::result<std::vector<script>> read_scripts(std::filesystem::path const& folder);
base::result<std::string> read_file(std::filesystem::path const& file);
/// "50ms", "2s", "1m".
using base::read_duration;

}  // namespace mailrig::scenario
