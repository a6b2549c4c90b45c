// pop_status: a POP3 command is answered +OK or -ERR as the session's state, the command's arguments and what is known
// of the maildrop leave it (RFC 1939 §3 to §7).
#include <fmt/format.h>

#include <map>

#include "base/text.hpp"
#include "check/inbox_removals.hpp"
#include "model/maildrop_view.hpp"

namespace mailrig::check::pop_status {
namespace {

using model::due;
using model::forecast;
using wire::pop3::indicator;
using reason = forecast::reason;

std::string_view rule_of(reason g) {
  switch (g) {
    case reason::state: return "state";
    case reason::syntax: return "syntax";
    case reason::absent: return "absent";
    case reason::mandatory: return "mandatory";
    case reason::present: return "present";
    case reason::announced: return "announced";
    case reason::none:
    case reason::deleted: break;  // maildrop speaks of what is marked
  }
  return {};
}

class pop_status final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.imap) return by_imap_.see(i);
    judge(i, out);
  }

 private:
  void judge(item const& i, report& out) {
    if (i.kind == item_kind::pop3_command && i.pop3_command_->is("QUIT") && !i.pop3->deleted.empty())
      ++by_pop3_[i.pop3->account];
    if (i.kind != item_kind::reply || !i.pop3_command_) return;
    auto const& c = *i.pop3_command_;
    auto const status = i.reply->status;
    if (model::logs_in(c) && status == indicator::ok) since_[i.session] = removals(i);
    if (status != indicator::ok && status != indicator::err) return;
    auto const f = out.drop(i).of(*i.pop3, c);
    if (f.status == due::negative && status == indicator::ok) tell(i, f, "-ERR", out);
    if (f.status == due::positive && status == indicator::err && !excused(i, f)) tell(i, f, "+OK", out);
  }

  /// Another's EXPUNGE may have taken the message away; a response code names a cause of its own (RFC 3206 §4).
  bool excused(item const& i, forecast const& f) {
    bool const of_message =
        i.pop3->state == model::pop3_state::transaction && (f.why == reason::present || f.why == reason::announced);
    auto const& since = since_[i.session];
    bool const disturbed = of_message && (!since || since != removals(i));
    return !i.reply->code.empty() || disturbed;
  }

  /// That may have met the maildrop so far; nothing while one is under way, which may do so at any time.
  std::optional<std::uint64_t> removals(item const& i) {
    auto const& account = i.pop3->account;
    if (by_imap_.under_way(account)) return std::nullopt;
    return by_imap_.sent(account) + by_pop3_[account];
  }

  static void tell(item const& i, forecast const& f, char const* expected, report& out) {
    auto const rule = rule_of(f.why);
    if (rule.empty()) return;
    auto words = i.pop3_command_->keyword;
    bool const secret = model::logs_in(*i.pop3_command_);
    for (auto const& a : i.pop3_command_->arguments)
      if (!secret) words += " " + a;
    out.add(i, {rule,
                fmt::format("'{}' is answered {}; {}", base::printable(std::string_view(words).substr(0, 80)),
                            i.reply->line.substr(0, i.reply->line.find(' ')), f.text),
                {expected},
                0});
  }

  inbox_removals by_imap_;
  std::map<std::string, std::uint64_t> by_pop3_;           ///< by account: QUITs that remove something
  per_session<std::optional<std::uint64_t>> since_{this};  ///< removals, at the login
};

checker_kind const kind{
    "pop_status",
    "A POP3 command is answered +OK or -ERR as its state, its arguments and the maildrop leave it.",
    {{"state", "RFC1939-3-15", "A command of another state is refused.",
      "RFC1939-5.STAT-05 RFC1939-7.USER-01 RFC1939-7.PASS-01 RFC1734-2-01 RFC5034-4-01 RFC5034-4-02 RFC2595-4-01"},
     {"syntax", "RFC1939-3-14", "A command with too many, too few or malformed arguments is refused.",
      "RFC1939-5.RETR-03 RFC1939-7.TOP-04 RFC6856-2.1-01"},
     {"absent", "RFC1939-5.RETR-02", "A number that no message has is refused.",
      "RFC1939-5.LIST-08 RFC1939-7.TOP-05 RFC1939-5.DELE-03"},
     {"mandatory", "RFC1939-7-01", "STAT, LIST, NOOP, RSET, and QUIT before login, are answered +OK.",
      "RFC1939-5.NOOP-01 RFC1939-4-11"},
     {"present", "RFC1939-5.LIST-01", "A message that is there can be listed and marked.", "RFC1939-5.DELE-01"},
     {"announced", "RFC2449-6.1-01", "A command that CAPA names, or that has worked, is there.",
      "RFC2449-5-04 RFC2449-6.8-01 RFC2449-5-01 RFC2595-4-01"}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<pop_status>(); },
    false,
    kinds::pop3 | kinds::commands | kinds::tagged | kinds::rest};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::pop_status
