// esearch: what SEARCH and SORT with RETURN are answered by: one ESEARCH with the command's tag, the items that were
// asked for, and these true and in keeping with each other (RFC 4731 §3, RFC 4466 §2.6, RFC 9394 §3.1).
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "check/searching.hpp"
#include "model/esearch.hpp"

namespace mailrig::check::esearch {
namespace {

using model::search_request;
using wire::imap::status;

bool asks_modseq(model::search_key const& key) {
  return key.name == "MODSEQ" || std::ranges::any_of(key.keys, asks_modseq);
}

/// What is certain of the messages that match: how many there are at least and at most.
struct bounds {
  std::size_t least = 0, most = 0;
};
bounds bounds_of(std::vector<search_verdict> const& all) {
  bounds out;
  for (auto const& v : all) {
    out.least += v.must_be_found();
    out.most += !v.must_not_be_found();
  }
  return out;
}

class esearch_answers final : public checker {
 public:
  void see(item const& i, report& out) override {
    searching_.before(i, out);
    auto& a = answers_[i.session];
    if (i.kind == item_kind::command) begin(i, a);
    if (i.kind == item_kind::response && !i.response->violation) response(i, a, out);
    searching_.after(i, out);
  }

 private:
  struct answer {
    std::vector<model::esearch> told;  ///< with the tag of the search under way
    bool plain = false;                ///< SEARCH or SORT came too
  };

  static void begin(item const& i, answer& a) {
    if (!i.command->is("SEARCH") && !i.command->is("SORT")) return;
    a.told.clear();
    a.plain = false;
  }

  void response(item const& i, answer& a, report& out) {
    auto const& r = *i.response;
    a.plain = a.plain || r.is("SEARCH") || r.is("SORT");
    auto const* s = searching_.running(i);
    if (r.is("ESEARCH")) {
      auto told = model::read_esearch(r);
      // Another checker looks at how results change that are kept up to date.
      bool const news = !told.changes.empty() && !told.count && !told.all && !told.min && !told.max;
      if (!told.elsewhere && !news) correlated(i, told, out);
      auto const* running = i.imap->find(told.tag);
      if (s && !news && told.correlated && running && running->serial == s->command) a.told.push_back(std::move(told));
    }
    if (s && s->request.extended && searching_.answered(i) && r.condition == status::ok) judge(i, *s, a, out);
  }

  static void correlated(item const& i, model::esearch const& told, report& out) {
    if (!told.correlated) return;
    auto const* c = i.imap->find(told.tag);
    bool const searches = c && (c->is("SEARCH") || c->is("SORT") || c->is("ESEARCH"));
    if (!searches) return out.add(i, {"tag", fmt::format("\"{}\" is the tag of no search under way", told.tag), {}, 2});
    if (told.uid != c->sent.uid)
      out.add(i, {"uid",
                  c->sent.uid ? "UID is missing: the command was a UID command" : "UID where the command was not one",
                  {c->sent.uid ? "UID" : "no UID"},
                  2});
  }

  void judge(item const& i, searched const& s, answer const& a, report& out) {
    auto const& asked = s.request;
    bool const both_sets = asked.returns_option("ALL") && asked.returns_option("PARTIAL");
    if (both_sets) return;  // RFC 9394 §3.1: no client may ask for it
    bool owed = false;
    for (auto const* option : {"MIN", "MAX", "ALL", "COUNT", "PARTIAL"}) owed = owed || asked.returns_option(option);
    auto const refused = asked.implied ? "RFC9051-6.4.4-01" : std::string_view();
    if (a.plain && !owed)
      return out.add(i, {"suppressed", "SEARCH data where only SAVE was asked for", {"no SEARCH data"}, 0});
    // RFC 9051 appendix A: who speaks both revisions may tell what the first one has besides.
    if (a.plain && !asked.implied)
      out.add(i, {"both", "SEARCH or SORT data beside ESEARCH, or in its place", {"ESEARCH alone"}, 0});
    if (a.told.size() > 1 || (owed && a.told.empty()))
      return out.add(
          i,
          {"single", fmt::format("OK after {} ESEARCH responses", a.told.size()), {"* ESEARCH ..."}, 0, {}, refused});
    if (a.told.empty()) return;
    auto const& told = a.told.front();
    for (auto const& name : told.items)
      if (told.times(name) > 1) out.add(i, {"repeated", fmt::format("{} came twice", name), {}, 0});
    auto const verdicts = searching_.verdicts(i, s, out);
    if (!items(i, asked, told, verdicts, out) || !in_keeping(i, asked, told, out)) return;
    if (told.count) counted(i, told, verdicts, out);
    if (asked.kind == search_request::what::search) {
      edges(i, told, verdicts, out);
      if (told.partial && asked.partial) part(i, *asked.partial, told, verdicts, out);
    }
  }

  /// Which items are there, and which are not. False when what follows need not be looked at.
  static bool items(item const& i, search_request const& asked, model::esearch const& told,
                    std::vector<search_verdict> const& verdicts, report& out) {
    auto const certain = bounds_of(verdicts);
    bool const none = told.count ? *told.count == 0 : certain.most == 0;
    bool const some = told.count ? *told.count > 0 : certain.least > 0;
    struct row {
      std::string_view name, found, not_found;
    };
    for (auto const& [name, found, not_found] :
         {row{"MIN", "RFC4731-3.1-01", "RFC4731-3.1-02"}, row{"MAX", "RFC4731-3.1-03", "RFC4731-3.1-04"},
          row{"ALL", "RFC4731-3.1-05", "RFC4731-3.1-06"}}) {
      if (none && told.has(name))
        return out.add(i, {"none", fmt::format("{} where nothing matches", name), {}, 0, {}, not_found}), false;
      if (some && asked.returns_option(name) && !told.has(name))
        return out.add(i, {"absent", fmt::format("{} is missing", name), {fmt::format("{} ...", name)}, 0, {}, found}),
               false;
    }
    if (asked.returns_option("COUNT") && !told.count)
      return out.add(i, {"count-missing", "COUNT is missing", {"COUNT ..."}, 0}), false;
    if (asked.partial && (!told.partial || !same_range(*asked.partial, told.partial_range)))
      return out.add(i, {"partial", "PARTIAL with the range that was asked for is missing", {"PARTIAL (...)"}, 0}),
             false;
    bool const names_some = some || told.min || told.max || (told.all && !told.all->empty());
    if (asked.criteria && asks_modseq(*asked.criteria) && names_some && !told.has("MODSEQ"))
      out.add(i, {"modseq", "MODSEQ is missing: the criteria have MODSEQ", {"MODSEQ ..."}, 0});
    return true;
  }
  static bool same_range(model::result_range const& asked, std::string_view told) {
    auto const range = model::read_range(told);
    return range && range->low == asked.low && range->high == asked.high && range->from_end == asked.from_end;
  }

  /// The items agree with each other.
  static bool in_keeping(item const& i, search_request const& asked, model::esearch const& told, report& out) {
    auto const against = [&](std::string text) {
      out.add(i, {"consistent", std::move(text), {}, 0});
      return false;
    };
    bool const by_number = asked.kind == search_request::what::search;
    if (by_number && told.min && told.max && *told.min > *told.max)
      return against(fmt::format("MIN {} is above MAX {}", *told.min, *told.max));
    if (told.count && *told.count == 1 && told.min && told.max && *told.min != *told.max)
      return against(fmt::format("MIN and MAX differ, and COUNT is 1"));
    if (!told.all || told.too_long || told.all->empty()) return true;
    std::set<std::uint32_t> const all(told.all->begin(), told.all->end());
    if (told.count && *told.count != all.size())
      return against(fmt::format("COUNT is {}, and ALL names {}", *told.count, all.size()));
    auto const least = by_number ? *all.begin() : told.all->front();
    auto const most = by_number ? *all.rbegin() : told.all->back();
    if (told.min && *told.min != least) return against(fmt::format("MIN is {}, and ALL has {}", *told.min, least));
    if (told.max && *told.max != most) return against(fmt::format("MAX is {}, and ALL has {}", *told.max, most));
    return true;
  }

  static void counted(item const& i, model::esearch const& told, std::vector<search_verdict> const& verdicts,
                      report& out) {
    auto const certain = bounds_of(verdicts);
    if (*told.count >= certain.least && *told.count <= certain.most) return;
    out.add(i, {"count",
                fmt::format("COUNT is {}, and {} match", *told.count,
                            certain.least == certain.most ? std::to_string(certain.least)
                                                          : fmt::format("{} to {}", certain.least, certain.most)),
                {},
                0});
  }

  /// MIN is the lowest that matches, MAX the highest.
  static void edges(item const& i, model::esearch const& told, std::vector<search_verdict> const& verdicts,
                    report& out) {
    for (bool const lowest : {true, false}) {
      auto const edge = lowest ? told.min : told.max;
      if (!edge) continue;
      auto const name = lowest ? "MIN" : "MAX";
      auto const requirement = lowest ? "RFC4731-3.1-01" : "RFC4731-3.1-03";
      for (auto const& v : verdicts) {
        if (v.id == 0) continue;
        if (v.id == *edge && v.must_not_be_found())
          return out.add(i, {"edge", fmt::format("{} {} does not match", name, *edge), {}, 0, {}, requirement});
        if (v.must_be_found() && (lowest ? v.id < *edge : v.id > *edge))
          return out.add(i,
                         {"edge", fmt::format("{} is {}, and {} matches", name, *edge, v.id), {}, 0, {}, requirement});
      }
    }
  }

  /// PARTIAL has those of the results, in mailbox order, that the range names.
  static void part(item const& i, model::result_range const& range, model::esearch const& told,
                   std::vector<search_verdict> const& verdicts, report& out) {
    auto const& part = *told.partial;
    auto const against = [&](std::string text) { out.add(i, {"partial", std::move(text), {}, 0}); };
    if (!range.from_end && !std::ranges::is_sorted(part)) return against("PARTIAL's results are not in mailbox order");
    for (auto const& v : verdicts)
      if (v.must_not_be_found() && std::ranges::find(part, v.id) != part.end())
        return against(fmt::format("PARTIAL has {}, which does not match", v.id));
    std::vector<std::uint32_t> found;
    for (auto const& v : verdicts) {
      if (!v.must_be_found() && !v.must_not_be_found()) return;
      if (v.must_be_found()) found.push_back(v.id);
    }
    if (range.from_end) std::ranges::reverse(found);
    auto const first = std::min<std::size_t>(range.low - 1, found.size());
    auto const last = std::min<std::size_t>(range.high, found.size());
    std::set<std::uint32_t> const wanted(found.begin() + std::ptrdiff_t(first), found.begin() + std::ptrdiff_t(last));
    if (wanted != std::set<std::uint32_t>(part.begin(), part.end()))
      against(fmt::format("PARTIAL {} has {} results, which are not the {} that lie there", told.partial_range,
                          part.size(), wanted.size()));
  }

  searching searching_{this};
  per_session<answer> answers_{this};
};

checker_kind const kind{
    "esearch",
    "SEARCH RETURN is answered by one ESEARCH that is true and agrees with itself.",
    {{"single", "RFC4731-3.1-08", "An extended search has one ESEARCH response.", "RFC5267-3-01 RFC9051-6.4.4-01"},
     {"both", "RFC4466-2.6.1-02", "SEARCH and ESEARCH data exclude each other."},
     {"suppressed", "RFC5182-2.1-02", "Where only SAVE is asked for no SEARCH data come."},
     {"tag", "RFC4731-3.1-12", "ESEARCH has the tag of the command that it answers."},
     {"uid", "RFC4731-3.1-09", "ESEARCH has the UID indicator where it answers a UID command, and nowhere else."},
     {"repeated", "RFC4466-2.6.2-01", "Each item stands once in an ESEARCH response."},
     {"count-missing", "RFC4731-3.1-07", "COUNT is told where it was asked for."},
     {"none", "RFC4731-3.1-06", "Where nothing matches there is no MIN, MAX or ALL.", "RFC4731-3.1-02 RFC4731-3.1-04"},
     {"absent", "RFC4731-3.1-05", "What was asked for is told where something matches.",
      "RFC4731-3.1-01 RFC4731-3.1-03 RFC4731-3.1-10"},
     {"consistent", "RFC4731-3.1-11", "MIN, MAX, COUNT and ALL agree with each other."},
     {"count", "RFC4731-3.1-07", "COUNT is how many messages match."},
     {"edge", "RFC4731-3.1-01", "MIN is the lowest match and MAX the highest.", "RFC4731-3.1-03"},
     {"partial", "RFC9394-3.1-01", "PARTIAL has the results that lie in its range, in mailbox order.",
      "RFC5267-4.4-01 RFC5267-4.4-03"},
     {"modseq", "RFC4731-3.2-01", "With MODSEQ among the criteria ESEARCH has MODSEQ."}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<esearch_answers>(); },
    true,
    kinds::everything,
    told::numbers | told::messages};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::esearch
