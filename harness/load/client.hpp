// client: one connection of a device, from dialing to its end: logs in, selects, asks what its program says, idles.
// A machine driven by events; what it asked and when goes to the recorder.
#pragma once

#include <span>

#include "check/judge.hpp"
#include "load/endpoint_choice.hpp"
#include "load/recorder.hpp"
#include "load/step.hpp"
#include "net/tls.hpp"
#include "session/channel.hpp"
#include "session/login.hpp"
#include "session/login_pace.hpp"

namespace mailrig::load {

/// What all clients of a thread share.
struct context {
  net::loop& loop;
  check::judge& judge;
  history::event_sink& events;
  recorder& records;
  net::tls_context trust;
  base::limits limits;
  base::rng random;
  message_writer messages;
  size_distribution sizes;
  std::string box_prefix;
  base::duration patience;  ///< for an answer
  std::uint64_t read_speed = 0;
  std::string line, literal;  ///< room to write a command in
  endpoint_sources endpoints = {};
  session::login_pace* pace = nullptr;  ///< when maildrops may be logged in to again; null: nobody waits
};

class client;

/// Whose connection it is. Called on the thread of the loop; it may run(), idle() or leave() from within.
class client_owner {
 public:
  virtual ~client_owner() = default;
  /// Logged in and selected, or the program is done: nothing is under way since `at`. `good`: no command of it failed.
  virtual void on_ready(client& c, base::instant at, bool good) = 0;
  /// It has ended; `why` is empty when it was meant to.
  virtual void on_closed(client& c, base::instant at, std::string const& why) = 0;
  /// An untagged response came.
  virtual void on_told(client& c, model::item const& i) = 0;
  /// A command of its program has been answered.
  virtual void on_answered(client& /*c*/, step_kind const& /*step*/, base::instant /*at*/, bool /*good*/) {}
  /// A command of its program is about to be sent.
  virtual void on_asking(client& /*c*/, step_kind const& /*step*/) {}
};

class client final : public session::channel_owner {
 public:
  enum class phase : std::uint8_t {
    closed,
    dialing,
    greeting,
    logging_in,
    ready,
    asking,
    entering_idle,
    idling,
    leaving_idle,
    leaving
  };

  client(context& shared, client_owner& owner, device_memory& memory)
      : context_(shared), owner_(owner), memory_(memory) {}
  ~client() override { drop(); }

  /// Dials; `id` is free among the judge's sessions. `due` and `free`: see operation.
  void open(history::session_id id, session::access const& where, history::protocol proto,
            session::credentials const& who, std::string const& mailbox, base::instant due, base::instant free);
  /// Plays a program; it must stay where it is until on_ready. When idling, leaves that first.
  void run(std::span<step const> program, base::instant due, base::instant free);
  void idle();
  /// LOGOUT or QUIT, then closes.
  void leave(base::instant due);
  /// Closes without a word; on_closed does not come.
  void drop();
  /// Lets go of the memory of a connection that has ended; not from within its calls.
  void let_go() {
    if (phase_ == phase::closed) channel_.reset();
  }
  /// Instead of SELECT: these steps, which keep the memory's mailbox_cache; they must stay where they are.
  void resynchronises_by(std::span<step const> program) { resync_ = program; }
  /// What is asked from the next open() on is recorded as of this endpoint too, as endpoint_kind() has it.
  void at_endpoint(kind_id e) { endpoint_ = e; }
  /// Only `kind` is recorded: from the due time of open() to the end of the program.
  void only(kind_id kind) { only_ = kind; }

  phase now() const { return phase_; }
  history::session_id id() const { return id_; }
  bool waits_for_answer() const { return phase_ != phase::closed && phase_ != phase::ready && phase_ != phase::idling; }
  /// Waits beyond the patience (`over`: waits at all) for an answer: the operation is late, the connection closed. True
  /// then.
  bool overdue(base::instant now, bool over);
  model::imap_session const& imap() const { return context_.judge.find(id_)->imap(); }

  /// From the judge, for this client's session.
  void see(model::item const& i);

 private:
  void on_event(history::session_id) override { advance(); }
  void on_connected(history::session_id) override;
  void advance();
  void log_in();
  void next_command(base::instant due, base::instant free);
  void send_command(step_kind const& kind, base::instant due, base::instant free);
  void answered();
  void ended();
  void fail(std::string const& why);
  /// The operation under way, or a part of it, was done.
  void record(kind_id kind, base::instant done);
  void record_beyond_size();
  void record_failure(std::string const& why);
  void note_refusal(model::item const& i);
  /// How the server declined what is under way; null where it did not.
  refusal const* declined() const;
  step_view view();
  void begin(kind_id kind, base::instant due, base::instant free, base::instant sent);

  context& context_;
  client_owner& owner_;
  device_memory& memory_;
  std::unique_ptr<session::channel> channel_;
  std::unique_ptr<session::login> login_;
  std::string owner_name_, mailbox_;
  std::span<step const> program_, resync_;
  std::span<step const> waiting_;  ///< a program for when IDLE has ended
  base::instant waiting_due_{};
  std::string literal_;  ///< what is to be sent when the server has said "+"
  operation op_;         ///< under way
  base::instant at_{};   ///< of the last answer
  std::size_t step_ = 0;
  unsigned turn_ = 0, tags_ = 0;
  std::uint64_t octets_ = 0;  ///< of the last reply
  history::session_id id_ = 0;
  std::optional<kind_id> only_;
  kind_id endpoint_ = no_endpoint;
  base::instant only_due_{}, only_sent_{};
  phase phase_ = phase::closed;
  bool answered_ = false, good_ = true, all_good_ = true, continued_ = false, tls_pending_ = false,
       tagged_login_ = false;
  std::string words_;
  std::unique_ptr<refusal const> refused_;   ///< of the operation under way
  std::unique_ptr<refusal const> farewell_;  ///< the session was ended with these words, not asked for
  bool greeted_by_refusal_ = false;
};

}  // namespace mailrig::load
