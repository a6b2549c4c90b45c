// sort: SORT names what matches, each message once, in the order of its criteria and where these are equal in that of
// the mailbox (RFC 5256 §3, RFC 5957 §4), be it in SORT or in ESEARCH (RFC 5267 §3).
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "check/searching.hpp"
#include "model/esearch.hpp"

namespace mailrig::check::sort {
namespace {

using model::search_request;
using wire::imap::status;

std::string_view row_of_key(model::sort_criterion const* by) {
  if (!by) return "RFC5256-3.SORT-05";
  if (by->reverse) return "RFC5256-3.SORT-07";
  struct row {
    std::string_view key, id;
  };
  for (auto const& [key, id] :
       {row{"ARRIVAL", "RFC5256-3.SORT-08"}, row{"DATE", "RFC5256-2.2-01"}, row{"SUBJECT", "RFC5256-2.1-01"},
        row{"SIZE", "RFC5256-3.SORT-10"}, row{"FROM", "RFC5256-3.SORT-09"}, row{"TO", "RFC5256-3.SORT-09"},
        row{"CC", "RFC5256-3.SORT-09"}, row{"DISPLAYFROM", "RFC5957-4-01"}, row{"DISPLAYTO", "RFC5957-4-01"}})
    if (by->key == key) return id;
  return "RFC5256-3.SORT-05";
}

std::string told_key(model::sort_criterion const* by) {
  return by ? (by->reverse ? "REVERSE " : "") + by->key : "the order within the mailbox";
}

class sort_answers final : public checker {
 public:
  void see(item const& i, report& out) override {
    searching_.before(i, out);
    auto& a = answers_[i.session];
    if (i.kind == item_kind::command && i.command->is("SORT")) a = {};
    auto const* s = searching_.running(i);
    if (s && s->request.kind == search_request::what::sort && i.kind == item_kind::response && !i.response->violation) {
      collect(*i.response, *s, a);
      if (searching_.answered(i) && i.response->condition == status::ok) judge(i, *s, a, out);
    }
    searching_.after(i, out);
  }

 private:
  struct answer {
    std::optional<std::vector<std::uint32_t>> sorted;  ///< all of them, as they came
    std::optional<model::esearch> told;
  };
  /// More are compared with their neighbours only.
  static constexpr std::size_t most_compared = 200;

  static void collect(wire::imap::response const& r, searched const& s, answer& a) {
    if (r.is("SORT") && !s.request.extended) {
      if (!a.sorted) a.sorted.emplace();
      for (auto v = r.args(); v && !v.is_list(); v = v.next())
        a.sorted->push_back(std::uint32_t(v.number().value_or(0)));
    }
    if (!r.is("ESEARCH")) return;
    auto told = model::read_esearch(r);
    if (!told.correlated || told.elsewhere || told.uid != s.request.uid || told.too_long) return;
    if (told.has("ADDTO") || told.has("REMOVEFROM")) return;
    if (s.request.returns_option("ALL")) a.sorted = told.all.value_or(std::vector<std::uint32_t>());
    a.told = std::move(told);
  }

  void judge(item const& i, searched const& s, answer const& a, report& out) {
    if (!s.request.extended && !a.sorted)
      return out.add(i, {"unanswered", "SORT is answered OK without SORT data", {"* SORT ..."}, 0});
    auto const verdicts = searching_.verdicts(i, s, out);
    std::map<std::uint32_t, model::sort_entry> entries;
    for (auto const& v : verdicts)
      if (v.id != 0 && !v.may_be_gone) entries.emplace(v.id, model::entry_of(s.request.order, v.sortable()));
    if (a.sorted && same_set(i, s, *a.sorted, verdicts, out)) in_order(i, s, *a.sorted, entries, "order", out);
    if (!a.told) return;
    if (a.told->partial) in_order(i, s, *a.told->partial, entries, "order", out);
    edges(i, s, *a.told, verdicts, entries, out);
  }

  static void in_order(item const& i, searched const& s, std::vector<std::uint32_t> const& sorted,
                       std::map<std::uint32_t, model::sort_entry> const& entries, std::string_view rule, report& out) {
    auto const reach = sorted.size() > most_compared ? 1 : sorted.size();
    for (std::size_t at = 0; at < sorted.size(); ++at)
      for (auto to = at + 1; to < sorted.size() && to <= at + reach; ++to) {
        auto const first = entries.find(sorted[at]), second = entries.find(sorted[to]);
        if (first == entries.end() || second == entries.end()) continue;
        model::sort_criterion const* by = nullptr;
        if (model::sorts(s.request.order, first->second, second->second, &by) != std::partial_ordering::greater)
          continue;
        return out.add(i, {rule,
                           fmt::format("{} comes before {}, against {}", sorted[at], sorted[to], told_key(by)),
                           {fmt::format("{} before {}", sorted[to], sorted[at])},
                           0,
                           {},
                           row_of_key(by)});
      }
  }

  /// RFC 5267 §3.1: MIN is the first in the order, MAX the last.
  static void edges(item const& i, searched const& s, model::esearch const& told,
                    std::vector<search_verdict> const& verdicts,
                    std::map<std::uint32_t, model::sort_entry> const& entries, report& out) {
    for (bool const first : {true, false}) {
      auto const edge = first ? told.min : told.max;
      auto const own = edge ? entries.find(std::uint32_t(*edge)) : entries.end();
      if (own == entries.end()) continue;
      auto const name = first ? "MIN" : "MAX";
      for (auto const& v : verdicts) {
        if (v.id == *edge && v.must_not_be_found())
          return out.add(i, {"edge", fmt::format("{} {} does not match", name, *edge), {}, 0});
        if (v.id == 0 || v.id == *edge || !v.must_be_found()) continue;
        auto const order = model::sorts(s.request.order, entries.at(v.id), own->second);
        if (order == (first ? std::partial_ordering::less : std::partial_ordering::greater))
          return out.add(
              i, {"edge",
                  fmt::format("{} is {}, and {} is sorted {} it", name, *edge, v.id, first ? "before" : "behind"),
                  {},
                  0,
                  {},
                  first ? "RFC5267-3.1-01" : "RFC5267-3.1-02"});
      }
    }
  }

  searching searching_{this};
  per_session<answer> answers_{this};
};

checker_kind const kind{
    "sort",
    "SORT names what matches, in the order that was asked for.",
    {{"extra", "RFC5256-3.SORT-04", "SORT names no message that does not match."},
     {"missing", "RFC5256-3.SORT-04", "SORT names every message that matches."},
     {"repeated", "RFC5256-3.SORT-04", "SORT names each message once.", "RFC5267-3.2-01"},
     {"unanswered", "RFC5256-4-01", "SORT is answered by SORT data, also where nothing matches."},
     {"order", "RFC5256-3.SORT-06", "The order is that of the criteria, and then that of the mailbox.",
      "RFC5256-3.SORT-05 RFC5256-3.SORT-07 RFC5256-3.SORT-08 RFC5256-3.SORT-09 RFC5256-3.SORT-10 RFC5256-3.SORT-11 "
      "RFC5256-2.1-01 RFC5256-2.1-02 RFC5256-2.1-03 RFC5256-2.1-04 RFC5256-2.1-05 RFC5256-2.1-06 RFC5256-2.1-07 "
      "RFC5256-2.2-01 RFC5256-2.2-04 RFC5256-2.2-05 RFC5256-7-01 RFC5957-4-01 RFC5267-3.1-03"},
     {"edge", "RFC5267-3.1-01", "Of SORT's results MIN is the first and MAX the last.", "RFC5267-3.1-02"}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<sort_answers>(); },
    true,
    kinds::everything,
    told::numbers | told::messages};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::sort
