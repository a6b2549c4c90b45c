// quota: what is told of quota roots is what was asked for, names resources that are announced, keeps its limits until
// somebody sets them, counts what was added, and stops what goes beyond (RFC 9208 §3.1, §4, §5).
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "check/checker.hpp"
#include "model/append_request.hpp"
#include "wire/imap/sequence_set.hpp"

namespace mailrig::check::quota {
namespace {

using wire::imap::response_kind;
using wire::imap::status;

bool is_9208(model::imap_session const& s) {
  return std::ranges::any_of(*s.capabilities, [](auto const& c) { return c.starts_with("QUOTA=RES-"); });
}

class quota final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (!i.imap) return void(lost_ = true);
    if (i.kind == item_kind::command) return asked(i);
    if (i.kind == item_kind::ended) lost_ = lost_ || running_[i.session] > 0;
    if (i.kind != item_kind::response || i.response->violation) return;
    auto const& r = *i.response;
    if (r.code == "CAPABILITY") listed(i, r.code_args(), out);
    if (r.is("CAPABILITY")) listed(i, r.args(), out);
    if (r.is("QUOTA")) told(i, out);
    if (r.is("QUOTAROOT")) roots(i);
    if (r.code == "OVERQUOTA" && r.kind == response_kind::untagged) over(i, out);
    if (r.kind == response_kind::tagged && i.command) answered(i, out);
  }

 private:
  struct resource {
    std::uint64_t usage = 0, limit = 0;
    std::size_t added = 0, removals = 0, limits_set = 0;  ///< what had happened when it was told
    bool quiet = false;
  };
  struct answer {
    std::string mailbox;
    bool named = false;
    std::set<std::string> roots, told;
  };

  static bool adds(wire::imap::command const& c) { return c.name == "APPEND" || c.name == "COPY"; }
  static bool removes(wire::imap::command const& c) {
    for (std::string_view name : {"EXPUNGE", "CLOSE", "MOVE", "DELETE", "RENAME", "CREATE", "UNSELECT", "SELECT",
                                  "EXAMINE", "LOGOUT", "REPLACE"})
      if (c.name == name) return true;
    return false;
  }

  void asked(item const& i) {
    auto const& c = i.command->sent;
    if (adds(c) || removes(c)) ++running_[i.session], ++in_flight_;
    if (removes(c)) ++removals_;
    if (c.name == "SETQUOTA" || c.name == "CREATE") ++limits_set_;
    if (c.name == "GETQUOTAROOT" || c.name == "GETQUOTA") answers_[i.session] = {std::string(c.arg(0)), false, {}, {}};
  }

  static void listed(item const& i, wire::imap::value v, report& out) {
    bool set = false, resources = false;
    auto const first = v.offset();
    for (; v; v = v.next()) {
      auto const name = base::to_upper(v.raw());
      set = set || name == "QUOTASET";
      resources = resources || name.starts_with("QUOTA=RES-");
    }
    if (set && !resources)
      out.add(i, {"no-resource", "QUOTASET, and no QUOTA=RES-", {"QUOTA=RES-STORAGE or another"}, first});
  }

  void roots(item const& i) {
    auto& a = answers_[i.session];
    a.named = true;
    for (auto v = i.response->args().next(); v; v = v.next()) a.roots.insert(v.text());
  }

  void told(item const& i, report& out) {
    auto const root = i.response->args();
    roots_[i.imap->account].insert(root.text());
    answers_[i.session].told.insert(root.text());
    auto const list = root.next();
    for (auto v = list.first(); v; v = v.next().next().next()) {
      auto const name = base::to_upper(v.raw());
      auto const usage = v.next().number(), limit = v.next().next().number();
      if (i.imap->capabilities_known && is_9208(*i.imap) && !i.imap->can("QUOTA=RES-" + name))
        out.add(i, {"unannounced",
                    fmt::format("{}, and QUOTA=RES-{} is not announced", name, name),
                    {fmt::format("QUOTA=RES-{}", name)},
                    v.offset()});
      if (usage && limit) compare(i, root.text(), name, *usage, *limit, v.offset(), out);
    }
  }

  void compare(item const& i, std::string const& root, std::string const& name, std::uint64_t usage,
               std::uint64_t limit, std::size_t offset, report& out) {
    auto& before = known_[i.imap->account + "\n" + root + "\n" + name];
    bool const quiet = in_flight_ == 0 && !lost_;
    if (before.quiet && quiet && before.limits_set == limits_set_ && before.limit != limit)
      out.add(i, {"limit",
                  fmt::format("the limit of {} in {} is {}, was {}, and nobody set it", name, base::printable(root),
                              limit, before.limit),
                  {std::to_string(before.limit)},
                  offset});
    bool const only_added = before.quiet && quiet && before.removals == removals_;
    auto const added = added_ - before.added;
    bool const counts = name == "MESSAGE" && roots_[i.imap->account].size() == 1 && !uncounted_;
    if (only_added && usage < before.usage && name == "MESSAGE")
      out.add(i, {"messages",
                  fmt::format("{} of {} used, {} before, and nothing was removed", usage, name, before.usage),
                  {},
                  offset});
    else if (only_added && counts && usage != before.usage + added)
      out.add(i, {"messages",
                  fmt::format("MESSAGE {} used, {} before, and {} were added", usage, before.usage, added),
                  {std::to_string(before.usage + added)},
                  offset});
    else if (only_added && added == 0 && usage != before.usage && !uncounted_)
      out.add(i, {"usage",
                  fmt::format("{} of {} used, {} before, and nobody did anything", usage, name, before.usage),
                  {std::to_string(before.usage)},
                  offset});
    before = {usage, limit, added_, removals_, limits_set_, quiet};
  }

  void over(item const& i, report& out) {
    softly_[i.session] = true;
    bool const adding = std::ranges::any_of(i.imap->in_progress, [](auto const& c) {
      return adds(c.sent) || c.is("MOVE") || c.is("REPLACE") || c.is("CREATE") || c.is("SETMETADATA");
    });
    if (i.imap->state != model::imap_state::selected && !adding)
      out.add(i, {"over-anywhere", "untagged OVERQUOTA, with no mailbox selected and nothing being added", {}, 2});
  }

  void answered(item const& i, report& out) {
    auto const& c = i.command->sent;
    bool const ok = i.response->condition == status::ok;
    if (adds(c) || removes(c)) {
      if (running_[i.session] > 0) --running_[i.session], --in_flight_;
      if (removes(c)) ++removals_;
    }
    if (ok && adds(c)) {
      auto const count = messages_of(i);
      beyond(i, c, out);
      if (count)
        added_ += *count;
      else
        uncounted_ = true;
    }
    if (c.name == "SETQUOTA" || c.name == "CREATE") ++limits_set_;
    auto const& a = answers_[i.session];
    if (ok && c.name == "GETQUOTA" && !a.told.contains(std::string(c.arg(0))))
      out.add(i, {"untold", fmt::format("no QUOTA of {} came", base::printable(c.arg(0))), {"* QUOTA ..."}, 0});
    if (!ok || c.name != "GETQUOTAROOT") return;
    if (!a.named) return out.add(i, {"root-untold", "no QUOTAROOT came", {"* QUOTAROOT ..."}, 0});
    for (auto const& root : a.roots)
      if (!a.told.contains(root))
        return out.add(i, {"root-untold",
                           fmt::format("QUOTAROOT names {}, of which no QUOTA came", base::printable(root)),
                           {"* QUOTA ..."},
                           0});
  }

  static std::optional<std::size_t> messages_of(item const& i) {
    auto const code = i.response->code_args();
    if (i.command->is("APPEND")) {
      auto const all = model::appended_messages(i.command->sent);
      return all ? std::optional(all->size()) : std::nullopt;
    }
    if (i.response->code != "COPYUID") return std::nullopt;
    auto const set = wire::imap::sequence_set::parse(code.next().next().raw());
    auto const uids = set ? set->expand(100'000) : std::nullopt;
    return uids ? std::optional(uids->size()) : std::nullopt;
  }

  /// A message that is taken where it goes far beyond the limit that was told last. Limits may be soft, and usage is
  /// counted in units of 1,024 octets, so that a little more says nothing.
  void beyond(item const& i, wire::imap::command const& c, report& out) {
    auto const all = c.name == "APPEND" ? model::appended_messages(c) : std::nullopt;
    if (!all || lost_ || in_flight_ != 0 || softly_[i.session] || roots_[i.imap->account].size() != 1) return;
    for (auto const& [key, r] : known_) {
      if (!key.starts_with(i.imap->account + "\n") || !r.quiet || r.removals != removals_ || r.added != added_)
        continue;
      bool const storage = key.ends_with("\nSTORAGE"), messages = key.ends_with("\nMESSAGE");
      std::uint64_t octets = 0;
      for (auto const& m : *all)
        for (auto const& p : m.pieces) octets += p.url ? 0 : p.text.size();
      bool const over = storage ? r.usage * 1024 + octets > r.limit * 1024 + 4096 : r.usage + all->size() > r.limit;
      if ((!storage && !messages) || !over) continue;
      return out.add(i,
                     {"beyond",
                      fmt::format("{} of {} were used, and an APPEND of {} octets is taken", r.usage, r.limit, octets),
                      {"NO [OVERQUOTA]"},
                      0});
    }
  }

  per_session<answer> answers_{this};
  per_session<int> running_{this};
  per_session<char> softly_{this};         ///< an untagged OVERQUOTA came: the limit is soft
  std::map<std::string, resource> known_;  ///< by account, root and resource
  std::size_t added_ = 0, removals_ = 0, limits_set_ = 0;
  std::map<std::string, std::set<std::string>> roots_;  ///< that were told of, by account
  int in_flight_ = 0;
  bool lost_ = false, uncounted_ = false;
};

checker_kind const kind{
    "quota",
    "Quota roots tell what is used and what may be.",
    {{"no-resource", "RFC9208-1-01", "Who announces QUOTASET announces its resources."},
     {"unannounced", "RFC9208-5-01", "A resource that is told of is announced."},
     {"untold", "RFC9208-4.1.1-01", "GETQUOTA is answered with QUOTA."},
     {"root-untold", "RFC9208-4.1.2-01", "GETQUOTAROOT is answered with the roots, and with QUOTA of each."},
     {"limit", "RFC9208-4.1.3-01", "A limit stays until it is set."},
     {"usage", "RFC9208-5.1-02", "Usage stays while nobody does anything."},
     {"messages", "RFC9208-5.2-02", "MESSAGE counts messages."},
     {"beyond", "RFC9208-4.3.1-01", "What goes beyond a limit is refused."},
     {"over-anywhere", "RFC9208-4.3.1-02", "OVERQUOTA comes with a selected mailbox or to what adds."}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<quota>(); },
    true,
    kinds::everything,
    told::mailboxes | told::completions | told::capabilities};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::quota
