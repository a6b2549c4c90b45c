// pop_store: POP3 and IMAP on one store: where all mail of an inbox was put there by APPEND since it was seen empty,
// the maildrop shows all of it, and RETR and LIST tell nothing else (RFC 1939 §4, §5, §11).
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/rng.hpp"
#include "base/text.hpp"
#include "check/inbox_removals.hpp"
#include "model/append_request.hpp"
#include "model/maildrop_view.hpp"
#include "wire/mime/message.hpp"

namespace mailrig::check::pop_store {
namespace {

using wire::imap::status;
using wire::pop3::indicator;

class pop_store final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.imap) return imap(i);
    judge(i, out);
  }

 private:
  void judge(item const& i, report& out) {
    auto& w = worlds_[i.pop3->account];
    auto& mine = sessions_[i.session];
    if (i.kind == item_kind::opened) mine = {};
    if (i.kind == item_kind::pop3_command) {
      auto const& c = *i.pop3_command_;
      if (model::logs_in(c)) mine.least = w.removed ? 0 : w.put, mine.begun = w.begun;
      if (c.is("QUIT") && !i.pop3->deleted.empty()) w.removed = true;
    }
    if (i.kind != item_kind::reply || !i.pop3_command_ || i.reply->status != indicator::ok) return;
    auto const& c = *i.pop3_command_;
    if (model::logs_in(c) && w.removed) mine.least = 0;
    if (i.pop3->state != model::pop3_state::transaction) return;
    if (c.is("STAT"))
      if (auto const told = wire::pop3::read_stat(i.reply->text)) counted(i, mine, told->messages, out);
    if (i.reply->multi && (c.is("LIST") || c.is("UIDL")))
      counted(i, mine, wire::pop3::body_lines(i.reply->body).size(), out);
    if (c.is("LIST")) sizes(i, w, out);
    if (c.is("RETR") && !i.reply->violation) mine.texts.push_back({model::message_of(c).value_or(0), read(i)});
    texts(i, w, mine, out);
  }

  struct mail {
    std::uint64_t digest = 0;  ///< with a CRLF at its end
    std::size_t octets = 0;    ///< as it was put
    bool open = false;         ///< it had no CRLF at its end
  };
  struct world {
    std::size_t begun = 0;  ///< how often it was seen empty
    bool closed = false;    ///< it was empty, and all that came since is known
    bool odd = false;       ///< a message has a header outside ASCII
    bool removed = false;   ///< somebody may have removed, or hidden as \Deleted, something of it since
    std::size_t put = 0;    ///< answered OK
    std::vector<mail> mails;
    std::map<std::pair<history::session_id, std::uint32_t>, std::size_t> under_way;  ///< APPENDs: messages of each
  };
  struct retrieved {
    std::uint64_t number;
    mail text;
  };
  struct mine_t {
    std::size_t begun = 0;  ///< of the world, at the login
    std::size_t least = 0;  ///< messages that must be there
    bool short_told = false;
    std::vector<retrieved> texts;  ///< not compared yet
  };

  static mail read(item const& i) {
    auto const text = wire::pop3::unstuffed(i.reply->body);
    return {base::digest64(text), text.size(), false};
  }

  // --- what IMAP puts there ------------------------------------------------------------------------------------------

  void imap(item const& i) {
    auto& w = worlds_[i.imap->account];
    auto const before = removals_.sent(i.imap->account);
    removals_.see(i);
    if (removals_.sent(i.imap->account) != before) w.removed = true;
    if (i.kind == item_kind::command) return asked(i, w);
    if (i.kind != item_kind::response) return;
    auto const& r = *i.response;
    auto const inbox = [](std::string_view name) { return model::canonical_mailbox(name) == "INBOX"; };
    if (r.is("STATUS") && inbox(r.args().text()) && i.imap->mailbox != "INBOX")
      for (auto v = r.args().next().first(); v; v = v.next().next())
        if (v.names("MESSAGES")) told(i, w, v.next().number().value_or(0));
    bool const seen = i.imap->state == model::imap_state::selected && !i.imap->selecting();
    if (seen && inbox(i.imap->mailbox) && i.imap->view.size() > w.mails.size()) w.closed = false;
    if (!i.command || !i.command->is("APPEND")) return;
    auto const at = w.under_way.find({i.session, i.command->serial});
    if (at == w.under_way.end()) return;
    if (r.condition == status::ok) w.put += at->second;
    w.under_way.erase(at);
  }

  void told(item const& i, world& w, std::uint64_t messages) {
    if (messages == 0 && w.under_way.empty()) {
      auto const begun = w.begun + 1;
      w = {};
      w.begun = begun;
      w.closed = true;
      w.removed = removals_.under_way(i.imap->account);
    } else if (messages > w.mails.size()) {
      w.closed = false;
    }
  }

  void asked(item const& i, world& w) {
    auto const& c = i.command->sent;
    if ((c.name == "STORE" || c.name == "APPEND") &&
        base::to_upper(c.octets.substr(0, 4096)).find("\\DELETED") != c.octets.npos)
      w.removed = true;
    if (c.name == "RENAME" || (c.name != "APPEND" && model::brings_mail(c))) w.closed = false;
    if (c.name != "APPEND" || model::canonical_mailbox(c.arg(0)) != "INBOX") return;
    auto const uploads = model::uploads(c);
    std::size_t literals = 0;
    for (std::size_t n = 1; n < c.arguments.size(); ++n) {
      auto const& a = c.arguments[n];
      bool const date = a.text.size() == 26 && a.text[2] == '-' && a.text[6] == '-';
      if (!a.string || date) continue;
      ++literals;
      bool const kept = std::ranges::find(uploads, a.text.size(), &wire::imap::client_literal::size) != uploads.end();
      if (!kept || a.text.empty() || !wire::mime::has_plain_lines(a.text)) w.closed = false;
      bool const open = !a.text.ends_with("\r\n");
      w.mails.push_back({base::digest64(open ? a.text + "\r\n" : a.text), a.text.size(), open});
      w.odd = w.odd || !has_plain_header(a.text);
    }
    if (literals == 0) w.closed = false;  // put together from parts, or in a form of some extension
    w.under_way[{i.session, i.command->serial}] = literals;
    if (w.mails.size() > most) w.closed = false, w.mails.clear();
  }

  // --- what POP3 shows -----------------------------------------------------------------------------------------------

  void counted(item const& i, mine_t& mine, std::uint64_t shown, report& out) {
    auto const& w = worlds_[i.pop3->account];
    auto const count = shown + i.pop3->deleted.size();
    if (!w.closed || mine.begun != w.begun || count >= mine.least || std::exchange(mine.short_told, true)) return;
    out.add(i, {"fewer",
                fmt::format("the maildrop shows {} messages; {} were put into the inbox before the login", count,
                            mine.least),
                {fmt::format("{} messages", mine.least)},
                0,
                {}});
  }

  static bool has_plain_header(std::string_view text) {
    return base::is_ascii(text.substr(0, text.starts_with("\r\n") ? 0 : text.find("\r\n\r\n")));
  }

  /// In the place of a message whose header is not ASCII, a server with UTF8 may show another (RFC 6856 §2.1).
  static bool surrogates(item const& i, world const& w) {
    return w.odd && (!i.pop3->capabilities_known || model::announces(*i.pop3, "UTF8"));
  }

  /// Only where the maildrop is no larger than what is known to have come.
  bool known(item const& i, world const& w, report const& out) {
    auto const& view = out.drop(i);
    return w.closed && !surrogates(i, w) && sessions_[i.session].begun == w.begun && w.under_way.empty() &&
           view.messages && *view.messages <= w.mails.size();
  }

  void sizes(item const& i, world const& w, report& out) {
    if (!known(i, w, out)) return;
    auto look = [&](std::string_view line) {
      auto const one = wire::pop3::read_scan_listing(line);
      if (!one || std::ranges::any_of(w.mails, [&](mail const& m) {
            return one->second == m.octets || (m.open && one->second == m.octets + 2);
          }))
        return true;
      out.add(i, {"size",
                  fmt::format("message {} has {} octets; nothing of that size was put into the inbox", one->first,
                              one->second),
                  {"the size of what was put there"},
                  0,
                  {}});
      return false;
    };
    if (!i.reply->multi) return (void)look(i.reply->text);
    for (auto const& line : wire::pop3::body_lines(i.reply->body))
      if (!look(line)) return;
  }

  void texts(item const& i, world const& w, mine_t& mine, report& out) {
    if (mine.texts.size() > 64) mine.texts.erase(mine.texts.begin());
    if (!known(i, w, out)) return;
    for (auto const& t : std::exchange(mine.texts, {})) {
      if (std::ranges::any_of(w.mails, [&](mail const& m) { return m.digest == t.text.digest; })) continue;
      auto const longer = std::ranges::any_of(w.mails, [&](mail const& m) { return m.octets + 2 == t.text.octets; });
      out.add(i, {"altered",
                  fmt::format("RETR {} gave {} octets that nobody put into the inbox{}", t.number, t.text.octets,
                              longer ? "; one message is shorter by a CRLF" : ""),
                  {"a message as it was put there"},
                  0,
                  {}});
    }
  }

  static constexpr std::size_t most = 20000;
  std::map<std::string, world> worlds_;
  inbox_removals removals_;
  std::map<history::session_id, mine_t> sessions_;
};

checker_kind const kind{"pop_store",
                        "A maildrop shows what was put into the inbox: all of it, and as it was.",
                        {{"fewer", "RFC1939-4-08", "Every message of the maildrop has a number.", "RFC1939-5.STAT-01"},
                         {"altered", "RFC1939-5.RETR-01", "RETR gives a message as it was put there."},
                         {"size", "RFC1939-11-01", "A message's size is that of its octets with CRLF line ends.",
                          "RFC1939-11-02 RFC1939-5.LIST-05"}},
                        +[]() -> std::unique_ptr<checker> { return std::make_unique<pop_store>(); },
                        true,
                        kinds::everything,
                        told::numbers | told::messages | told::completions};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::pop_store
