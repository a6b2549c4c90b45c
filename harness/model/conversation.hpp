// conversation: turns one session's events into items, the steps that drivers and checkers speak about.
// The only place where octets of a client and a server are brought together; pure, no clock and no socket.
#pragma once

#include <memory>
#include <variant>

#include "history/event.hpp"
#include "model/imap_session.hpp"
#include "model/pop3_session.hpp"
#include "wire/imap/framer.hpp"

namespace mailrig::model {

enum class item_kind : std::uint8_t {
  opened,
  command,       ///< an IMAP command is completely sent
  pop3_command,  ///< a POP3 command is sent
  line,          ///< a client's line that is no command: the end of IDLE, an answer to a challenge
  response,      ///< IMAP response
  reply,         ///< POP3 reply
  secured,
  deflated,
  ended,
};

/// Valid during the call. The session model shows what was known *before* the item.
struct item {
  item_kind kind{};
  history::session_id session = 0;
  base::instant at{};
  imap_session const* imap = nullptr;  ///< one of these two
  pop3_session const* pop3 = nullptr;
  imap_command const* command = nullptr;        ///< the one sent, the line's, or the one that a tagged response answers
  pop3_command const* pop3_command_ = nullptr;  ///< the one sent, the line's, or the one that a reply answers
  wire::imap::response const* response = nullptr;
  wire::pop3::reply const* reply = nullptr;
  std::optional<base::fault> const* framing = nullptr;  ///< bare LF, over a limit
  std::string_view octets;                              ///< of the response or line, what TLS came to, or the end cause
  std::string_view begun;                               ///< ended: of an answer whose end did not come
  std::uint64_t stream_offset = 0;
};

class item_sink {
 public:
  virtual ~item_sink() = default;
  virtual void see(item const& i) = 0;
};

/// What of an answer came, and what did not, for people; empty where none had begun. `pending` as conversation has it.
std::string unfinished(history::protocol proto, std::string_view pending);

/// One session. Single-threaded; memory is bounded by the limits and what the server keeps unanswered.
class conversation {
 public:
  conversation(history::session_id id, history::protocol proto, base::limits const& limits);

  /// Takes an event of this session and hands out its items, updating the model after each.
  void take(history::event const& e, item_sink& sink);

  imap_session const& imap() const { return imap_; }
  /// Of an IMAP session: one that has said and heard nothing.
  pop3_session const& pop3() const { return pop3_ ? pop3_->session : no_pop3(); }
  history::protocol proto() const { return proto_; }
  history::session_id id() const { return id_; }
  /// Octets of a reply that has begun and not ended.
  std::string_view pending() const;

 private:
  void sent_imap(std::string_view octets, base::instant at, item_sink& sink);
  void sent_pop3(std::string_view octets, base::instant at, item_sink& sink);
  void received_imap(std::string_view octets, base::instant at, item_sink& sink);
  void received_pop3(std::string_view octets, base::instant at, item_sink& sink);
  std::size_t client_line(std::string_view octets, base::instant at, item_sink& sink);
  std::size_t rest_of_refused(std::string_view octets);
  void respond(wire::imap::frame const& f, base::instant at, item_sink& sink);
  void read_sent(imap_command& c) const;
  void begin_command(base::instant at);
  item blank(item_kind kind, base::instant at) const;

  /// Most sessions have none, and there are many sessions.
  struct pop3_half {
    pop3_session session;
    wire::pop3::reply_framer replies;
  };
  static pop3_session const& no_pop3();

  history::session_id id_;
  history::protocol proto_;
  imap_session imap_;
  std::unique_ptr<pop3_half> pop3_;  ///< null for IMAP
  wire::imap::framer framer_;
  wire::imap::command_reader commands_;
  bool refused_midway_ = false;  ///< a command was answered after a "+" and before its end
  std::string line_;             ///< a client's line that is not whole yet
  std::uint32_t next_serial_ = 1;
};

}  // namespace mailrig::model
