// stage: the sessions of one scenario against one account: connecting, logging in, sending, and keeping what comes.
// Blocking in form: it runs its thread's loop until what it waits for has happened or the limit is reached.
#pragma once

#include <algorithm>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "check/judge.hpp"
#include "history/run_record.hpp"
#include "net/loop.hpp"
#include "net/loop_lateness.hpp"
#include "scenario/pattern.hpp"
#include "scenario/target.hpp"
#include "session/channel.hpp"
#include "session/login.hpp"

namespace mailrig::scenario {

/// One named session; it may be connected several times, each time with a new id.
struct player {
  std::string name;
  history::protocol proto = history::protocol::imap;
  session::credentials who;  ///< as whom it logs in
  std::size_t endpoint = 0;  ///< of the target's, where it connects to
  std::unique_ptr<session::channel> channel;
  std::deque<arrival_ptr> arrivals;
  struct command {
    std::string tag, name;  ///< name: upper case, without UID
    std::vector<std::uint32_t> numbering;
  };
  std::deque<command> unanswered;        ///< script's commands without an expectation yet
  std::vector<std::uint32_t> numbering;  ///< when the last command began
  std::deque<arrival_ptr> invitations;   ///< "+" that the last lines' own literals have used up
  std::string challenge;                 ///< base64 of a SASL exchange, which the script has heard last
  std::size_t tags = 0;
  std::unique_ptr<session::login> login;
  /// Of the last login: whether it has ended, and why it was refused; empty: it was not.
  struct {
    bool ended = false;
    std::string failure;
  } login_result;
  session::segmentation cut = session::segmentation::whole;
};

class stage final : public session::channel_owner, public model::item_sink {
 public:
  stage(net::loop& l, target const& t, session::credentials account, check::judge& judge, history::event_sink& events,
        base::limits const& limits, base::result<net::tls_context> trust, session::allowance const& allowed = {});
  ~stage() override;

  /// Of the sessions that are added from now on.
  void cut(session::segmentation how) { cut_ = how; }
  player& add(std::string name, history::protocol proto) { return add(std::move(name), proto, account_); }
  /// The same for somebody else's account.
  player& add(std::string name, history::protocol proto, session::credentials who);
  /// What sessions of other accounts are told is another mail store's, which has a judge of its own.
  void judge_others(check::judge& others);
  player& at(std::size_t i) { return *players_[i]; }
  std::size_t size() const { return players_.size(); }

  void connect(player& p);
  /// Up to a goal; a fault says what went wrong. Arrivals of the login are dropped. A server may end any session: who
  /// is dismissed on the way comes by another connection.
  base::result<void> log_in(player& p, session::login_goal goal);
  /// Waits until the server lets the account's maildrop be logged in to again (LOGIN-DELAY, RFC 2449 §6.5). The fault:
  /// that is longer than anybody waits.
  base::result<void> await_turn(player& p);
  /// From now on nobody waits: what the server does then is what the scenario is about.
  void be_impatient() { impatient_ = true; }
  /// The time it is, without what was spent in await_turn: what limits are held against.
  base::instant working_time() const { return loop_.now() - waited_; }
  /// Connects where need be and begins to log in, without waiting: the player's login_result says when it has ended.
  void begin_login(player& p, session::login_goal goal);
  /// The server has said BYE.
  bool was_dismissed(player const& p) const;
  /// Sends a command with a tag of ours and waits for its end; the arrivals up to it. Fault: refused or no answer.
  base::result<std::vector<arrival_ptr>> command(player& p, std::string const& text);
  /// A command that was sent, and until when its answer is due.
  struct question {
    std::string tag;
    base::instant until;
  };
  /// The two halves of command(), for several sessions that are asked at once.
  question ask(player& p, std::string const& text);
  base::result<std::vector<arrival_ptr>> answer_to(player& p, question const& q);
  /// A command in pieces, of which all but the first begin with a literal's octets: all at once where literals come
  /// `unasked`, else each when the server has asked for it; no further where it answers instead.
  question ask_in_pieces(player& p, std::vector<std::string> const& pieces, bool unasked);
  /// The same of a command whose only argument is sent as a synchronising literal.
  base::result<std::vector<arrival_ptr>> command_with(player& p, std::string_view name, std::string const& literal);
  base::result<arrival_ptr> pop3_command(player& p, std::string const& line);
  /// Puts mail into a mailbox, in order; where no literal needs a "+", several APPENDs are under way at once. Fault:
  /// which was refused, and how.
  base::result<void> append(player& p, std::string const& mailbox, std::vector<message> const& mail);

  /// The server is about to be killed: that connections end is no fault of it.
  void expect_end();
  /// Until `done` or the limit, to which what our own loop stood still is added; false at once when the scenario's
  /// time is over or the run was interrupted: cut_short() says which.
  bool wait(std::function<bool()> const& done, base::duration limit);
  /// Why nothing is waited for any more, and no silence is a server's; empty: all goes on.
  std::string const& cut_short() const { return cut_short_; }
  /// Asked between two waits: looks at the clock too.
  bool is_cut_short() { return stop_waiting(); }
  /// It may go on until then, by working_time().
  void allow(base::instant until) { end_ = std::max(end_, until); }
  /// The scenario is over; emptying the account has a time of its own.
  void begin_cleaning();
  /// The server has kept us waiting: recorded as its silence, unless it is we who wait no longer.
  void give_up(player& p);
  /// The server has kept us waiting in vain at least once.
  bool gave_up() const { return gave_up_; }
  /// So it has elsewhere.
  void lose_patience() { gave_up_ = true; }
  /// For how long what we ask for ourselves is waited for. A whole step is borne once in a scenario: whoever was silent
  /// for so long is not waited for so long again.
  base::duration patience() const { return gave_up_ ? brief() : base::duration(limits_.step); }
  /// The same for the answer to a command, which the server may have answered to nobody yet.
  base::duration patience_for(std::string_view command) const {
    return target_.silences->never_answered(command) ? brief() : patience();
  }
  /// For how long a script waits for what a session hears next.
  base::duration step_for(player const& p) const {
    return target_.silences->never_answered(asked_of(p)) ? brief() : base::duration(limits_.step);
  }
  /// The oldest command of the session without an answer, upper case, without "UID "; empty: none is known.
  std::string asked_of(player const& p) const;
  /// For how long our own loop was late since the stage was set.
  base::duration stood_still() const { return net::stood_still(loop_) - still_before_; }
  model::conversation const* conversation(player const& p) const;
  /// Of an answer that has begun and not ended: what came and what did not, for people; empty where there is none.
  std::string unfinished(player const& p) const {
    auto const* c = conversation(p);
    return c ? model::unfinished(p.proto, c->pending()) : std::string();
  }
  /// Of the fault of a session that is not to be logged in: an obstacle, or the player's name.
  std::string rule_for(player const& p) const;
  /// Why its connection is no more, and how to mend that where it is the target's file that may be wrong.
  std::string end_in_words(player const& p) const;
  /// Of a connection that is no more, or never was.
  static std::string how_it_ended(player const& p);
  bool is_open(player const& p) const { return p.channel && p.channel->is_open(); }
  target const& server() const { return target_; }
  base::limits const& limits() const { return limits_; }
  session::credentials const& account() const { return account_; }
  /// Names of all connections, by session id.
  std::vector<std::string> const& names() const { return names_; }
  net::loop& loop() { return loop_; }
  std::vector<std::uint32_t> numbering_now(player const& p) const;

 private:
  check::judge& judge_of(player const& p) const;
  base::result<void> log_in_once(player& p, session::login_goal goal);
  bool is_interrupted() const { return *allowed_.interrupted; }
  base::duration brief() const { return std::min<base::duration>(std::chrono::seconds(2), limits_.step / 2); }
  bool stop_waiting();
  void follow_pace(player const& p, model::item const& i);
  void learn_own_delay(player& p);
  void on_event(history::session_id id) override;
  void see(model::item const& i) override;
  player* owner_of(history::session_id id);
  base::result<std::vector<arrival_ptr>> answer_to(player& p, std::string const& tag, base::duration limit);
  bool is_invited(player& p, std::string const& tag);
  bool waits_for_nobody(player const& p, std::vector<message> const& mail) const;
  void accept_utf8(player& p);
  std::string begin_append(player& p, std::string const& mailbox, message const& m, bool plus);

  net::loop& loop_;
  target const& target_;
  session::credentials account_;
  check::judge& judge_;
  check::judge* others_ = nullptr;
  history::event_sink& events_;
  base::limits limits_;
  session::allowance allowed_;
  base::instant epoch_;
  std::size_t held_ = 0;         ///< memory of all arrivals
  base::duration still_before_;  ///< of the loop's, from before
  base::instant end_;            ///< by working_time()
  std::string cut_short_;
  bool cleaning_ = false;
  bool gave_up_ = false;  ///< on a server that was silent
  std::vector<std::unique_ptr<player>> players_;
  std::vector<std::string> names_;
  std::vector<player*> by_id_;
  session::segmentation cut_ = session::segmentation::whole;
  base::duration waited_{};
  bool impatient_ = false;
  base::result<net::tls_context> trust_;
};

}  // namespace mailrig::scenario
