// search: SEARCH names every message that certainly matches and none that certainly does not (RFC 3501 §6.4.4), as far
// as the mail and its flags are known to this client.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "check/checker.hpp"
#include "model/fetch_request.hpp"
#include "model/search_oracle.hpp"

namespace mailrig::check {
namespace {

using model::truth;

class search final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.kind == item_kind::command) command(i);
    if (i.kind == item_kind::response && !i.response->violation) response(i, out);
    truth_.see(i);
  }

 private:
  struct hope {
    std::uint32_t number, uid, serial;
    truth matches;
  };
  struct knowledge {
    std::map<std::uint32_t, std::set<std::string>> flags;  ///< by serial; told since the last change that we know of
    bool flags_disturbed = false;                          ///< somebody else changes flags
    std::uint32_t asked = 0;                               ///< serial of the SEARCH that is being answered; 0 none
    bool answered = false, uid = false;
    std::vector<hope> hopes;
  };

  void command(item const& i) {
    auto const& c = *i.command;
    auto& k = known_[i.session];
    sessions_ = std::max<std::size_t>(sessions_, i.session + 1);
    if (c.is("SELECT") || c.is("EXAMINE")) k = {};
    if (c.is("STORE") || (c.is("FETCH") && sets_seen(c.sent))) {
      k.flags.clear();
      disturb(i);
    }
    if (c.is("SEARCH")) ask(i, k);
  }

  /// Other sessions of the store know less from now on.
  void disturb(item const& i) {
    for (history::session_id s = 0; s < sessions_; ++s) {
      if (s == i.session) continue;
      known_[s].flags.clear();
      known_[s].flags_disturbed = true;
    }
  }

  static bool sets_seen(wire::imap::command const& fetch) {
    auto const text = base::to_upper(fetch.octets);
    return text.find("BODY[") != text.npos || text.find("RFC822") != text.npos;
  }

  void ask(item const& i, knowledge& k) {
    k.asked = 0;
    auto const& view = i.imap->view;
    if (i.imap->in_progress.size() != 1 || i.imap->state != model::imap_state::selected || view.size() > 2000) return;
    auto const key = model::read_search(i.command->sent);
    if (!key) return;
    k.hopes.clear();
    bool const all_uids = std::ranges::all_of(view.slots(), [](auto const& m) { return m.uid != 0; });
    for (std::size_t n = 1; n <= view.size(); ++n) {
      auto const& m = view.at(n);
      model::search_facts f;
      f.number = std::uint32_t(n);
      f.uid = all_uids ? m.uid : 0;
      f.count = std::uint32_t(view.size());
      f.largest_uid = view.largest_uid();
      f.mail = truth_.find(*i.imap, m);
      if (auto const flags = k.flags.find(m.serial); flags != k.flags.end() && !k.flags_disturbed)
        f.flags = flags->second;
      k.hopes.push_back({f.number, m.uid, m.serial, model::evaluate(*key, f)});
    }
    k.asked = i.command->serial;
    k.uid = i.command->sent.uid;
    k.answered = false;
  }

  void response(item const& i, report& out) {
    auto const& r = *i.response;
    auto& k = known_[i.session];
    if (r.is("FETCH") && r.number >= 1 && r.number <= i.imap->view.size()) learn(i, k);
    if (r.is("EXISTS")) k.asked = 0;  // "*" means another message now
    if (k.asked == 0) return;
    if (r.is("SEARCH") && !k.answered) {
      k.answered = true;
      judge(i, k, out);
    }
    if (i.command && i.command->serial == k.asked) k.asked = 0;
  }

  static void learn(item const& i, knowledge& k) {
    if (auto told = model::told_flags(*i.response))
      k.flags[i.imap->view.at(i.response->number).serial] = std::move(*told);
  }

  void judge(item const& i, knowledge const& k, report& out) {
    std::set<std::uint64_t> told;
    for (auto v = i.response->args(); v; v = v.next()) told.insert(v.number().value_or(0));
    for (auto const& h : k.hopes) {
      auto const id = k.uid ? h.uid : h.number;
      if (id == 0) continue;
      if (h.matches == truth::no && told.contains(id))
        return out.add(i, {"extra",
                           fmt::format("{} {} does not match", k.uid ? "UID" : "message", id),
                           {fmt::format("not {}", id)},
                           0});
      bool const here = i.imap->view.number_of(h.serial).has_value() && !truth_.disturbed(i.session);
      if (h.matches == truth::yes && here && !told.contains(id))
        return out.add(i, {"missing",
                           fmt::format("{} {} matches and is not named", k.uid ? "UID" : "message", id),
                           {fmt::format("{}", id)},
                           0});
    }
  }

  model::mail_truth truth_;
  per_session<knowledge> known_{this};
  std::size_t sessions_ = 0;
};

checker_kind const kind{"search",
                        "SEARCH finds what matches, by the mail and flags that are known.",
                        {{"extra", "RFC3501-6.4.4-10", "SEARCH names no message that does not match."},
                         {"missing", "RFC3501-6.4.4-10", "SEARCH names every message that matches."}},
                        +[]() -> std::unique_ptr<checker> { return std::make_unique<search>(); },
                        true};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check
