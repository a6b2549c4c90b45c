// marked_logs: logs in which each line of the conversation has a mark of its client's debugging before it.
#pragma once

#include <set>
#include <span>

#include "record/imap_lines.hpp"
#include "record/log_lines.hpp"

namespace mailrig::record {

/// A line of the log with its mark taken off; nothing where it has none.
struct marked {
  side who = side::client;
  std::string text;
  std::string session;  ///< its connection, where lines name it
  std::optional<base::duration> at{};
  record::form form = record::form::line;
};
using unmark = std::optional<marked> (*)(std::string_view line);

/// The dialogue to which a line of `session` belongs; a greeting without a connection's name begins one.
dialogue& dialogue_for(marked const& m, std::vector<dialogue>& all);

/// Reads all lines that `take` knows, each connection a dialogue. A line without a mark that `loose` accepts may go on
/// what was said last; null: there are none.
base::result<std::vector<dialogue>> read_marked(std::vector<log_file> const& files, unmark take,
                                                bool (*loose)(std::string_view line), std::string_view what);

/// Without a mark the grammar tells who speaks: commands are the client's, responses the server's, and all else is
/// loose.
class guesser {
 public:
  spoken take(std::string_view text, std::size_t line, std::optional<base::duration> at = {});

 private:
  bool inside(std::string_view text);
  bool goes_on(std::string_view text);
  void respond(std::string_view text);

  std::string open_;                    ///< a response that has no end yet: it was wrapped
  std::string tag_;                     ///< the form of the last command's
  bool proves_ = false, turn_ = false;  ///< AUTHENTICATE is not answered; it is the client's turn in it
  side last_ = side::server;
  bool literal_ = false;                      ///< the client's last line announced one
  std::int64_t left_client_ = 0;              ///< of the client's, once it may go on
  std::int64_t left_ = 0;                     ///< octets of a literal that are still to come
  std::set<std::string, std::less<>> asked_;  ///< tags that are not answered
};

/// What stands for a command that the log hides because it holds a secret: an answer to "+", or else the login whose
/// tag, a number, comes next. `before`: what was said until then.
std::string stand_in_for_secret(std::span<spoken const> before);

/// What Android's logcat writes before a line, taken off; the line itself where there is nothing of it.
struct logcat_line {
  std::optional<base::duration> at{};
  std::string_view text;
};
logcat_line read_logcat(std::string_view line);

}  // namespace mailrig::record
