// status_answers: STATUS has the items that were asked for, by STATUS or by LIST, and tells the same of a mailbox until
// somebody does something (RFC 3501 §6.3.10; RFC 5819 §2); SIZE is no less than what is in it (RFC 8438 §3);
// APPENDLIMIT is the one that is announced (RFC 7889 §2, §3.1).
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "check/told_together.hpp"
#include "model/append_request.hpp"
#include "model/ext/utf8_names.hpp"
#include "model/fetch_request.hpp"
#include "model/list_options.hpp"
#include "model/mailbox_life.hpp"

namespace mailrig::check::status_answers {
namespace {

using wire::imap::response_kind;

/// Commands that change no mailbox: what STATUS tells stays.
bool changes_nothing(wire::imap::command const& c) {
  for (std::string_view name :
       {"STATUS",      "LIST",         "LSUB",         "CAPABILITY", "NAMESPACE", "ID",     "SUBSCRIBE",
        "UNSUBSCRIBE", "GETQUOTA",     "GETQUOTAROOT", "ENABLE",     "MYRIGHTS",  "GETACL", "SEARCH",
        "LOGIN",       "AUTHENTICATE", "STARTTLS",     "COMPRESS",   "IDLE",      "NOOP"})
    if (c.name == name) return true;
  return false;
}

class status_answers final : public checker {
 public:
  void see(item const& i, report& out) override {
    // A POP3 session removes mail at its end, whenever that is.
    if (!i.imap) return void(lost_ = true);
    if (i.kind == item_kind::command) return asked(i);
    if (i.kind == item_kind::ended) lost_ = lost_ || under_way_.contains(i.session), ++stirs_;
    if (i.kind != item_kind::response || i.response->violation) return;
    auto const& r = *i.response;
    if (r.is("STATUS")) told(i, out);
    if (r.is("FETCH")) fetched(i);
    if (r.kind == response_kind::tagged && i.command) answered(i, out);
  }

 private:
  struct known {
    std::uint64_t value;
    std::size_t stirs;
  };
  struct mail {
    std::map<std::uint32_t, std::uint64_t> sizes;  ///< by UID
  };
  static constexpr std::size_t most = 4096;

  void asked(item const& i) {
    auto const& c = i.command->sent;
    if (changes_nothing(c)) return;
    ++stirs_;
    under_way_[i.session].insert(i.command->serial);
  }

  static std::string key(item const& i, std::string_view mailbox) {
    return i.imap->account + "\n" + model::canonical_mailbox(mailbox);
  }

  void told(item const& i, report& out) {
    auto const name = model::told_mailbox(*i.imap, i.response->args().text());
    auto const list = i.response->args().next();
    auto const* c = i.imap->running("STATUS");
    if (c && i.imap->in_progress.size() == 1 && !i.imap->notified && model::canonical_mailbox(c->sent.arg(0)) == name)
      items(i, *c, list, out);
    for (auto v = list.first(); v; v = v.next().next()) {
      if (v.names("SIZE")) size(i, name, v.next(), out);
      if (v.names("APPENDLIMIT")) limit(i, v.next(), out);
      // \Recent goes with who looks first, and SIZE may be an estimate.
      if (!v.names("RECENT") && !v.names("SIZE") && !v.names("HIGHESTMODSEQ") && v.next().number())
        same(i, name, v, out);
    }
  }

  static void items(item const& i, model::imap_command const& c, wire::imap::value list, report& out) {
    std::set<std::string> wanted, told;
    for (auto const& e : model::elements_of(c.sent.arg(1))) wanted.insert(base::to_upper(e.text));
    for (auto v = list.first(); v; v = v.next().next()) told.insert(base::to_upper(v.raw()));
    for (auto const& name : wanted)
      if (!told.contains(name))
        return out.add(i, {"items", fmt::format("{} was asked for, and is not told", name), {name}, list.offset()});
  }

  /// Nobody has done anything that changes mail since it was told, and nothing is under way.
  void same(item const& i, std::string const& mailbox, wire::imap::value item_name, report& out) {
    if (model::canonical_mailbox(mailbox) == i.imap->mailbox) return;
    if (out.together().is_shared(i.imap->account, mailbox)) return;  // others, who are not heard here, change it
    auto const value = *item_name.next().number();
    auto& before = told_[key(i, mailbox) + "\n" + base::to_upper(item_name.raw())];
    bool const quiet = before.stirs == stirs_ && under_way_.empty() && !lost_;
    if (quiet && before.value != value && before.stirs != 0)
      out.add(i, {i.imap->runs("LIST") ? "list-differs" : "differs",
                  fmt::format("{} {} of {}, which was {}, and nobody has done anything", item_name.raw(), value,
                              base::printable(mailbox), before.value),
                  {std::to_string(before.value)},
                  item_name.offset()});
    if (told_.size() > most) return told_.clear();
    before = {value, stirs_};
  }

  // --- SIZE ----------------------------------------------------------------------------------------------------------

  void fetched(item const& i) {
    if (i.imap->uidvalidity == 0) return;
    auto const uid = model::told_uid(*i.imap, *i.response);
    if (uid == 0) return;
    model::for_each_item(*i.response, [&](auto name, auto data) {
      if (name.names("RFC822.SIZE") && data.number()) {
        auto& m = mail_[fmt::format("{}\n{}", key(i, i.imap->mailbox), i.imap->uidvalidity)];
        if (m.sizes.size() < 100'000) m.sizes[uid] = *data.number();
      }
    });
  }

  void size(item const& i, std::string const& mailbox, wire::imap::value data, report& out) {
    auto const* box = out.together().find(i.imap->account, mailbox);
    auto const* c = i.imap->running("STATUS") ? i.imap->running("STATUS") : i.imap->running("LIST");
    if (!box || !c || box->uncertain || !data.number() || i.imap->mailbox == model::canonical_mailbox(mailbox)) return;
    auto const at = mail_.find(fmt::format("{}\n{}", key(i, mailbox), box->uidvalidity));
    item asked = i;
    asked.command = c;
    auto const d = out.together().operation_of(asked);
    if (at == mail_.end() || !d) return;
    auto const now = out.together().now() + 1;
    std::uint64_t least = 0;
    for (auto const& [uid, octets] : at->second.sizes) {
      auto const* m = box->find(uid);
      if (m && m->known_before(d->from) && m->gone == model::never && !box->cause(*m, now)) least += octets;
    }
    if (*data.number() < least)
      out.add(i, {"size",
                  fmt::format("SIZE {} of {}, whose messages have {} octets", *data.number(), base::printable(mailbox),
                              least),
                  {fmt::format("SIZE {} or more", least)},
                  data.offset()});
  }

  // --- APPENDLIMIT ---------------------------------------------------------------------------------------------------

  static void limit(item const& i, wire::imap::value data, report& out) {
    auto const all = i.imap->announced("APPENDLIMIT");
    if (all && data.number() && *data.number() != *all)
      out.add(i, {"limit",
                  fmt::format("APPENDLIMIT {}, and {} is announced for all mailboxes", *data.number(), *all),
                  {std::to_string(*all)},
                  data.offset()});
  }

  void answered(item const& i, report& out) {
    auto const& c = i.command->sent;
    if (auto const mine = under_way_.find(i.session); mine != under_way_.end()) {
      stirs_ += mine->second.erase(i.command->serial);
      if (mine->second.empty()) under_way_.erase(mine);
    }
    if (c.name != "APPEND" || c.arguments.size() < 2 || !c.arguments.back().string) return;
    auto const all = i.imap->announced("APPENDLIMIT");
    auto const literals = model::uploads(c);
    if (!all || literals.empty()) return;
    auto const octets = std::ranges::max(literals, {}, &wire::imap::client_literal::size).size;
    if (octets > *all && i.response->condition == wire::imap::status::ok)
      out.add(i, {"over-limit",
                  fmt::format("{} octets are taken, and APPENDLIMIT={} is announced", octets, *all),
                  {"NO [TOOBIG]"},
                  0});
    // With LITERAL- alone no more than 4,096 octets may be sent unasked, whatever the limit (RFC 7888 §5).
    bool const unasked = !literals.front().synchronising && octets > 4096 && !i.imap->can("LITERAL+");
    if (octets <= *all && i.response->code == "TOOBIG" && literals.size() == 1 && !unasked)
      out.add(i, {"within-limit",
                  fmt::format("{} octets are too big, and APPENDLIMIT={} is announced", octets, *all),
                  {"OK"},
                  0});
  }

  std::map<std::string, known> told_;  ///< by account, mailbox and item
  std::map<std::string, mail> mail_;   ///< by account, mailbox and UIDVALIDITY
  std::size_t stirs_ = 1;              ///< commands that may change something, sent or answered, in any session
  std::map<history::session_id, std::set<std::uint32_t>> under_way_;  ///< of these, by serial
  bool lost_ = false;                                                 ///< a session ended while one was, or is of POP3
};

checker_kind const kind{"status_answers",
                        "STATUS tells what was asked for, and the same until something is done.",
                        {{"items", "RFC3501-6.3.10-01", "STATUS has the items that were asked for."},
                         {"differs", "RFC3501-6.3.10-01", "What STATUS tells stays while nobody does anything."},
                         {"list-differs", "RFC5819-2-07", "By LIST it tells what STATUS tells.", "RFC5819-2-08"},
                         {"size", "RFC8438-3-01", "SIZE is no less than what is in the mailbox.",
                          "RFC8438-3-03 RFC8438-3-04 RFC9051-6.3.11-03"},
                         {"limit", "RFC7889-3.1-01", "APPENDLIMIT is the one that is announced.", "RFC7889-3.2-01"},
                         {"over-limit", "RFC7889-4-01", "What is above APPENDLIMIT is refused."},
                         {"within-limit", "RFC7889-4-02", "What is within APPENDLIMIT is not too big."}},
                        +[]() -> std::unique_ptr<checker> { return std::make_unique<status_answers>(); },
                        true,
                        kinds::everything,
                        told::numbers | told::messages | told::mailboxes | told::completions};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::status_answers
