// redaction: a session's octets with mail text, addresses and mailbox names taken out of them and stand-ins put in, at
// the places where they came and as many, so that what was wrong with the conversation still is.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <string_view>

#include "history/event.hpp"
#include "record/stand_ins.hpp"

namespace mailrig::record {

/// What is taken out.
struct redacted_parts {
  bool mail = false;   ///< texts, subjects, addresses: of messages, and of what is searched for
  bool names = false;  ///< of mailboxes
  bool any() const { return mail || names; }
};

/// One session. It holds events back until the command or response that they are part of is whole.
class redaction {
 public:
  using taker = std::function<void(base::instant at, history::event_kind kind, std::string_view octets)>;
  /// `words` is shared by sessions and outlives them.
  redaction(history::protocol proto, redacted_parts parts, stand_ins& words, taker next);

  void take(base::instant at, history::event_kind kind, std::string_view octets);

 private:
  struct waiting {
    base::instant at;
    history::event_kind kind;
    std::string other;     ///< octets that are no conversation's
    std::size_t size = 0;  ///< of a conversation's
  };
  /// One direction.
  struct lane {
    std::string heard;  ///< not whole yet
    std::string ready;  ///< may go on
  };
  void cut_imap(lane& l, bool client);
  void cut_pop3(lane& l, bool client);
  void imap_unit(std::string& unit, bool client);
  void pop3_line(std::string& line, bool client);
  void refused_literal(std::string_view response);
  void let_go();
  void end();

  history::protocol proto_;
  redacted_parts parts_;
  stand_ins& words_;
  taker next_;
  lane client_, server_;
  std::deque<waiting> waiting_;
  // POP3
  struct request {
    bool lines = false, message = false;  ///< answered by lines up to a dot, which are a message
  };
  std::deque<request> asked_;  ///< and not answered yet
  request body_;               ///< whose lines come now
  bool in_head_ = false, greeted_ = false, challenged_ = false;
};

}  // namespace mailrig::record
