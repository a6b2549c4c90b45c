// pop3_session: what a POP3 client has been told and has asked.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "wire/pop3/reply.hpp"

namespace mailrig::model {

enum class pop3_state : std::uint8_t { greeting, authorization, transaction, update };
std::string_view name_of(pop3_state s);

struct pop3_command {
  std::string keyword;  ///< upper case
  std::vector<std::string> arguments;
  base::instant sent{};
  bool challenged = false;
  bool is(std::string_view upper) const { return keyword == upper; }
  std::string_view arg(std::size_t i) const { return i < arguments.size() ? std::string_view(arguments[i]) : ""; }
  /// A positive answer has lines up to the lone dot.
  bool multi() const;
};

class pop3_session {
 public:
  pop3_state state = pop3_state::greeting;
  bool secured = false;
  std::string account;
  std::string timestamp;                  ///< APOP's <...> of the greeting, or empty
  std::vector<std::string> capabilities;  ///< lines of the last CAPA, upper case
  bool capabilities_known = false;
  std::map<std::uint64_t, bool> deleted;  ///< numbers that DELE was acknowledged for
  bool quit_sent = false;
  bool refused = false;                 ///< the last attempt to log in: the server may close after it (RFC 1939 §4)
  std::deque<pop3_command> unanswered;  ///< oldest first

  void told(wire::pop3::reply const& r);
};

}  // namespace mailrig::model
