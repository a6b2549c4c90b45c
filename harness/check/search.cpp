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
#include "wire/imap/internal_date.hpp"

namespace mailrig::check {
namespace {

using model::truth;

/// The row of RFC 3501 §6.4.4 that says what a key means.
std::string_view row_of(model::search_key const& key) {
  struct row {
    std::string_view names, id;
  };
  static constexpr row rows[] = {
      {" ALL ", "RFC3501-6.4.4-11"},
      {" ANSWERED UNANSWERED DELETED UNDELETED DRAFT UNDRAFT FLAGGED UNFLAGGED SEEN UNSEEN ", "RFC3501-6.4.4-12"},
      {" KEYWORD UNKEYWORD ", "RFC3501-6.4.4-13"},
      {" NEW OLD RECENT ", "RFC3501-6.4.4-14"},
      {" BEFORE ON SINCE ", "RFC3501-6.4.4-15"},
      {" SENTBEFORE SENTON SENTSINCE ", "RFC3501-6.4.4-17"},
      {" LARGER SMALLER ", "RFC3501-6.4.4-18"},
      {" HEADER ", "RFC3501-6.4.4-20"},
      {" FROM TO CC BCC ", "RFC3501-6.4.4-21"},
      {" TEXT BODY ", "RFC3501-6.4.4-22"},
      {" SET UID ", "RFC3501-6.4.4-23"},
      {" AND OR NOT ", "RFC3501-6.4.4-03"},
  };
  if (key.name == "HEADER" && key.arguments.size() == 2 && key.arguments[1].empty()) return "RFC3501-6.4.4-19";
  for (auto const& r : rows)
    if (r.names.find(" " + key.name + " ") != r.names.npos) return r.id;
  return {};
}

/// Of criteria that a message fails: the first key that it fails.
std::string_view failed_row(model::search_key const& criteria, model::search_facts const& f) {
  auto const bad =
      std::ranges::find_if(criteria.keys, [&](auto const& key) { return model::evaluate(key, f) == truth::no; });
  return bad == criteria.keys.end() ? std::string_view("RFC3501-6.4.4-02") : row_of(*bad);
}

/// Of criteria that a message meets: the only key, those aside that every message meets or that name it; of several
/// keys any may be the one that is misunderstood, and it is about all of them together.
std::string_view met_row(model::search_key const& criteria) {
  std::vector<model::search_key const*> telling;
  for (auto const& key : criteria.keys)
    if (key.name != "ALL" && key.name != "SET") telling.push_back(&key);
  if (telling.size() > 1) return "RFC3501-6.4.4-02";
  return row_of(telling.empty() ? criteria.keys.front() : *telling.front());
}

class search final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.kind == item_kind::command) command(i);
    if (i.kind == item_kind::response && !i.response->violation) response(i, out);
    truth_.see(i);
  }

 private:
  struct candidate {
    std::uint32_t number, uid, serial;
  };
  /// What FETCH told of a message in this session.
  struct told {
    std::optional<bool> recent;
    std::optional<std::uint64_t> size;
    std::optional<std::int64_t> day;
  };
  struct knowledge {
    std::map<std::uint32_t, told> messages;  ///< by serial
    std::uint32_t asked = 0;                 ///< serial of the SEARCH that is being answered; 0 none
    bool uid = false;
    std::optional<std::set<std::uint64_t>> found;  ///< in all answers to it
    std::optional<model::search_key> key;
    std::vector<candidate> candidates;
  };

  void command(item const& i) {
    auto& k = known_[i.session];
    if (i.command->is("SELECT") || i.command->is("EXAMINE")) k = {};
    if (i.command->is("SEARCH")) ask(i, k);
  }

  static void ask(item const& i, knowledge& k) {
    k.asked = 0;
    auto const& view = i.imap->view;
    if (i.imap->in_progress.size() != 1 || i.imap->state != model::imap_state::selected || view.size() > 2000) return;
    k.key = model::read_search(i.command->sent);
    if (!k.key) return;
    k.candidates.clear();
    for (std::size_t n = 1; n <= view.size(); ++n)
      k.candidates.push_back({std::uint32_t(n), view.at(n).uid, view.at(n).serial});
    k.asked = i.command->serial;
    k.uid = i.command->sent.uid;
    k.found.reset();
  }

  void response(item const& i, report& out) {
    auto const& r = *i.response;
    auto& k = known_[i.session];
    if (r.is("FETCH") && r.number >= 1 && r.number <= i.imap->view.size()) learn(i, k);
    if (r.is("EXISTS")) k.asked = 0;  // "*" means another message now
    if (k.asked == 0) return;
    if (r.is("SEARCH")) {
      if (!k.found) k.found.emplace();
      for (auto v = r.args(); v; v = v.next()) k.found->insert(v.number().value_or(0));
    }
    if (!i.command || i.command->serial != k.asked) return;
    if (r.condition == wire::imap::status::ok && k.found) judge(i, k, out);
    k.asked = 0;
  }

  static void learn(item const& i, knowledge& k) {
    auto& t = k.messages[i.imap->view.at(i.response->number).serial];
    model::for_each_item(*i.response, [&](auto name, auto data) {
      if (name.names("FLAGS")) {
        t.recent = false;
        for (auto f = data.first(); f; f = f.next()) t.recent = *t.recent || f.names("\\Recent");
      }
      if (name.names("RFC822.SIZE")) t.size = data.number();
      if (name.names("INTERNALDATE")) t.day = day_of(data.text());
    });
  }

  /// " 5-Jan-2026 10:00:00 +0000": the day that stands there, whatever the zone (RFC 3501 §6.4.4, ON).
  static std::optional<std::int64_t> day_of(std::string_view date_time) {
    auto const parts = base::split(base::trim(date_time.substr(0, 11)), '-');
    return parts.size() == 3 ? wire::imap::day_of(parts[0], parts[1], parts[2]) : std::nullopt;
  }

  model::search_facts facts(item const& i, knowledge const& k, candidate const& c, model::search_facts f, bool all_uids,
                            report& out) {
    f.number = c.number;
    f.uid = all_uids ? c.uid : 0;
    f.mail = truth_.find(*i.imap, {c.uid, c.serial});
    auto const told_before = k.messages.find(c.serial);
    if (told_before != k.messages.end()) f.size = told_before->second.size, f.day = told_before->second.day;
    auto const recent = told_before == k.messages.end() ? std::nullopt : told_before->second.recent;
    auto const* opened = out.together().open_mailbox_of(i.session);
    auto const* life = opened ? opened->box->find(c.uid) : nullptr;
    f.has_flag = [&, recent, opened, life](std::string const& flag) -> std::optional<bool> {
      if (flag == "\\recent") return recent;
      return life ? life->has(flag, opened->polled, out.together().now() + 1, i.session) : std::nullopt;
    };
    return f;
  }

  /// Another session may have removed it: then a server may show and find of it what it likes (RFC 2180 §4).
  static bool may_be_gone(item const& i, candidate const& c, report& out) {
    auto const* opened = out.together().open_mailbox_of(i.session);
    auto const* m = opened ? opened->box->find(c.uid) : nullptr;
    return m && (m->gone != model::never || opened->box->cause(*m, out.together().now() + 1));
  }

  void judge(item const& i, knowledge const& k, report& out) {
    auto const& told = *k.found;
    model::search_facts shared;
    shared.count = std::uint32_t(k.candidates.size());
    for (auto const& c : k.candidates) shared.largest_uid = std::max(shared.largest_uid, c.uid);
    bool const all_uids = std::ranges::all_of(k.candidates, [](auto const& c) { return c.uid != 0; });
    for (auto const& c : k.candidates) {
      auto const id = k.uid ? c.uid : c.number;
      if (id == 0 || may_be_gone(i, c, out)) continue;
      auto const known = facts(i, k, c, shared, all_uids, out);
      auto const matches = model::evaluate(*k.key, known);
      if (matches == truth::no && told.contains(id))
        return out.add(i, {"extra",
                           fmt::format("{} {} does not match", k.uid ? "UID" : "message", id),
                           {fmt::format("not {}", id)},
                           0,
                           {},
                           failed_row(*k.key, known)});
      bool const here = i.imap->view.number_of(c.serial).has_value() && !truth_.disturbed(i.session);
      if (matches == truth::yes && here && !told.contains(id))
        return out.add(i, {"missing",
                           fmt::format("{} {} matches and is not named", k.uid ? "UID" : "message", id),
                           {fmt::format("{}", id)},
                           0,
                           {},
                           met_row(*k.key)});
    }
  }

  model::mail_truth truth_;
  per_session<knowledge> known_{this};
};

constexpr std::string_view key_rows =
    "RFC3501-6.4.4-02 RFC3501-6.4.4-03 RFC3501-6.4.4-11 RFC3501-6.4.4-12 RFC3501-6.4.4-13 RFC3501-6.4.4-14 "
    "RFC3501-6.4.4-15 RFC3501-6.4.4-17 RFC3501-6.4.4-18 RFC3501-6.4.4-19 RFC3501-6.4.4-20 RFC3501-6.4.4-21 "
    "RFC3501-6.4.4-22 RFC3501-6.4.4-23";

checker_kind const kind{"search",
                        "SEARCH finds what matches, by the mail and flags that are known.",
                        {{"extra", "RFC3501-6.4.4-10", "SEARCH names no message that does not match.", key_rows},
                         {"missing", "RFC3501-6.4.4-10", "SEARCH names every message that matches.", key_rows}},
                        +[]() -> std::unique_ptr<checker> { return std::make_unique<search>(); },
                        true,
                        kinds::everything,
                        told::numbers | told::messages};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check
