// client_pop3: what a POP3 client sends where, and of which messages (RFC 1939, RFC 2449, RFC 2595 §4).
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "check/client/client_checker.hpp"
#include "model/maildrop_view.hpp"

namespace mailrig::check::client_pop3 {
namespace {

using model::pop3_command;
using reason = model::forecast::reason;
using wire::pop3::indicator;

/// A name, a password or a digest: whose octets are blotted out, or may be blanks.
bool has_free_text(pop3_command const& c) { return c.is("USER") || c.is("PASS") || c.is("APOP") || c.is("AUTH"); }

bool single_spaced(std::string_view line) {
  return !line.starts_with(' ') && !line.ends_with(' ') && line.find("  ") == line.npos && line.find('\t') == line.npos;
}

class client_pop3 final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (!i.pop3) return;
    auto& mine = memory_[i.session];
    // A command is judged by what was told before it.
    mine.drop.see(i);
    switch (i.kind) {
      case item_kind::pop3_command: return command(i, mine, out);
      case item_kind::reply: return reply(i, mine);
      case item_kind::secured:
        mine.upgraded = mine.spoke;
        mine.asked = false;
        return;
      case item_kind::ended: return left(i, out);
      default: return;
    }
  }

 private:
  struct known {
    model::maildrop_view drop;
    bool spoke = false, upgraded = false;  ///< commands were sent; and then TLS came up
    bool asked = false;                    ///< CAPA was sent since
    bool utf8 = false;                     ///< the mode is on
    bool listed = false;                   ///< which messages there are was told
  };

  static void command(item const& i, known& mine, report& out) {
    auto const& c = *i.pop3_command_;
    mine.spoke = true;
    form(i, out);
    bool const alone = i.pop3->unanswered.size() == 1;
    if (!alone) early(i, out);
    if (c.is("CAPA")) mine.asked = true;
    if (c.is("STLS") && mine.utf8)
      out.add(i, {"stls-after-utf8", "STLS is sent, and UTF8 was answered +OK before", {"STLS before UTF8"}});
    wide(i, out);
    if (mine.upgraded && !mine.asked && !c.is("QUIT") && !c.is("NOOP")) {
      mine.upgraded = false;
      out.add(i, {"anew",
                  fmt::format("{} is sent after STLS, and the capabilities were not asked for again", c.keyword),
                  {"CAPA, since what was announced before TLS does not count"}});
    }
    if (alone) unfit(i, mine, out);
    unannounced(i, out);
  }

  static void form(item const& i, report& out) {
    auto const& c = *i.pop3_command_;
    constexpr std::size_t most = 255;
    if (i.octets.size() + 2 > most)
      out.add(
          i,
          {"long", fmt::format("a command of {} octets with its CRLF", i.octets.size() + 2), {"at most 255 octets"}});
    if (!has_free_text(c) && !single_spaced(i.octets))
      out.add(i,
              {"spaces",
               fmt::format("'{}' has other blanks than one between its words", base::printable(i.octets.substr(0, 60))),
               {"single spaces between keyword and arguments, none at the end"}});
  }

  /// RFC 6856 §2.2: "UTF8 USER" says that names and passwords may be UTF-8.
  static void wide(item const& i, report& out) {
    auto const& c = *i.pop3_command_;
    auto const& all = i.pop3->capabilities;
    bool const name = c.is("USER") || c.is("PASS") || c.is("APOP");
    bool const odd = !base::is_ascii(i.octets);
    if (name && odd && i.pop3->capabilities_known && std::ranges::find(all, "UTF8 USER") == all.end())
      out.add(i,
              {"wide-name", fmt::format("{} has octets above 127, and CAPA has no UTF8 USER", c.keyword), {"ASCII"}});
  }

  /// Before the answers to what was sent before it.
  static void early(item const& i, report& out) {
    auto const& all = i.pop3->unanswered;
    auto const& before = all[all.size() - 2];
    auto const text = fmt::format("{} is sent while {} is not answered yet", i.pop3_command_->keyword, before.keyword);
    if (std::any_of(all.begin(), all.end() - 1, [](auto const& c) { return c.is("STLS"); }))
      out.add(i, {"stls", text, {"the answer to STLS, and TLS, first"}});
    else if (i.pop3->capabilities_known && !model::announces(*i.pop3, "PIPELINING"))
      out.add(i, {"pipelining", text + ", and the server's CAPA has no PIPELINING", {"the answer first"}});
  }

  static void unfit(item const& i, known const& mine, report& out) {
    auto const& c = *i.pop3_command_;
    auto const due = mine.drop.of(*i.pop3, c);
    auto const tell = [&](std::string_view rule, std::string_view expected) {
      out.add(i, {rule, fmt::format("{} is sent: {}", shown(c), due.text), {std::string(expected)}});
    };
    if (due.status == model::due::negative) {
      if (due.why == reason::state) return tell("state", "commands of the state that the session is in");
      if (due.why == reason::syntax)
        return tell("syntax", "as many arguments as the command has, and digits for numbers");
      if (due.why == reason::absent) return tell("absent", "a message-number that was told");
      if (due.why == reason::deleted) return tell("deleted", "a message that is not marked as deleted");
    }
    if (c.is("DELE") && !mine.listed && i.pop3->state == model::pop3_state::transaction)
      out.add(i, {"blind",
                  fmt::format("{} is sent, and nothing in this session told which messages there are", shown(c)),
                  {"STAT, LIST or UIDL first: numbers are given anew with each session"}});
  }

  /// What the server's CAPA does not have.
  static void unannounced(item const& i, report& out) {
    auto const& c = *i.pop3_command_;
    if (!i.pop3->capabilities_known) return;
    for (std::string_view optional : {"TOP", "UIDL", "STLS", "UTF8", "LANG"})
      if (c.is(optional) && !model::announces(*i.pop3, optional))
        out.add(i, {"unannounced",
                    fmt::format("{} is sent, and the server's CAPA does not have it", optional),
                    {"commands that are announced"}});
  }

  static std::string shown(pop3_command const& c) {
    return has_free_text(c) || c.arguments.empty() ? c.keyword
                                                   : fmt::format("{} {}", c.keyword, base::printable(c.arg(0)));
  }

  static void reply(item const& i, known& mine) {
    if (!i.pop3_command_ || i.reply->status != indicator::ok) return;
    auto const& c = *i.pop3_command_;
    mine.utf8 = mine.utf8 || c.is("UTF8");
    mine.listed = mine.listed || c.is("STAT") || c.is("LIST") || c.is("UIDL") || c.is("RETR") || c.is("TOP");
  }

  static void left(item const& i, report& out) {
    if (i.octets != "client closed" || i.pop3->quit_sent || i.pop3->deleted.empty()) return;
    out.add(i, {"quit",
                fmt::format("the client closed the connection without QUIT: {} {} that it deleted stay in the maildrop",
                            i.pop3->deleted.size(), i.pop3->deleted.size() == 1 ? "message" : "messages"),
                {"QUIT, which alone removes what DELE marked"}});
  }

  per_session<known> memory_{this};
};

client_checker_kind const kind{
    {"client-pop3",
     "A POP3 client sends commands of its state, one after the other, about messages that there are, and QUIT.",
     {{"state", "RFC1939-3-21", "Commands are sent in the state that they belong to.", "RFC1939-7.PASS-01"},
      {"syntax", "RFC1939-3-22", "A command has the arguments that it needs, and no more."},
      {"spaces", "RFC1939-3-04", "Keyword and arguments are separated by single spaces."},
      {"long", "RFC2449-4-04", "A command has at most 255 octets."},
      {"deleted", "RFC1939-5-02", "No command names a message that is marked as deleted."},
      {"absent", "RFC1939-5-03", "Message-numbers are those of messages that there are."},
      {"blind", "RFC1939-4-12", "What is deleted was told in this session: numbers are given anew with each."},
      {"pipelining", "RFC2449-6.6-05", "The client waits for each answer where PIPELINING is not announced."},
      {"stls", "RFC2595-4-09", "Nothing is sent between STLS and the end of the negotiation."},
      {"stls-after-utf8", "RFC6856-2.1-07", "STLS is not sent after UTF8."},
      {"wide-name", "RFC6856-2.2-04", "Names and passwords are in UTF-8 where CAPA has UTF8 USER."},
      {"anew", "RFC2595-4-10", "After STLS the capabilities are asked for again."},
      {"unannounced", "RFC2449-5-09", "Optional commands are sent where CAPA has them."},
      {"quit", "RFC1939-6-03", "A session that deleted messages ends with QUIT."}},
     +[]() -> std::unique_ptr<checker> { return std::make_unique<client_pop3>(); },
     false,
     kinds::pop3 | kinds::rest,
     told::everything_told}};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::client_pop3
