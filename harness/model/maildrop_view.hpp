// maildrop_view: what a POP3 session was told of its maildrop, and how its next answers must be (RFC 1939 §3 to §7).
// The maildrop is a snapshot of the moment of the login (§4), so that what was told once holds to the end.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "model/conversation.hpp"

namespace mailrig::model {

/// PASS, APOP, or AUTH with a mechanism: a positive answer leads into TRANSACTION.
bool logs_in(pop3_command const& c);
/// Which message it speaks of; nothing without a number. A sign before it is passed over: "+1" is 1.
std::optional<std::uint64_t> message_of(pop3_command const& c);
/// APOP's <...> of a greeting, or empty. Text before and after it may have '>', but no '<' (RFC 2449 §3).
std::string_view timestamp_of(std::string_view greeting);
/// The first level of a response code, in upper case: "IN-USE" of "in-use/x" (RFC 2449 §8).
std::string code_of(wire::pop3::reply const& r);
/// CAPA's last answer has a line of that tag (upper case).
bool announces(pop3_session const& s, std::string_view tag);

enum class due : std::uint8_t { either, positive, negative };

struct forecast {
  /// What leaves no other answer.
  enum class reason : std::uint8_t {
    none,
    state,      ///< the command belongs to another state
    syntax,     ///< too many or too few arguments, or no number where one stands
    absent,     ///< no message has that number
    deleted,    ///< the message is marked as deleted
    mandatory,  ///< nothing that the RFC names can make it fail
    present,    ///< the message is there
    announced,  ///< CAPA promises the command, or it was answered before
  };
  due status = due::either;
  reason why = reason::none;
  std::string text = {};  ///< what the session knows, for people
};

/// One session's, from its greeting on.
class maildrop_view {
 public:
  /// After the item has been judged.
  void see(item const& i);
  /// Of the command that is being answered.
  forecast of(pop3_session const& s, pop3_command const& c) const;

  std::optional<std::uint64_t> messages;  ///< with those marked as deleted; as it was told first
  std::uint64_t highest = 0;              ///< the greatest number that a positive answer spoke of

 private:
  void answered(item const& i);
  forecast of_message(pop3_session const& s, pop3_command const& c) const;
  forecast of_itself(pop3_session const& s, pop3_command const& c) const;

  std::deque<bool> plain_;   ///< of the commands under way: single spaces between their words, none at the ends
  bool ids_ = false;         ///< UIDL was answered +OK
  bool tops_ = false;        ///< TOP was answered +OK
  bool named_ = false;       ///< USER was answered +OK, and PASS not yet
  bool capa_works_ = false;  ///< CAPA was answered +OK
};

}  // namespace mailrig::model
