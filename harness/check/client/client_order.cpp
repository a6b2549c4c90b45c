// client_order: what a client may send without waiting (RFC 3501 §2.2.1, §4.3, §5.5). All of it is certain wherever it
// was recorded: what was seen before an answer was sent without it.
#include <fmt/format.h>

#include <algorithm>

#include "check/client/client_checker.hpp"
#include "model/fetch_request.hpp"
#include "model/search_oracle.hpp"
#include "wire/imap/sequence_set.hpp"

namespace mailrig::check::client_order {
namespace {

using model::imap_command;
using model::search_key;

bool has_set(search_key const& k) { return k.name == "SET" || std::ranges::any_of(k.keys, has_set); }

/// What it asks for names messages by sequence number.
bool uses_numbers(imap_command const& c) {
  if (c.is("SEARCH")) {
    auto const keys = model::read_search(c.sent);
    return keys && has_set(*keys);
  }
  return !c.sent.uid && names_messages(c);
}

/// A mechanism's first answer came with it: for the common ones nothing more is to be said.
bool is_said(imap_command const& c) { return !c.is("AUTHENTICATE") || c.sent.arguments.size() > 1; }

/// Both name a message that the other names too, without "*".
bool meet(imap_command const& a, imap_command const& b) {
  auto const one = wire::imap::sequence_set::parse(a.sent.arg(0));
  auto const other = wire::imap::sequence_set::parse(b.sent.arg(0));
  if (!one || !other || a.sent.uid != b.sent.uid) return false;
  if (one->has_star() || other->has_star()) return false;
  return std::ranges::any_of(one->ranges(), [&](auto const& x) {
    return std::ranges::any_of(other->ranges(), [&](auto const& y) { return x.low <= y.high && y.low <= x.high; });
  });
}

bool asks_flags(imap_command const& fetch) {
  return std::ranges::any_of(model::requested_items(fetch.sent), [](auto const& i) { return i.label == "FLAGS"; });
}

class client_order final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (!i.imap) return;
    auto const& c = *i.command;
    if (c.ahead)
      out.add(i, {"literal",
                  fmt::format("the octets of a literal of {} were sent before the server's \"+\"", called(c)),
                  {"the server's \"+\", or its refusal, first"}});
    for (auto const& other : i.imap->in_progress) {
      if (other.serial >= c.serial) break;
      if (behind(i, other, out)) return;
    }
  }

 private:
  /// `c` was sent while `other` was not answered. One remark a command is enough.
  static bool behind(item const& i, imap_command const& other, report& out) {
    auto const& c = *i.command;
    if (other.is("IDLE") && !other.released) return true;  // client-idle's
    auto const tell = [&](std::string_view rule, std::string_view why) {
      out.add(i, {rule,
                  fmt::format("{} is sent while {} {} is not answered yet{}", called(c), other.sent.tag, called(other),
                              why),
                  {fmt::format("the answer to {} {} first", other.sent.tag, called(other))}});
      return true;
    };
    if (other.is("STARTTLS")) return tell("starttls", "");
    if (other.is("COMPRESS")) return tell("compress", "");
    if (!is_said(other)) return tell("continuation", ", and the server may ask it for more");
    if (uses_numbers(c) && !other.forbids_expunge())
      return tell("numbers", ", and an EXPUNGE with that answer changes which messages its numbers mean");
    bool const flags = (c.is("STORE") && other.is("FETCH") && asks_flags(other)) ||
                       (c.is("FETCH") && asks_flags(c) && other.is("STORE"));
    if (flags && meet(c, other)) return tell("ambiguous", ", and one changes what the other answers");
    return false;
  }
};

client_checker_kind const kind{
    {"client-order",
     "The client waits where it must before it goes on.",
     {{"literal", "RFC3501-4.3-02", "Octets of a synchronising literal are sent after the server's \"+\"."},
      {"continuation", "RFC3501-2.2.1-06", "A command is sent to its end before the next begins."},
      {"numbers", "RFC3501-5.5-09",
       "Sequence numbers are used after every command but FETCH, STORE and SEARCH was answered."},
      {"ambiguous", "RFC3501-5.5-04", "FETCH and STORE of one message's flags are not sent without waiting."},
      {"starttls", "RFC2595-3.1-03", "Nothing is sent between STARTTLS and the end of the negotiation."},
      {"compress", "RFC4978-3-10", "Nothing is sent between COMPRESS and its result."}},
     +[]() -> std::unique_ptr<checker> { return std::make_unique<client_order>(); },
     false,
     kinds::commands,
     told::completions}};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::client_order
