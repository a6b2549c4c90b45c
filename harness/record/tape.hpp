// tape: takes down a restored session: events with their times, what is lacking, and the notes about it.
#pragma once

#include "record/restored.hpp"

namespace mailrig::record {

/// For what a client answers to "+" where it may be a secret.
constexpr std::string_view secret_stand_in = "c3RhbmQtaW4=";

class tape {
 public:
  tape(dialogue const& of, restored& out);

  /// Octets of one side; their time is that of the entry, never before what was taken down already.
  void say(side who, std::string_view octets, spoken const& by);
  /// A line, to which CRLF is added.
  void say_line(side who, std::string_view line, spoken const& by) { say(who, std::string(line) + "\r\n", by); }
  void event(history::event_kind kind, std::string_view octets, spoken const& by);
  /// From that entry on the session lacks something; the note says what, and stands with file and line.
  void lack(check::lack what, spoken const& by, std::string_view note);
  /// The same from a moment on that is past.
  void lack_since(base::instant since, check::lack what, spoken const& by, std::string_view note);
  void note(spoken const& by, std::string_view text);
  /// Of what was taken down last.
  base::instant last() const { return last_; }

 private:
  base::instant time_of(spoken const& by);

  dialogue const& of_;
  restored& out_;
  base::instant last_{};
  bool begun_ = false;
};

/// What the restorers of both protocols begin with, and end with.
void restore_imap(dialogue const& of, tape& out, restored& into);
void restore_pop3(dialogue const& of, tape& out, restored& into);

}  // namespace mailrig::record
