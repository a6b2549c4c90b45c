// search: SEARCH names every message that certainly matches and none that certainly does not (RFC 3501 §6.4.4), as far
// as the mail and its flags are known to this client, be it in SEARCH or in ESEARCH's ALL (RFC 4731 §3.1).
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "check/searching.hpp"
#include "model/esearch.hpp"

namespace mailrig::check::search {
namespace {

using model::truth;

/// The row of RFC 3501 §6.4.4 that says what a key means.
std::string_view row_of(model::search_key const& key, model::search_facts const& f) {
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
      {" OLDER YOUNGER ", "RFC5032-2-02"},
      {" EMAILID THREADID ", "RFC8474-6-01"},
      {" SAVEDBEFORE SAVEDON SAVEDSINCE SAVEDATESUPPORTED ", "RFC8514-4.3-01"},
      {" UIDAFTER UIDBEFORE ", "RFC9738-3.2-01"},
  };
  if (!key.arguments.empty() && key.arguments[0] == "$") return "RFC5182-2.1-08";
  if (auto const& id = key.name == "EMAILID" ? f.email : f.thread;
      (key.name == "EMAILID" || key.name == "THREADID") && id && base::iequals(*id, key.arguments.front()))
    return *id == key.arguments.front() ? "RFC8474-6-01" : "RFC8474-6-02";
  if (key.name == "THREADID" && f.thread && f.thread->empty()) return "RFC8474-5.2-03";
  if (key.name.starts_with("SAVED") && f.has_save_date == std::optional(false)) return "RFC8514-4.3-02";
  if (key.name == "HEADER" && key.arguments.size() == 2 && key.arguments[1].empty()) return "RFC3501-6.4.4-19";
  for (auto const& r : rows)
    if (r.names.find(" " + key.name + " ") != r.names.npos) return r.id;
  return {};
}

/// Of criteria that a message fails: the first key that it fails.
std::string_view failed_row(model::search_key const& criteria, model::search_facts const& f) {
  auto const bad =
      std::ranges::find_if(criteria.keys, [&](auto const& key) { return model::evaluate(key, f) == truth::no; });
  return bad == criteria.keys.end() ? std::string_view("RFC3501-6.4.4-02") : row_of(*bad, f);
}

/// Of criteria that a message meets: the only key, those aside that every message meets or that name it; of several
/// keys any may be the one that is misunderstood, and it is about all of them together.
std::string_view met_row(model::search_key const& criteria, model::search_facts const& f) {
  std::vector<model::search_key const*> telling;
  for (auto const& key : criteria.keys)
    if (key.name != "ALL" && key.name != "SET") telling.push_back(&key);
  if (telling.size() > 1) return "RFC3501-6.4.4-02";
  return row_of(telling.empty() ? criteria.keys.front() : *telling.front(), f);
}

class search final : public checker {
 public:
  void see(item const& i, report& out) override {
    searching_.before(i, out);
    auto& found = found_[i.session];
    if (i.kind == item_kind::command && i.command->is("SEARCH")) found.reset();
    auto const* s = searching_.running(i);
    if (s && s->request.kind == model::search_request::what::search && i.kind == item_kind::response &&
        !i.response->violation) {
      collect(*i.response, *s, found);
      if (searching_.answered(i) && i.response->condition == wire::imap::status::ok && found) judge(i, *s, *found, out);
    }
    searching_.after(i, out);
  }

 private:
  using named = std::set<std::uint64_t>;

  static bool is_plain(searched const& s) { return !s.request.extended || s.request.implied; }

  static void collect(wire::imap::response const& r, searched const& s, std::optional<named>& found) {
    if (r.is("SEARCH") && !s.request.extended) {
      if (!found) found.emplace();
      for (auto v = r.args(); v; v = v.next()) found->insert(v.number().value_or(0));
    }
    if (!r.is("ESEARCH") || !s.request.returns_option("ALL")) return;
    auto const told = model::read_esearch(r);
    if (!told.correlated || told.elsewhere || told.uid != s.request.uid || told.too_long) return;
    found.emplace();
    if (told.all) found->insert(told.all->begin(), told.all->end());
  }

  void judge(item const& i, searched const& s, named const& found, report& out) {
    if (!s.request.criteria) return;
    auto const& criteria = *s.request.criteria;
    for (auto const& v : searching_.verdicts(i, s, out)) {
      if (v.id == 0) continue;
      if (v.must_not_be_found() && found.contains(v.id))
        return out.add(i, {"extra",
                           fmt::format("{} {} does not match", s.request.uid ? "UID" : "message", v.id),
                           {fmt::format("not {}", v.id)},
                           0,
                           {},
                           is_plain(s)     ? failed_row(criteria, v.facts)
                           : s.request.uid ? "RFC4731-3.1-14"
                                           : "RFC4731-3.1-05"});
      if (v.must_be_found() && !found.contains(v.id))
        return out.add(i, {"missing",
                           fmt::format("{} {} matches and is not named", s.request.uid ? "UID" : "message", v.id),
                           {fmt::format("{}", v.id)},
                           0,
                           {},
                           is_plain(s) ? met_row(criteria, v.facts) : "RFC4731-3.1-05"});
    }
  }

  searching searching_{this};
  per_session<std::optional<named>> found_{this};  ///< in all answers to the search under way
};

constexpr std::string_view key_rows =
    "RFC3501-6.4.4-02 RFC3501-6.4.4-03 RFC3501-6.4.4-11 RFC3501-6.4.4-12 RFC3501-6.4.4-13 RFC3501-6.4.4-14 "
    "RFC3501-6.4.4-15 RFC3501-6.4.4-17 RFC3501-6.4.4-18 RFC3501-6.4.4-19 RFC3501-6.4.4-20 RFC3501-6.4.4-21 "
    "RFC3501-6.4.4-22 RFC3501-6.4.4-23 RFC4731-3.1-05 RFC4731-3.1-14 RFC5032-2-02 RFC5182-2.1-08 "
    "RFC8474-6-01 RFC8474-6-02 RFC8474-5.2-03 RFC8514-4.3-01 RFC8514-4.3-02 RFC9738-3.2-01 "
    "RFC2683-3.2.3-01 RFC2683-3.2.3-02";

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
}  // namespace mailrig::check::search
