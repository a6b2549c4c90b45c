// refusal: what a server declines in words of its own, told by kind: a limit, a delay and a full mailbox are neither
// slowness nor an outage.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "model/conversation.hpp"

namespace mailrig::load {

enum class refusal_kind : std::uint8_t {
  connections,    ///< too many connections of a user or an address
  limit,          ///< another limit: of a rate, a size, a number
  login_delay,    ///< the maildrop was logged in to a moment ago
  in_use,         ///< somebody else holds the mailbox or the maildrop
  unavailable,    ///< not now: something behind the server is away
  over_quota,     ///< the mailbox is full
  idle,           ///< it ends a session in which nothing was said for long
  shutdown,       ///< it ends a session because it goes down itself
  credentials,    ///< of the user: a wrong password, an account that may not
  not_permitted,  ///< what was asked for is never allowed
  other,          ///< no code, and words that say none of these
};
inline constexpr std::size_t refusal_kinds = 11;

/// "connections", "login-delay" ...; stable, for programs.
std::string_view name_of(refusal_kind k);
/// Nothing where there is no such kind.
std::optional<refusal_kind> refusal_kind_named(std::string_view name);
/// The server works and has decided not to serve this one now: up to `idle`.
bool is_policy(refusal_kind k);

struct refusal {
  refusal_kind kind = refusal_kind::other;
  std::string code;   ///< of the response, upper case: "LIMIT", "SYS/TEMP"; empty without one
  std::string words;  ///< the text's beginning, printable, without secrets and the user's name
  auto operator<=>(refusal const&) const = default;
};

/// `code` in upper case; `farewell`: it ends the session (BYE).
refusal_kind kind_of_refusal(std::string_view code, std::string_view words, bool farewell);
/// NO, BYE and -ERR; BAD is no refusal but a complaint about the client. `user` is who has logged in or tries to.
std::optional<refusal> refusal_of(model::item const& i, std::string_view user);

/// How often; integers that add exactly. Bounded: what is said beyond `most` different ways counts under its kind,
/// without its words.
class refusal_counts {
 public:
  static constexpr std::size_t most = 40;

  void add(refusal const& r, std::uint64_t times = 1);
  void merge(refusal_counts const& other);
  bool empty() const { return all_.empty(); }
  std::map<refusal, std::uint64_t> const& all() const { return all_; }
  std::uint64_t by_policy() const;

 private:
  std::map<refusal, std::uint64_t> all_;
};

}  // namespace mailrig::load
