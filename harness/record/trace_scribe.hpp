// trace_scribe: writes down what the clients of a trace did as operations of a script, and waits for what they waited
// for.
#pragma once

#include <deque>
#include <map>
#include <set>

#include "check/judge.hpp"
#include "record/kept_trace.hpp"
#include "record/trace_facts.hpp"
#include "record/trace_lines.hpp"

namespace mailrig::record {

/// One trace's. One thread. The judge's checkers have seen each item before it.
class trace_scribe final : public model::item_sink {
 public:
  /// `came`: what came is expected, right or not.
  trace_scribe(trace_facts const& facts, check::judge const& judge, brought_mail& mail, bool came);

  void see(model::item const& i) override;
  /// After the judge has taken the event: what a client says that is no command of its own.
  void heard(kept_event const& e);

  /// With sessions named and begun as late as can be; without mail. Once.
  scenario::script finish();
  std::vector<std::string> const& notes() const { return notes_; }
  std::size_t commands() const { return commands_; }
  trace_names& names() { return names_; }

 private:
  struct speaker {
    std::optional<std::size_t> index;  ///< in the script, once it has said something
    bool in = false, left = false;     ///< it has logged in; it has said goodbye
    std::deque<std::string> waiting;   ///< tags of commands that are not answered
    std::vector<std::string> told;     ///< patterns that bind UIDs, of the answer under way
    std::size_t accused = 0;           ///< how often the checkers have spoken of it
    bool idle = false, heard = false;  ///< it waits for news; some have come
    std::size_t idle_since = 0;        ///< operations when it began
    base::instant quiet_since{};
    std::set<std::size_t> asides;  ///< operations that told nothing: they can be left out
  };

  scenario::operation& add(model::item const& i, scenario::operation::kind what);
  void act(model::item const& i, std::string_view action);
  void send(model::item const& i, std::string line);
  void expect(model::item const& i, std::string_view status);
  void expect_any(model::item const& i, std::string_view first);
  void note(std::string text);

  void opened(model::item const& i);
  void command(model::item const& i);
  void before_login(model::item const& i);
  void tagged(model::item const& i, bool accused);
  void logged_in(model::item const& i, bool accused);
  void untagged(model::item const& i, bool accused);
  void pop3_command(model::item const& i);
  void reply(model::item const& i, bool accused);
  void ended(model::item const& i);
  std::size_t accusations(history::session_id id) const;

  std::string uid_words(model::item const& i, std::string_view set);
  std::string uid_word(model::item const& i, std::string_view word);
  std::string uid_name(std::string const& mailbox, std::uint64_t uid);
  std::string validity_name(std::string const& mailbox, std::uint64_t validity);
  std::string told_validity(std::string const& mailbox, std::uint64_t validity);
  void tell_validity(model::item const& i);
  std::string line_of(model::item const& i);
  void tell_what_came(model::item const& i);
  void tell_uid(model::item const& i, std::string const& mailbox, std::uint64_t uid, std::string_view pattern);
  bool lay_there(std::string const& mailbox, std::uint64_t uid) const;
  bool knows_inbox() const;
  void ask_uids(model::item const& i);

  trace_facts const& facts_;
  check::judge const& judge_;
  brought_mail& mail_;
  bool came_;
  std::map<std::uint64_t, std::size_t> lay_;  ///< UIDs of INBOX's first mail -> its number
  trace_names names_;
  trace_mail lying_;  ///< as far as the trace has come
  scenario::script out_;
  std::map<history::session_id, speaker> speakers_;
  std::map<std::pair<std::string, std::uint64_t>, std::string> uids_;  ///< names given
  std::map<std::pair<std::string, std::uint64_t>, std::string> validities_;
  std::set<std::string> bound_;     ///< ... that an answer binds
  std::set<std::size_t> left_out_;  ///< operations
  std::vector<std::string> notes_;
  std::size_t commands_ = 0;
};

/// SELECT INBOX or EXAMINE INBOX.
bool opens_inbox(scenario::operation const& o);

}  // namespace mailrig::record
