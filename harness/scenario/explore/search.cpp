// search: SEARCH with every key that IMAP4rev1 has, alone and combined, with groups on either side of NOT and OR.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "scenario/explore/explorer.hpp"

namespace mailrig::scenario::search {
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

/// Of a header field of some message: all of its words, some that stand together, or one.
std::string field_text(explorer& x, std::string_view field) {
  if (x.mail().empty()) return word_of(x);
  for (int attempt = 0; attempt < 12; ++attempt) {
    auto const& octets = x.mail()[x.random.below(x.mail().size())].octets;
    auto const header = std::string_view(octets).substr(0, octets.find("\r\n\r\n"));
    for (std::size_t at = 0; at < header.size(); at = std::min(header.find("\r\n", at), header.size() - 2) + 2) {
      auto const line = header.substr(at, header.find("\r\n", at) - at);
      if (!base::istarts_with(line, std::string(field) + ":")) continue;
      auto text = base::trim(line.substr(field.size() + 1));
      if (text.empty() || text.size() > 60 || text.find_first_of("\\=\t") != text.npos) break;
      for (char const one : text)
        if (one < ' ' || one > '~') return word_of(x);
      auto const words = base::words(text);
      auto const first = x.random.below(words.size());
      return x.chance(30) ? std::string(text) : std::string(words[first]);
    }
  }
  return word_of(x);
}

/// Of a Subject that has one, with a letter or two around: what is quoted must be read as it was meant.
std::string text_around(explorer& x, char special) {
  for (int attempt = 0; attempt < 30 && !x.mail().empty(); ++attempt) {
    auto const& octets = x.mail()[x.random.below(x.mail().size())].octets;
    auto const at = octets.find("\r\nSubject: ");
    if (at == octets.npos) continue;
    auto const line = std::string_view(octets).substr(at + 11, octets.find("\r\n", at + 11) - at - 11);
    auto const found = line.find(special);
    if (found == line.npos || !std::ranges::all_of(line, [](char c) { return c >= ' ' && c <= '~'; })) continue;
    auto const before = std::min<std::size_t>(found, x.random.below(5));
    return std::string(line.substr(found - before, before + 1 + x.random.below(5)));
  }
  return word_of(x);
}

/// Words that stand together in a body, at times in the wrong order.
std::string phrase_of(explorer& x) {
  if (x.mail().empty()) return word_of(x);
  auto const& octets = x.mail()[x.random.below(x.mail().size())].octets;
  auto const begin = std::min(octets.find("\r\n\r\n"), octets.size());
  auto const words = base::words(std::string_view(octets).substr(begin, octets.find("\r\n", begin + 4) - begin));
  if (words.size() < 2) return word_of(x);
  auto const at = x.random.below(words.size() - 1);
  auto plain = [](std::string_view w) { return std::ranges::all_of(w, [](char c) { return c > ' ' && c <= '~'; }); };
  if (!plain(words[at]) || !plain(words[at + 1])) return word_of(x);
  return x.chance(60) ? fmt::format("{} {}", words[at], words[at + 1]) : fmt::format("{} {}", words[at + 1], words[at]);
}

/// The day of a message's Date field, or of its arrival; empty where neither can be read.
std::string day_of_mail(explorer& x) {
  if (x.chance(40) && x.messages() > 0) {
    auto const a = x.ask(fmt::format("FETCH {} INTERNALDATE", 1 + x.random.below(x.messages())), "OK");
    for (auto const& one : a.data)
      if (auto const at = one->line.find("INTERNALDATE \""); at != one->line.npos)
        return std::string(base::trim(std::string_view(one->line).substr(at + 14, 11)));
    return {};
  }
  if (x.mail().empty()) return {};
  auto const& octets = x.mail()[x.random.below(x.mail().size())].octets;
  auto const at = octets.find("\r\nDate: ");
  if (at == octets.npos) return {};
  auto const words = base::words(std::string_view(octets).substr(at + 8, 40));
  return words.size() > 3 && words[0].ends_with(',') && words[2].size() == 3 && words[3].size() == 4
             ? fmt::format("{}-{}-{}", words[1], words[2], words[3])
             : std::string();
}

/// A day that tells messages apart: that of one of them, or one beside it; else any.
std::string date_of(explorer& x, std::string_view form) {
  static constexpr std::array months{"Jan", "Feb", "Dec"};
  auto text =
      fmt::format("{}-{}-{}", 1 + x.random.below(28), months[x.random.below(4) / 2], x.chance(80) ? 2026 : 2025);
  if (x.chance(70))
    if (auto const parts = day_of_mail(x); !parts.empty()) {
      auto const dash = parts.find('-');
      auto const day = base::number(parts.substr(0, dash)).value_or(0) + x.random.below(3);
      if (day >= 2 && day <= 29 && dash != parts.npos) text = fmt::format("{}{}", day - 1, parts.substr(dash));
    }
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
  mutable bool reads_texts = false;

  /// For a key that looks into `field`; empty: into the text. What stands in another field tells them apart.
  std::string text(std::string_view field = {}) const {
    static std::vector<std::string> const fields{"From", "To", "Cc", "Bcc", "Subject"};
    auto const form = c["string"];
    if (field == "SUBJECT" && !c.is("inside", "words"))
      return x.string(form, text_around(x, c.is("inside", "quote") ? '"' : '\\'));
    if (x.chance(30)) return x.string(form, word_of(x));
    if (field.empty()) return x.string(form, phrase_of(x));
    return x.string(form, field_text(x, x.chance(50) ? field : std::string_view(x.pick(fields))));
  }
  std::string key(std::string_view name) const {
    auto const word = x.cased(c["case"], name == "set" ? "" : name);
    if (name == "set") return x.set(c["set"], false);
    if (name == "UID") return word + " " + x.set(c["set"], true);
    if (name == "BCC" || name == "CC" || name == "FROM" || name == "TO" || name == "SUBJECT")
      return word + " " + text(name);
    if (name == "BODY" || name == "TEXT") return reads_texts = true, word + " " + text();
    if (name == "HEADER") {
      static std::vector<std::string> const fields{"Subject", "x-mailrig-copy", "Message-ID", "Content-Type", "X-None"};
      auto const& field = x.pick(fields);
      auto const looked_into = field == "Subject" ? std::string_view("SUBJECT") : std::string_view(field);
      return fmt::format("{} {} {}", word, x.string(c["string"], field), x.chance(40) ? "\"\"" : text(looked_into));
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
    static list const fields{"FROM", "TO", "CC", "BCC", "SUBJECT", "HEADER"}, texts{"BODY", "TEXT"};
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
  // RFC 6855 §3: where UTF-8 is enabled, as it is where nothing else is served, no charset is named.
  if (!c.is("charset", "absent") && !x.can("UTF8=ONLY"))
    text += fmt::format(" {} {}", x.cased(c["case"], "CHARSET"), c["charset"]);
  writer const w{x, c};
  text += " " + combined(c["shape"], w);
  // A server may know US-ASCII alone, and need not search the texts.
  x.ask(text, c.is("charset", "absent") && !w.reads_texts ? "OK" : "OK | NO");
}

exploration const search{exploration_kind{
    "search",
    "SEARCH and UID SEARCH: every key in every combination, charset, string and set",
    history::protocol::imap,
    "RFC3501-6.4.4-02",
    {uid_factor,
     {"shape", {{"K"},         {"K S"},       {"(K)"},         {"(K S)"},     {"S (S K)"},     {"! K"},
                {"! ! K"},     {"! (K S)"},   {"! (! K)"},     {"(S) ! K"},   {"(K S) ! (S)"}, {"| K S"},
                {"| (K S) S"}, {"| S (K S)"}, {"| (S K) (S)"}, {"| ! K S"},   {"| S ! (K S)"}, {"! | K S"},
                {"K S S"},     {"S S K"},     {"(| K S) S"},   {"| | K S S"}, {"((K) (S))"}}},
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
     {"inside", {{"words"}, {"quote"}, {"backslash"}}},
     set_factor,
     case_factor},
    &play}};

}  // namespace
}  // namespace mailrig::scenario::search
