// pop_effects: a maildrop that is opened again has what the session before left there, told by numbers and sizes, so
// that servers without unique-ids are judged too (RFC 1939 §6).
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "base/text.hpp"
#include "check/inbox_removals.hpp"
#include "check/told_together.hpp"
#include "model/maildrop_view.hpp"

namespace mailrig::check::pop_effects {
namespace {

using wire::pop3::indicator;

class pop_effects final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.imap) return imap(i);
    judge(i, out);
  }

 private:
  void judge(item const& i, report& out) {
    auto& mine = sessions_[i.session];
    auto& d = drops_[i.pop3->account];
    if (i.kind == item_kind::opened) mine = {};
    if (i.kind == item_kind::ended) {
      if (mine.doubt) out.add(i, *std::exchange(mine.doubt, {}));
      return left(i, mine, d, out);
    }
    if (i.kind == item_kind::pop3_command && i.pop3_command_->is("QUIT")) {
      mine.quit = true;
      // What is marked when it is read, nobody can tell yet.
      mine.unsure = std::ranges::any_of(i.pop3->unanswered, [](auto const& c) { return c.is("DELE") || c.is("RSET"); });
    }
    if (i.kind != item_kind::reply || !i.pop3_command_ || i.reply->status != indicator::ok) return;
    auto const& c = *i.pop3_command_;
    if (c.is("UTF8")) mine.utf8 = true;
    if (model::logs_in(c) && i.pop3->state == model::pop3_state::authorization) return entered(i, mine, d);
    if (!mine.in) return;
    if (c.is("STAT"))
      if (auto const told = wire::pop3::read_stat(i.reply->text)) counted(i, mine, told->messages, out);
    if (c.is("LIST") && i.reply->multi) listed(i, mine, out);
    if (c.is("UIDL") && i.reply->multi) mine.named = true, mine.doubt.reset();
  }

  /// What the next session must find.
  struct left_behind {
    bool known = false;
    std::uint64_t least = 0;               ///< messages
    std::multiset<std::uint64_t> sizes;    ///< of those whose sizes were told
    std::multiset<std::uint64_t> removed;  ///< of those that QUIT was to remove
    bool named = false;                    ///< all unique-ids were told
    history::session_id by = 0;
    bool quit = false;
  };
  struct drop {
    int holders = 0;
    bool disturbed = false;  ///< somebody else may have removed messages since the last session began
    left_behind rest;
  };
  struct mine_t {
    bool in = false, quit = false, unsure = false;
    bool utf8 = false;  ///< it asked for messages as they are, which others may be shown as others (RFC 6856 §2.1)
    left_behind before;
    std::map<std::uint64_t, std::uint64_t> sizes;
    bool named = false;
    std::optional<remark> doubt;  ///< a size is missing, and the ids may tell more
  };

  void imap(item const& i) {
    auto const before = removals_.sent(i.imap->account);
    removals_.see(i);
    if (removals_.sent(i.imap->account) != before) drops_[i.imap->account].disturbed = true;
  }

  void entered(item const& i, mine_t& mine, drop& d) {
    mine.in = true;
    if (d.holders++ > 0) d.disturbed = true;
    mine.before = d.disturbed || mine.utf8 ? left_behind{} : d.rest;
    if (d.holders == 1) d.disturbed = removals_.under_way(i.pop3->account);
    d.rest = {};
  }

  static void left(item const& i, mine_t& mine, drop& d, report& out) {
    if (!mine.in) return;
    mine.in = false;
    --d.holders;
    d.rest = {};
    auto const& view = out.drop(i);
    // A server may remove what was retrieved, or what is old, where it says so (RFC 2449 §6.7).
    bool const expires = model::announces(*i.pop3, "EXPIRE") &&
                         std::ranges::none_of(i.pop3->capabilities, [](auto const& l) { return l == "EXPIRE NEVER"; });
    if (!view.messages || expires || mine.unsure || mine.utf8) return;
    auto const& marked = i.pop3->deleted;
    d.rest = {true, *view.messages, {}, {}, mine.named, i.session, mine.quit};
    if (mine.quit) d.rest.least -= std::min<std::uint64_t>(d.rest.least, marked.size());
    for (auto const& [n, size] : mine.sizes)
      (mine.quit && marked.contains(n) ? d.rest.removed : d.rest.sizes).insert(size);
  }

  void counted(item const& i, mine_t& mine, std::uint64_t shown, report& out) {
    auto const count = shown + i.pop3->deleted.size();
    if (mine.before.known && count < mine.before.least && !drops_[i.pop3->account].disturbed)
      out.add(i, story(i, mine.before, "lost",
                       fmt::format("{} messages are there, the session before left {}", count, mine.before.least),
                       fmt::format("{} messages or more", mine.before.least)));
    mine.before.least = 0;
  }

  void listed(item const& i, mine_t& mine, report& out) {
    std::multiset<std::uint64_t> here;
    for (auto const& line : wire::pop3::body_lines(i.reply->body))
      if (auto const one = wire::pop3::read_scan_listing(line)) {
        here.insert(one->second);
        mine.sizes[one->first] = one->second;
      }
    counted(i, mine, here.size(), out);
    auto const before = std::exchange(mine.before, {});
    if (!before.known || !i.pop3->deleted.empty() || drops_[i.pop3->account].disturbed) return;
    if (before.named && mine.named) return;  // by their names messages are followed elsewhere
    compare(i, mine, before, std::move(here), out);
  }

  /// A size that was left there is not there. With one that was to go, the wrong message went; otherwise only where
  /// there are too few messages is one lost.
  static void compare(item const& i, mine_t& mine, left_behind const& before, std::multiset<std::uint64_t> here,
                      report& out) {
    std::vector<std::uint64_t> missing;
    for (auto const size : before.sizes)
      if (auto const at = here.find(size); at != here.end())
        here.erase(at);
      else
        missing.push_back(size);
    if (missing.empty()) return;
    auto const wrong = std::ranges::find_if(here, [&](auto size) { return before.removed.contains(size); });
    auto r =
        wrong != here.end()
            ? story(i, before, "lost",
                    fmt::format("a message of {} octets was left there, and is missing; one of {}, which was "
                                "marked, is there",
                                missing[0], *wrong),
                    fmt::format("one of {} octets", missing[0]))
        : here.size() < missing.size()
            ? story(i, before, "lost", fmt::format("a message of {} octets was left there, and is missing", missing[0]),
                    fmt::format("one of {} octets", missing[0]))
            : story(i, before, "resized",
                    fmt::format("a message of {} octets was left there; as many messages are there, and none of "
                                "that size",
                                missing[0]),
                    fmt::format("one of {} octets", missing[0]));
    if (before.named)
      mine.doubt = std::move(r);
    else
      out.add(i, std::move(r));
  }

  static remark story(item const& i, left_behind const& before, std::string_view rule, std::string text,
                      std::string expected) {
    remark r{rule, std::move(text), {std::move(expected)}, 0, {}};
    r.story.push_back({{}, before.by, before.quit ? "left by QUIT" : "ended without QUIT"});
    r.story.push_back({i.at, i.session, fmt::format("logs in later and asks for {}", i.pop3_command_->keyword)});
    return r;
  }

  std::map<std::string, drop> drops_;
  inbox_removals removals_;
  std::map<history::session_id, mine_t> sessions_;
};

checker_kind const kind{"pop_effects",
                        "A maildrop has what the session before left there.",
                        {{"lost", "RFC1939-6-02", "QUIT removes what was marked and nothing else; other ends nothing.",
                          "RFC1939-6.QUIT-03 RFC1939-5.RETR-04 RFC2449-6.7-03"},
                         {"resized", "RFC1939-5.RETR-05", "A message that nobody removed has the size that it had."}},
                        +[]() -> std::unique_ptr<checker> { return std::make_unique<pop_effects>(); },
                        true,
                        kinds::everything,
                        told::numbers | told::messages | told::completions};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::pop_effects
