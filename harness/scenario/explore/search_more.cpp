// search_more: SEARCH with results to choose (ESEARCH), saved (SEARCHRES), sorted (SORT, ESORT) and in threads
// (THREAD).
#include <fmt/format.h>

#include "scenario/explore/explorer.hpp"

namespace mailrig::scenario::search_more {
namespace {

factor const keys{"key",
                  {{"ALL"},
                   {"SEEN"},
                   {"UNKEYWORD Unheard"},
                   {"SUBJECT \"zebra\""},
                   {"NOT (SEEN FLAGGED)"},
                   {"set"},
                   {"OR FLAGGED SUBJECT letter"},
                   {"$", "SEARCHRES"},
                   {"YOUNGER 100000000", "WITHIN"},
                   {"UIDAFTER 1 UIDBEFORE 4294967295", "MESSAGELIMIT=1000"}}};

std::string key_of(explorer& x, choice const& c) {
  return c.is("key", "set") ? x.set(c["set"], false) : x.cased(c["case"], c["key"]);
}
std::string verb(explorer& x, choice const& c, std::string_view name) {
  return x.cased(c["case"], (c.is("uid", "yes") ? "UID " : "") + std::string(name));
}

exploration const esearch{exploration_kind{
    "search-return",
    "SEARCH RETURN of every combination of results",
    history::protocol::imap,
    "RFC4731-3.1-08",
    {uid_factor,
     {"return",
      {{""},
       {"MIN"},
       {"MAX"},
       {"ALL"},
       {"COUNT"},
       {"MIN MAX"},
       {"COUNT ALL"},
       {"MAX MIN COUNT ALL"},
       {"PARTIAL 1:2", "PARTIAL"},
       {"PARTIAL -1:-2 COUNT", "PARTIAL"},
       {"MIN PARTIAL 2:99", "CONTEXT=SEARCH"},
       {"COUNT CONTEXT", "CONTEXT=SEARCH"},
       {"SAVE", "SEARCHRES"},
       {"SAVE COUNT", "SEARCHRES"},
       {"MIN SAVE", "SEARCHRES"},
       {"MAX SAVE MIN", "SEARCHRES"},
       {"SAVE ALL", "SEARCHRES"}}},
     keys,
     set_factor,
     case_factor},
    +[](explorer& x, choice const& c) {
      if (!x.refill(3)) return;
      x.ask(fmt::format("{} {} ({}) {}", verb(x, c, "SEARCH"), x.cased(c["case"], "RETURN"),
                        x.cased(c["case"], c["return"]), key_of(x, c)),
            "OK");
      if (c["return"].find("SAVE") != std::string_view::npos)
        x.ask(c.is("uid", "yes") ? "UID FETCH $ (INTERNALDATE)" : "FETCH $ (INTERNALDATE)", "OK", "RFC5182-2.1-08");
    },
    "ESEARCH"}};

std::vector<level> const criteria{{"ARRIVAL"},
                                  {"CC"},
                                  {"DATE"},
                                  {"FROM"},
                                  {"SIZE"},
                                  {"SUBJECT"},
                                  {"TO"},
                                  {"REVERSE DATE"},
                                  {"SUBJECT DATE"},
                                  {"REVERSE SIZE ARRIVAL"},
                                  {"DISPLAYFROM", "SORT=DISPLAY"},
                                  {"REVERSE DISPLAYTO", "SORT=DISPLAY"}};
factor const charsets{"charset", {{"US-ASCII"}, {"UTF-8"}, {"utf-8"}}};

exploration const sort{exploration_kind{
    "sort",
    "SORT and UID SORT by every criterion",
    history::protocol::imap,
    "RFC5256-3.SORT-01",
    {uid_factor,
     {"by", criteria},
     {"return",
      {{"absent"}, {"COUNT", "ESORT"}, {"ALL", "ESORT"}, {"MIN MAX", "ESORT"}, {"PARTIAL 1:2", "CONTEXT=SORT"}}},
     charsets,
     keys,
     set_factor,
     case_factor},
    +[](explorer& x, choice const& c) {
      if (!x.refill(3)) return;
      auto const chosen = c.is("return", "absent") ? std::string() : fmt::format(" RETURN ({})", c["return"]);
      x.ask(fmt::format("{}{} ({}) {} {}", verb(x, c, "SORT"), chosen, x.cased(c["case"], c["by"]), c["charset"],
                        key_of(x, c)),
            "OK");
    },
    "SORT"}};

exploration const thread{exploration_kind{
    "thread",
    "THREAD and UID THREAD by every algorithm that is announced",
    history::protocol::imap,
    "RFC5256-3.THREAD-01",
    {uid_factor,
     {"by",
      {{"ORDEREDSUBJECT", "THREAD=ORDEREDSUBJECT"}, {"REFERENCES", "THREAD=REFERENCES"}, {"REFS", "THREAD=REFS"}}},
     charsets,
     keys,
     set_factor,
     case_factor},
    +[](explorer& x, choice const& c) {
      if (!x.refill(3)) return;
      x.ask(fmt::format("{} {} {} {}", verb(x, c, "THREAD"), x.cased(c["case"], c["by"]), c["charset"], key_of(x, c)),
            "OK");
    }}};

}  // namespace
}  // namespace mailrig::scenario::search_more
