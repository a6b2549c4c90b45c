// pop_drop: what a maildrop holds from session to session: messages are removed by the QUIT that ends a session in
// which they were marked, and by nothing else of POP3; a unique-id stays with its message (RFC 1939 §6, §7).
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/rng.hpp"
#include "base/text.hpp"
#include "check/told_together.hpp"
#include "model/append_request.hpp"
#include "model/maildrop_view.hpp"

namespace mailrig::check::pop_drop {
namespace {

using model::never;
using model::place;
using wire::pop3::indicator;

class pop_drop final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.imap) return imap(i, out);
    auto& mine = sessions_[i.session];
    auto& drop = drops_[i.pop3->account];
    if (i.kind == item_kind::opened) mine = {};
    if (i.kind == item_kind::ended) return ended(i, mine, drop);
    if (i.kind == item_kind::pop3_command) return asked(i, mine, drop, out);
    if (i.kind != item_kind::reply || !i.pop3_command_) return;
    bool const ok = i.reply->status == indicator::ok;
    auto const& c = *i.pop3_command_;
    if (model::logs_in(c) && i.pop3->state == model::pop3_state::authorization) {
      if (ok)
        mine.since = mine.asked, mine.in = true, ++drop.holders;
      else if (i.reply->status == indicator::err)
        refused(i, drop, out);
    }
    if (!mine.in || !ok) return;
    if (c.is("UIDL")) c.arguments.empty() ? listing(i, mine, drop, out) : one_id(i, mine, drop);
    if (c.is("LIST")) sizes(i, mine, drop, out);
    if (c.is("RETR")) text(i, mine, drop, out);
    if (c.is("QUIT")) left(i, mine, drop, out);
  }

 private:
  struct message {
    place seen = never, alive = 0, gone = never;
    place gone_from = never;  ///< the login of the session that removed it
    history::session_id seen_by = 0, gone_by = 0;
    std::uint64_t size = 0, digest = 0;
    place doom = never;             ///< a QUIT that may remove it was sent; never: none
    std::uint64_t size_before = 0;  ///< LIST told it before the id was known
    std::uint64_t only_as = 0;      ///< `UIDL n` told it of this number, and no listing has it; 0: one has
  };
  struct drop {
    std::map<std::string, message> messages;  ///< by unique-id
    int holders = 0;
    base::instant freed{};  ///< when the last holder was gone
    bool freed_by_quit = true;
    place imap_removal = 0;  ///< the last command of IMAP that may have removed something, sent or answered
    place imap_arrival = 0;  ///< the same of what may have brought a message
  };
  struct mine_t {
    bool in = false, quit = false;
    place since = never, asked = never;
    std::map<std::uint64_t, std::string> ids;
    std::map<std::uint64_t, std::uint64_t> sizes;
  };

  /// IMAP removes from the same maildrop; which message that is, POP3 does not tell.
  void imap(item const& i, report& out) {
    if (i.kind != item_kind::command && !(i.kind == item_kind::response && i.command)) return;
    auto const& c = *i.command;
    bool const removes =
        c.is("EXPUNGE") || c.is("CLOSE") || c.is("MOVE") || c.is("REPLACE") || c.is("RENAME") || c.is("DELETE");
    if (removes) drops_[i.imap->account].imap_removal = out.together().now() + 1;
    bool const brings = model::brings_mail(c.sent) || c.is("RENAME");
    if (brings) drops_[i.imap->account].imap_arrival = out.together().now() + 1;
  }

  void asked(item const& i, mine_t& mine, drop& d, report& out) {
    auto const& c = *i.pop3_command_;
    if (c.is("PASS") || c.is("APOP") || c.is("AUTH")) mine.asked = out.together().now() + 1;
    if (!c.is("QUIT") || !mine.in) return;
    mine.quit = true;
    auto marks = i.pop3->deleted;
    for (auto const& before : i.pop3->unanswered)  // a mark that is asked for and not answered may be there
      if (before.is("DELE")) marks[model::message_of(before).value_or(0)] = true;
    for (auto const& [n, marked] : marks) {
      auto const id = mine.ids.find(n);
      if (id == mine.ids.end()) {
        // Marked by number without having asked for its id: it may be any.
        for (auto& [name, m] : d.messages) m.doom = std::min(m.doom, out.together().now());
      } else {
        auto& m = d.messages[id->second];
        m.doom = std::min(m.doom, out.together().now());
      }
    }
  }

  void ended(item const& i, mine_t& mine, drop& d) {
    if (!mine.in) return;
    mine.in = false;
    --d.holders;
    d.freed = i.at;
    d.freed_by_quit = mine.quit;
  }

  /// Nobody holds the maildrop any more: a login is let in. After a cut the server may take a while to notice.
  static void refused(item const& i, drop const& d, report& out) {
    if (model::code_of(*i.reply) != "IN-USE" || d.holders > 0) return;
    using namespace std::chrono_literals;
    auto const free_for = i.at - d.freed;
    if (free_for < (d.freed_by_quit ? 1s : 60s)) return;
    out.add(i, {"locked",
                fmt::format("the maildrop is in use, but its last session ended {} s ago{}",
                            std::chrono::duration_cast<std::chrono::seconds>(free_for).count(),
                            d.freed_by_quit ? " by QUIT" : ""),
                {"+OK"},
                0,
                {}});
  }

  void listing(item const& i, mine_t& mine, drop& d, report& out) {
    std::set<std::string> here;
    for (auto const& line : wire::pop3::body_lines(i.reply->body)) {
      auto const one = wire::pop3::read_unique_id(line);
      if (!one) return;
      mine.ids[one->first] = one->second;
      here.insert(one->second);
      auto& m = d.messages[one->second];
      if (m.gone < mine.since) {
        if (d.imap_arrival >= m.gone_from) {
          // A copy of it may have come meanwhile, and copies may have one id (RFC 1939 §7).
          m = {};
          m.seen = out.together().now(), m.seen_by = i.session, m.alive = mine.since;
          continue;
        }
        remark r{"kept",
                 fmt::format("{} is still there, the QUIT of an earlier session removed it", one->second),
                 {"it is gone"},
                 0,
                 {}};
        r.story.push_back({{}, m.gone_by, fmt::format("marked {} and left by QUIT with +OK", one->second)});
        r.story.push_back({i.at, i.session, fmt::format("logs in later and is told of {}", one->second)});
        return out.add(i, std::move(r));
      }
      m.only_as = 0;
      if (auto const size = mine.sizes.find(one->first); size != mine.sizes.end()) m.size_before = size->second;
      if (m.seen == never) m.seen = out.together().now(), m.seen_by = i.session;
      m.alive = std::max(m.alive, mine.since);  // the listing is of the moment of the login
    }
    if (!i.pop3->deleted.empty()) return;
    for (auto const& [id, m] : d.messages) {
      if (here.contains(id) || m.seen >= mine.since || m.gone != never || m.doom != never) continue;
      if (d.imap_removal > m.alive) continue;
      auto const renamed = other_name(id, m, mine, d, here);
      remark r{renamed.empty() ? "lost" : "renamed",
               renamed.empty() ? fmt::format("{} is missing, and no QUIT can have removed it", id) : renamed,
               {id},
               0,
               {}};
      r.story.push_back({{}, m.seen_by, fmt::format("was told of {}", id)});
      r.story.push_back({i.at, i.session, fmt::format("logs in later and is not told of {}", id)});
      return out.add(i, std::move(r));
    }
  }

  /// Says that what no listing names any more goes by another name; empty where nothing tells so.
  static std::string other_name(std::string const& id, message const& m, mine_t const& mine, drop const& d,
                                std::set<std::string> const& here) {
    for (auto const& [other, o] : d.messages)
      if (o.only_as != 0 && !here.contains(other))
        return fmt::format("{} is missing; UIDL {} told {}, which no listing has", id, o.only_as, other);
    for (auto const& [n, other] : mine.ids) {
      auto const at = d.messages.find(other);
      if (at == d.messages.end() || at->second.seen < mine.since || !here.contains(other)) continue;
      bool const same_text = m.digest != 0 && m.digest == at->second.digest;
      auto const size = size_of(m);
      bool const same_size = size != 0 && size == size_of(at->second);
      if (same_text || same_size)
        return fmt::format("{} is missing, and message {}, of the same {}, is new as {}", id, n,
                           same_text ? "text" : "size", other);
    }
    return {};
  }

  static std::uint64_t size_of(message const& m) { return m.size != 0 ? m.size : m.size_before; }

  /// What a listing of the session has told stands; a number that has another id there is for another checker.
  static void one_id(item const& i, mine_t& mine, drop& d) {
    auto const one = wire::pop3::read_unique_id(i.reply->text);
    if (!one || !mine.ids.emplace(one->first, one->second).second) return;
    auto& m = d.messages[one->second];
    if (m.seen == never && m.gone == never && m.alive == 0) m.only_as = one->first;
  }

  void sizes(item const& i, mine_t& mine, drop& d, report& out) {
    auto take = [&](std::string_view line) {
      auto const one = wire::pop3::read_scan_listing(line);
      if (one) mine.sizes[one->first] = one->second;
      auto const id = one ? mine.ids.find(one->first) : mine.ids.end();
      if (id == mine.ids.end()) return;
      auto& m = d.messages[id->second];
      same(i, m.size, one->second, id->second, "size", out);
    };
    if (!i.reply->multi) return take(i.reply->text);
    for (auto const& line : wire::pop3::body_lines(i.reply->body)) take(line);
  }

  void text(item const& i, mine_t& mine, drop& d, report& out) {
    auto const n = model::message_of(*i.pop3_command_).value_or(0);
    auto const id = mine.ids.find(n);
    if (id == mine.ids.end()) return;
    same(i, d.messages[id->second].digest, base::fnv1a(i.reply->body), id->second, "text", out);
  }

  static void same(item const& i, std::uint64_t& known, std::uint64_t now, std::string const& id, std::string_view what,
                   report& out) {
    if (known != 0 && known != now)
      out.add(i, {"another", fmt::format("the {} of {} is not what it was", what, id), {"the same message"}, 0, {}});
    known = now;
  }

  /// Identical copies may have one id (RFC 1939 §7); one that is not marked keeps it.
  static bool shared(item const& i, mine_t const& mine, std::string const& id) {
    return std::ranges::any_of(
        mine.ids, [&](auto const& other) { return other.second == id && !i.pop3->deleted.contains(other.first); });
  }

  void left(item const& i, mine_t& mine, drop& d, report& out) {
    for (auto const& [n, marked] : i.pop3->deleted) {
      auto const id = mine.ids.find(n);
      if (id == mine.ids.end() || shared(i, mine, id->second)) continue;
      auto& m = d.messages[id->second];
      if (m.gone == never) m.gone = out.together().now() + 1, m.gone_from = mine.since, m.gone_by = i.session;
    }
  }

  std::map<std::string, drop> drops_;
  std::map<history::session_id, mine_t> sessions_;
};

checker_kind const kind{"pop_drop",
                        "A maildrop loses what QUIT removes, and nothing else; a unique-id stays with its message.",
                        {{"lost", "RFC1939-6-02", "What was not marked in a session that ended by QUIT stays.",
                          "RFC1939-6.QUIT-03 RFC1939-7.UIDL-06"},
                         {"renamed", "RFC1939-7.UIDL-06", "A message keeps its unique-id from session to session."},
                         {"kept", "RFC1939-6.QUIT-01", "What was marked is gone after QUIT."},
                         {"another", "RFC1939-7.UIDL-07", "A unique-id names one message.", "RFC1939-7.UIDL-09"},
                         {"locked", "RFC1939-6.QUIT-04", "A session that has ended holds no lock."}},
                        +[]() -> std::unique_ptr<checker> { return std::make_unique<pop_drop>(); },
                        true,
                        kinds::everything,
                        told::messages | told::completions};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::pop_drop
