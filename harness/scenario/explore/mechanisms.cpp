// mechanisms: each SASL mechanism that is announced can be begun, and what is begun can be given up (RFC 3501 §6.2.2,
// §7.2.1; RFC 5034 §3, §4).
#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "scenario/explore/explorer.hpp"
#include "scenario/refusal.hpp"

namespace mailrig::scenario::mechanisms {
namespace {

constexpr std::size_t most = 16;

/// Whether these can be begun depends on certificates and tickets that the client has, or on the host's keys.
bool needs_more(std::string_view mechanism) {
  static constexpr std::array<std::string_view, 6> all{"EXTERNAL",    "GSSAPI", "GSS-SPNEGO",
                                                       "KERBEROS_V4", "NTLM",   "OTP"};
  return std::ranges::any_of(all, [&](auto known) { return base::iequals(known, mechanism); });
}

std::vector<std::string> of_imap(explorer& x) {
  std::vector<std::string> out;
  (void)x.can("AUTH=PLAIN");  // asks for the capabilities where they were not told
  for (auto const& c : *x.imap().capabilities)
    if (c.starts_with("AUTH=") && out.size() < most) out.push_back(c.substr(5));
  return out;
}

std::vector<std::string> of_pop3(explorer& x) {
  std::vector<std::string> out;
  (void)x.can("pop3:SASL");
  for (auto const& line : x.pop3().capabilities) {
    auto const words = base::words(line);
    if (words.empty() || words[0] != "SASL") continue;
    for (std::size_t i = 1; i < words.size() && out.size() < most; ++i) out.emplace_back(words[i]);
  }
  return out;
}

std::vector<factor> const forms{case_factor, {"then", {{"cancel"}, {"no-base64"}}}};

/// How each protocol begins an exchange and refuses one.
struct dialect {
  std::string_view verb, capability, no;
  std::string_view cancelled, garbled;     ///< what may be answered to "*", and to what is no base64
  std::string_view on_cancel, on_garbage;  ///< the requirements
};
constexpr dialect in_imap{"AUTHENTICATE", "AUTH=", "NO", "BAD", "BAD | NO", "RFC3501-6.2.2-03", "RFC3501-6.2.2-04"};
constexpr dialect in_pop3{"AUTH", "pop3:SASL=", "-ERR", "-ERR", "-ERR", "RFC5034-4-05", "RFC5034-4-09"};

/// False when the session is over.
bool begin_and_end(explorer& x, choice const& c, std::string const& mechanism, dialect const& d) {
  x.exercises(std::string(d.capability) + mechanism);
  auto const begun = x.ask(x.cased(c["case"], d.verb) + " " + x.cased(c["case"], mechanism),
                           needs_more(mechanism) ? "+ | " + std::string(d.no) : "+");
  if (begun.status != "+") return begun.came();
  auto const over = c.is("then", "cancel") ? x.follow("*", "cancelled", d.cancelled, d.on_cancel)
                                           : x.follow("!!!!", "no-base64", d.garbled, d.on_garbage);
  if (over.status == "+") x.follow("*", "cancelled", d.cancelled, d.on_cancel);
  return x.is_open();
}

exploration const imap{exploration_kind{"mechanisms", "each mechanism that AUTH= announces, begun and given up",
                                        history::protocol::imap, "RFC3501-6.2.2-05", forms,
                                        +[](explorer& x, choice const& c) {
                                          for (auto const& mechanism : of_imap(x)) {
                                            if (!begin_and_end(x, c, mechanism, in_imap)) return;
                                            x.still_answers();
                                          }
                                        }}};

exploration const pop3{exploration_kind{"pop3-mechanisms", "each mechanism that SASL announces, begun and given up",
                                        history::protocol::pop3, "RFC5034-3-01", forms,
                                        +[](explorer& x, choice const& c) {
                                          for (auto const& mechanism : of_pop3(x))
                                            if (!begin_and_end(x, c, mechanism, in_pop3)) return;
                                        },
                                        "pop3:SASL"}};

}  // namespace
}  // namespace mailrig::scenario::mechanisms
