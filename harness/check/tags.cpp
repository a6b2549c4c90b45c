// tags: each command gets one tagged response with its own tag (RFC 3501 §2.2.1), each POP3 command one reply
// (RFC 1939 §5), and "+" comes only where somebody waits for it (§7.5).
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "check/checker.hpp"
#include "wire/imap/grammar.hpp"

namespace mailrig::check::tags {
namespace {

using wire::imap::response_kind;

bool waits_for_continuation(model::imap_session const& s) {
  return std::ranges::any_of(s.in_progress, [](model::imap_command const& c) {
    return !c.whole || c.is("AUTHENTICATE") || (c.is("IDLE") && !c.continued);
  });
}

/// Commands of other extensions may ask for more in ways that the rig does not follow.
bool known_command(model::imap_command const& c) {
  return wire::imap::find_command(c.sent.name, c.sent.uid) != nullptr;
}

class tags final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.kind == item_kind::response) imap(i, out);
    if (i.kind == item_kind::reply) pop3(i, out);
    if (i.kind == item_kind::ended) end(i, out);
  }

 private:
  void imap(item const& i, report& out) {
    auto const& r = *i.response;
    // A server may take a bare CR for the end of a line, and so answer before our LF.
    if (r.kind == response_kind::tagged && !i.command && !i.imap->sending) {
      std::vector<std::string> expected;
      for (auto const& c : i.imap->in_progress) expected.push_back(c.sent.tag + " OK|NO|BAD");
      if (expected.empty()) expected.push_back("no tagged response: no command is in progress");
      out.add(i,
              {"unknown", fmt::format("tag '{}' answers no command in progress", base::printable(r.tag)), expected, 0});
    }
    if (r.kind == response_kind::continuation && !i.imap->sending && !waits_for_continuation(*i.imap)) {
      bool const certain = std::ranges::all_of(i.imap->in_progress, known_command);
      if (certain) out.add(i, {"continuation", {}, {"no '+': nobody waits for one"}, 0});
    }
  }

  void pop3(item const& i, report& out) {
    if (i.pop3->state != model::pop3_state::greeting && !i.pop3_command_)
      out.add(i, {"pop3-unasked", {}, {"silence: every command has been answered"}, 0});
    if (i.pop3->state == model::pop3_state::greeting && i.reply->status == wire::pop3::indicator::challenge)
      out.add(i, {"pop3-greeting", {}, {"+OK ...", "-ERR ..."}, 0});
  }

  /// The driver says "silence" when a time-out ended its patience, "flood" and what came when that was more than it
  /// takes, "server" when the server closed.
  void end(item const& i, report& out) {
    bool const silence = i.octets == "silence";
    bool const closed = i.octets == "server closed" || i.octets == "reset by server";
    bool const flood = i.octets.starts_with("flood");
    if (!silence && !closed && !flood) return;
    if (i.pop3) {
      bool const may_close = closed && i.pop3->refused;
      if (i.pop3->unanswered.empty() || may_close) return;
      auto const& name = i.pop3->unanswered.front().keyword;
      bool const body = i.begun.starts_with("+OK") && i.begun.find('\n') != i.begun.npos;
      auto const half = model::unfinished(history::protocol::pop3, i.begun);
      out.add(i, {"pop3-unanswered",
                  half.empty() ? fmt::format("{} was never answered ({})", name, i.octets)
                               : fmt::format("the answer to {} has no end ({}): {}", name, i.octets, half),
                  body ? std::vector<std::string>{"."} : std::vector<std::string>{"+OK ...", "-ERR ..."},
                  0,
                  {},
                  body ? "RFC1939-3-09" : ""});
      return;
    }
    auto const idles = [](model::imap_command const& c) { return c.is("IDLE") && !c.released; };
    if (flood && std::ranges::all_of(i.imap->in_progress, idles)) return unasked(i, out);
    // DONE before the "+" is the client's own risk (RFC 2177 §3).
    if (std::ranges::any_of(i.imap->in_progress, &model::imap_command::early)) return;
    for (auto const& c : i.imap->in_progress)
      if (c.whole && (!i.imap->bye || flood) && (silence ? !c.is("IDLE") : true)) {
        out.add(i, {"unanswered",
                    fmt::format("{} {} was never answered ({})", c.sent.tag, c.sent.name, i.octets),
                    {c.sent.tag + " OK|NO|BAD"},
                    0});
        break;
      }
  }

  /// Data may come unasked; so much of it that no client would stay is told, and nobody accused of breaking a rule.
  void unasked(item const& i, report& out) {
    remark r;
    r.rule = "flood";
    r.text = fmt::format("nothing had to be answered, and the session was cut off: {}", i.octets);
    r.expected = {"no more than there is to tell"};
    r.undecided = true;
    out.add(i, std::move(r));
  }
};

checker_kind const kind{
    "tags",
    "Each command gets one answer, with its own tag; '+' comes only where somebody waits.",
    {{"unknown", "RFC3501-2.2.2-03", "A tagged response answers a command in progress, once."},
     {"unanswered", "RFC3501-2.2.2-03", "Every command is answered by a tagged response."},
     {"flood", "RFC3501-5.3-02", "What comes unasked is what there is to tell."},
     {"continuation", "RFC3501-2.2.1-04", "'+' comes for a literal, AUTHENTICATE or IDLE only.", "RFC7888-3-02"},
     {"pop3-unasked", "RFC1939-5-01", "After each command exactly one response is issued."},
     {"pop3-unanswered", "RFC1939-5-01", "Every command is answered."},
     {"pop3-greeting", "RFC1939-4-01", "The greeting is one line with a status."}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<tags>(); },
    false,
    kinds::untagged | kinds::tagged | kinds::pop3 | kinds::rest,
    told::completions};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::tags
