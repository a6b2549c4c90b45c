// explorer: leads one session through a kind's rows: sends each, sees that it is answered once and as it may be, looks
// at what it came to, and brings the session back to where it began. What the answers say is judged by the checkers.
#pragma once

#include <functional>
#include <set>

#include "history/run_record.hpp"
#include "scenario/explore/kind.hpp"
#include "scenario/explore/refusals.hpp"
#include "scenario/script.hpp"
#include "scenario/stage.hpp"

namespace mailrig::scenario {

/// How one request ended.
struct answer {
  /// OK, NO, BAD, +OK, -ERR; "closed" or "silence" when nothing came; empty: not asked, for the row is over.
  std::string status;
  std::string line;  ///< as it came
  std::vector<arrival_ptr> data = {};
  std::string begun = {};  ///< of an answer that has no end, for people
  bool ok() const { return status == "OK" || status == "+OK"; }
  bool came() const { return !status.empty() && status != "closed" && status != "silence"; }
};

/// What an exploration is part of.
struct expedition {
  stage& where;
  values const& known;  ///< $box, $sep and the mail
  base::rng& random;
  base::instant deadline;
  /// Takes a finding about a player and the requirement that it breaks.
  std::function<void(history::finding, player const&, std::string const& requirement)> find;
};

class explorer {
 public:
  /// `begin`: where the session stands between two rows. `others`: sessions that may look from beside.
  explorer(expedition e, player& who, start_state begin, std::vector<player*> others);

  /// All pairs of the kind's forms, then `more` rows at random.
  history::exploration_result run(exploration_kind const& kind, std::size_t more);
  /// Capabilities that were asked for something.
  std::set<std::string> const& exercised() const { return exercised_; }
  /// What a kind asks for without a form of its own for it.
  void exercises(std::string const& capability) { exercised_.insert(capability); }

  // --- for the kinds -------------------------------------------------------------------------------------------------

  /// Sends a command and waits for its answer; literals as they stand, "{5}\r\nhello". `permitted`: "OK | NO". What is
  /// answered otherwise is a finding, against `requirement` or the kind's. The first word names it. A NO that may not
  /// be is asked again, and ends the row without a finding where its code says that it is for now, or the mailbox was
  /// opened read-only; it is none either where all that is asked for the same is declined.
  answer ask(std::string const& text, std::string_view permitted, std::string_view requirement = {});
  /// CREATE; true where the mailbox is new. Where the server would not make it, the row is over.
  bool make(std::string const& mailbox);
  /// As ask(), by another IMAP session; nothing happens without one.
  answer watch(std::string const& text, std::string_view permitted);
  bool is_watched() const { return witness_ != nullptr; }
  /// As ask(), for a command that nobody should send: a finding is named by the form and tells the first command.
  answer provoke(std::string const& text, std::string_view form, std::string_view command, std::string_view permitted);
  /// The server let this session do what it may not: a finding of that rule, `line` is what showed it.
  void breach(std::string const& rule, std::string text, std::string_view requirement, std::string const& line) {
    report(who_, rule, std::move(text), requirement, line, "NO");
  }
  /// Octets as they stand; nothing is waited for.
  void send(std::string const& octets);
  /// Closes the connection without a word.
  void drop();
  /// Sends the line that a "+" asked for and waits for what comes of it, as ask() does; `name` is the finding's.
  answer follow(std::string const& line, std::string const& name, std::string_view permitted,
                std::string_view requirement);
  /// Ends an IDLE that was answered by "+".
  void finish_idle() { follow("DONE", "done", "OK", "RFC2177-3-05"); }
  /// The session must still answer NOOP, or have been closed in order.
  void still_answers();
  /// Flags, dates and sizes of all messages of the selected mailbox.
  void look();
  /// Another session opens the mailbox afresh and looks at all of it.
  void look_elsewhere(std::string const& mailbox_argument);
  /// Brings the session to where it began, over a new connection if it must; false when that fails.
  bool home();
  /// Sees to it that INBOX, which is selected, has so many messages at least, and not ever more; false where the
  /// session has ended, or is shown no message whatever is put there.
  bool refill(std::size_t count);

  /// What STORE and APPEND of these flags may answer: NO too, where INBOX does not keep one of them.
  std::string_view storing(std::string_view flags);
  bool can(std::string_view capability);
  model::imap_session const& imap() const;
  model::pop3_session const& pop3() const;
  bool is_open() const { return where_.is_open(who_); }
  std::size_t messages() const { return imap().view.size(); }
  start_state begins() const { return begin_; }
  session::credentials const& account() const { return who_.who; }
  std::vector<message> const& mail() const { return known_.mail; }
  /// Mailboxes of the scenario's own begin with it.
  std::string const& box() const { return known_.names.find("box")->second; }
  std::string const& separator() const { return known_.names.find("sep")->second; }
  /// What a name of the script's stands for; empty where it stands for nothing.
  std::string known(std::string_view name) const {
    auto const at = known_.names.find(name);
    return at == known_.names.end() ? std::string() : at->second;
  }
  /// A number that no other call of this exploration gave.
  std::size_t fresh() { return ++fresh_; }

  // Words in the forms of case_factor, string_factor and set_factor.
  std::string cased(std::string_view form, std::string_view word);
  std::string string(std::string_view form, std::string_view value) const;
  /// By number, or by UID; the view must not be empty.
  std::string set(std::string_view form, bool uid);
  /// A short new message.
  std::string letter();
  template <class T>
  T const& pick(std::vector<T> const& from) {
    return from[random.below(from.size())];
  }
  bool chance(unsigned percent) { return random.below(100) < percent; }

  base::rng& random;

 private:
  answer exchange(player& p, std::string const& text);
  answer insist(player& p, std::string const& text, std::string_view permitted);
  answer await(player& p, std::string const& tag);
  void hold(player& p, answer const& a, std::string const& name, std::string_view permitted,
            std::string_view requirement, std::string_view command = {});
  void tally(std::string const& name, answer const& a, std::string_view permitted);
  bool log_in(session::login_goal goal);
  void report(player const& p, std::string rule, std::string text, std::string_view requirement,
              std::string const& line, std::string_view permitted);
  void judge_refusals();
  std::vector<factor> offered(exploration_kind const& kind);
  /// False when the session was lost before all requests of the row had left.
  bool play(choice const& c, pair_tally& met, history::exploration_result& out);

  stage& where_;
  values const& known_;
  base::instant deadline_;
  std::function<void(history::finding, player const&, std::string const&)> find_;
  player& who_;
  start_state begin_;
  player* witness_ = nullptr;
  exploration_kind const* kind_ = nullptr;
  std::string tag_;                   ///< of the last command
  std::string row_;                   ///< the choice that is played
  std::vector<std::string> grounds_;  ///< for which it may be declined
  std::set<std::string> exercised_, capabilities_;
  std::set<std::string> made_;  ///< mailboxes
  struct discovery {
    history::finding what;
    player const* whose;
    std::string requirement;
  };
  std::vector<discovery> found_;  ///< each rule once
  /// A NO that should not be, unless it is for good.
  struct suspect {
    player const* whose;
    std::string name, text, line, row, requirement, permitted;
    std::vector<std::string> grounds;
  };
  std::vector<suspect> suspects_;
  refusals refusals_of_kind_;
  bool capabilities_known_ = false;
  bool unsent_ = false;                           ///< something of the row that is played could not be sent
  bool row_is_over_ = false;                      ///< the server would not, and what would follow depends on it
  std::optional<std::set<std::string>> lasting_;  ///< PERMANENTFLAGS of INBOX; nothing: not told
  bool lasting_known_ = false;                    ///< it was asked for
  std::size_t fresh_ = 0, silences_ = 0;
  std::size_t refusals_ = 0;  ///< of this connection, by POP3
};

}  // namespace mailrig::scenario
