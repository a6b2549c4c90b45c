// search: SEARCH with every key that IMAP4rev1 has, alone and combined, with groups on either side of NOT and OR.
#include <fmt/format.h>

#include <array>

#include "base/text.hpp"
#include "scenario/explore/explorer.hpp"

namespace mailrig::scenario {
namespace {

/// A run of letters from a message, at times one that no message has.
std::string word_of(explorer& x) {
  if (x.mail().empty() || x.chance(20)) return x.pick(std::vector<std::string>{"qqabsentqq", "zebra", "nowhere"});
  auto const& octets = x.mail()[x.random.below(x.mail().size())].octets;
  auto is_letter = [](char c) { return base::lower(c) >= 'a' && base::lower(c) <= 'z'; };
  for (int attempt = 0; attempt < 20 && !octets.empty(); ++attempt) {
    auto begin = x.random.below(octets.size());
    while (begin > 0 && is_letter(octets[begin - 1])) --begin;
    auto end = begin;
    while (end < octets.size() && is_letter(octets[end])) ++end;
    if (end - begin >= 3 && end - begin < 20) return octets.substr(begin, end - begin);
  }
  return "ada";
}

std::string date_of(explorer& x, std::string_view form) {
  static constexpr std::array months{"Jan", "Feb", "Dec"};
  auto const day = 1 + x.random.below(28);
  auto const text = fmt::format("{}-{}-{}", day, months[x.random.below(4) / 2], x.chance(80) ? 2026 : 2025);
  return form == "quoted" ? "\"" + text + "\"" : text;
}

/// "KEYWORD": one that is set, one that was and one that nobody ever heard of.
std::string keyword_of(explorer& x) {
  auto const n = x.random.below(4);
  return n == 0 ? "Explored" : n == 1 ? "$Forwarded" : n == 2 ? "Unheard" : fmt::format("Unheard{}", x.fresh());
}

struct writer {
  explorer& x;
  choice const& c;

  std::string text() const {
    auto const form = c["string"];
    auto word = word_of(x);
    if (x.chance(10)) word += " " + word_of(x);
    return x.string(form, word);
  }
  std::string key(std::string_view name) const {
    auto const word = x.cased(c["case"], name == "set" ? "" : name);
    if (name == "set") return x.set(c["set"], false);
    if (name == "UID") return word + " " + x.set(c["set"], true);
    if (name == "BCC" || name == "CC" || name == "FROM" || name == "TO" || name == "SUBJECT" || name == "BODY" ||
        name == "TEXT")
      return word + " " + text();
    if (name == "HEADER") {
      static std::vector<std::string> const fields{"Subject", "x-mailrig-copy", "Message-ID", "Content-Type", "X-None"};
      return fmt::format("{} {} {}", word, x.string(c["string"], x.pick(fields)), x.chance(40) ? "\"\"" : text());
    }
    if (name == "BEFORE" || name == "ON" || name == "SINCE" || name == "SENTBEFORE" || name == "SENTON" ||
        name == "SENTSINCE")
      return word + " " + date_of(x, c["string"]);
    if (name == "LARGER" || name == "SMALLER") return fmt::format("{} {}", word, x.random.below(900));
    if (name == "KEYWORD" || name == "UNKEYWORD") return word + " " + keyword_of(x);
    if (name == "OLDER" || name == "YOUNGER") return fmt::format("{} {}", word, 1 + x.random.below(100000));
    return word;
  }
  std::string any_of_class(std::string_view form) const {
    using list = std::vector<std::string>;
    static list const flags{"ANSWERED", "DELETED", "DRAFT", "FLAGGED", "SEEN", "UNSEEN", "UNDELETED", "ALL"};
    static list const fields{"FROM", "TO", "SUBJECT", "HEADER"}, texts{"BODY", "TEXT"};
    static list const dates{"BEFORE", "ON", "SINCE", "SENTBEFORE", "SENTON", "SENTSINCE"}, sizes{"LARGER", "SMALLER"};
    static list const sets{"set", "UID"}, keywords{"KEYWORD", "UNKEYWORD"};
    return key(x.pick(form == "flag"    ? flags
                      : form == "field" ? fields
                      : form == "date"  ? dates
                      : form == "size"  ? sizes
                      : form == "set"   ? sets
                      : form == "text"  ? texts
                                        : keywords));
  }
};

/// K: the key, S: another of the second class.
std::string combined(std::string_view shape, writer const& w) {
  std::string out;
  for (char const one : shape) {
    if (one == 'K')
      out += w.key(w.c["key"]);
    else if (one == 'S')
      out += w.any_of_class(w.c["second"]);
    else if (one == '!')
      out += w.x.cased(w.c["case"], "NOT");
    else if (one == '|')
      out += w.x.cased(w.c["case"], "OR");
    else
      out += one;
  }
  return out;
}

void play(explorer& x, choice const& c) {
  if (!x.refill(1)) return;
  auto text = x.cased(c["case"], c.is("uid", "yes") ? "UID SEARCH" : "SEARCH");
  if (!c.is("charset", "absent")) text += fmt::format(" {} {}", x.cased(c["case"], "CHARSET"), c["charset"]);
  text += " " + combined(c["shape"], {x, c});
  // A server may know US-ASCII alone.
  x.ask(text, c.is("charset", "absent") ? "OK" : "OK | NO");
}

exploration const search{exploration_kind{
    "search",
    "SEARCH and UID SEARCH: every key in every combination, charset, string and set",
    history::protocol::imap,
    "RFC3501-6.4.4-02",
    {uid_factor,
     {"shape",
      {{"K"},           {"K S"},     {"(K)"},         {"(K S)"},       {"S (S K)"},   {"! K"},       {"! ! K"},
       {"! (K S)"},     {"! (! K)"}, {"(S) ! K"},     {"(K S) ! (S)"}, {"| K S"},     {"| (K S) S"}, {"| S (K S)"},
       {"| (S K) (S)"}, {"| ! K S"}, {"| S ! (K S)"}, {"! | K S"},     {"(| K S) S"}, {"| | K S S"}, {"((K) (S))"}}},
     {"key",
      {{"ALL"},
       {"ANSWERED"},
       {"BCC"},
       {"BEFORE"},
       {"BODY"},
       {"CC"},
       {"DELETED"},
       {"DRAFT"},
       {"FLAGGED"},
       {"FROM"},
       {"HEADER"},
       {"KEYWORD"},
       {"LARGER"},
       {"NEW"},
       {"OLD"},
       {"ON"},
       {"RECENT"},
       {"SEEN"},
       {"SENTBEFORE"},
       {"SENTON"},
       {"SENTSINCE"},
       {"SINCE"},
       {"SMALLER"},
       {"SUBJECT"},
       {"TEXT"},
       {"TO"},
       {"UID"},
       {"UNANSWERED"},
       {"UNDELETED"},
       {"UNDRAFT"},
       {"UNFLAGGED"},
       {"UNKEYWORD"},
       {"UNSEEN"},
       {"set"},
       {"OLDER", "WITHIN"},
       {"YOUNGER", "WITHIN"}}},
     {"second", {{"flag"}, {"keyword"}, {"field"}, {"text"}, {"date"}, {"size"}, {"set"}}},
     {"charset", {{"absent"}, {"US-ASCII"}, {"UTF-8"}}},
     string_factor,
     set_factor,
     case_factor},
    &play}};

}  // namespace
}  // namespace mailrig::scenario
