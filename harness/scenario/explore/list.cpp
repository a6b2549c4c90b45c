// list: LIST and LSUB with references, wildcards and INBOX in every letter case, with the
// options of LIST-EXTENDED and its kin.
#include <fmt/format.h>

#include <algorithm>

#include "scenario/explore/explorer.hpp"

namespace mailrig::scenario::list {
namespace {

/// A small tree: a name with two below it, one of them with two levels more, one subscribed, one below a name that was
/// deleted.
void plant(explorer& x) {
  auto const sep = x.separator();
  auto const root = x.box() + "-l";
  if (sep.empty() || x.ask("STATUS " + x.string("atom", root) + " (MESSAGES)", "OK | NO").ok()) return;
  for (auto const* below : {"", "a", "a+b", "a+b+d", "c", "gone+kept"}) {
    std::string name = root + (*below ? sep : "") + below;
    for (auto plus = name.find('+'); plus != name.npos; plus = name.find('+')) name.replace(plus, 1, sep);
    x.make(name);
    if (std::string_view(below).find_first_of("bk") != std::string_view::npos)
      x.ask("SUBSCRIBE " + x.string("quoted", name), "OK", "RFC3501-6.3.6-01");
  }
  x.ask("DELETE " + x.string("quoted", root + sep + "gone"), "OK | NO", "RFC3501-6.3.4-01");
}

std::string reference_of(explorer& x, std::string_view form) {
  if (form == "empty") return "";
  if (form == "name") return x.box() + "-l";
  if (form == "level") return x.box() + "-l" + x.separator();
  return x.box() + "-nowhere" + x.separator();  // missing
}

std::string pattern_of(explorer& x, std::string_view form) {
  auto const root = x.box() + "-l", sep = x.separator();
  if (form == "root") return "";
  if (form == "star" || form == "percent") return form == "star" ? "*" : "%";
  if (form == "prefix-star") return root + "*";
  if (form == "prefix-percent") return root + "%";
  if (form == "exact") return root + sep + "a";
  if (form == "level-percent") return root + sep + "%";
  if (form == "inner-percent") return root + sep + "%" + sep + "b";
  if (form == "inner-star") return x.box() + "*b";
  if (form == "two-percents") return "%" + sep + "%";
  if (form == "level-two-percents") return root + sep + "%" + sep + "%";
  if (form == "percent-inside") return x.box() + "-%" + sep + "a";
  if (form == "percent-star") return root + sep + "%" + sep + "*";
  if (form == "ends-percent") return root + "%" + sep + "a" + sep + "%";
  if (form == "inbox") return x.cased("mixed", "inbox");
  if (form == "inbox-wild") return "IN%";
  return root + "-none";  // missing
}

/// list-mailbox = 1*list-char / string: wildcards may stand without quotes.
std::string written(explorer& x, std::string_view form, std::string const& pattern) {
  auto const bare = [](char c) {
    return c == '%' || c == '*' ||
           (c > ' ' && c <= '~' && std::string_view("(){\"\\").find(c) == std::string_view::npos);
  };
  if (form == "atom" && !pattern.empty() && std::ranges::all_of(pattern, bare)) return pattern;
  return x.string(form, pattern);
}

std::vector<level> const patterns{{"root"},
                                  {"star"},
                                  {"percent"},
                                  {"prefix-star"},
                                  {"prefix-percent"},
                                  {"exact"},
                                  {"level-percent"},
                                  {"inner-percent"},
                                  {"inner-star"},
                                  {"two-percents"},
                                  {"level-two-percents"},
                                  {"percent-inside"},
                                  {"percent-star"},
                                  {"ends-percent"},
                                  {"inbox"},
                                  {"inbox-wild"},
                                  {"missing"}};
factor const references{"reference", {{"empty"}, {"name"}, {"level"}, {"missing"}}, true};

exploration const list{
    exploration_kind{"list",
                     "LIST and LSUB: references, wildcards, quoting",
                     history::protocol::imap,
                     "RFC3501-6.3.8-02",
                     {{"verb", {{"LIST"}, {"LSUB"}}},
                      references,
                      {"pattern", patterns},
                      string_factor,
                      {"reference-string", {{"quoted"}, {"literal"}, {"literal+", "LITERAL+"}}},
                      case_factor},
                     +[](explorer& x, choice const& c) {
                       plant(x);
                       x.ask(fmt::format("{} {} {}", x.cased(c["case"], c["verb"]),
                                         x.string(c["reference-string"], reference_of(x, c["reference"])),
                                         written(x, c["string"], pattern_of(x, c["pattern"]))),
                             "OK");
                     }}};

exploration const extended{exploration_kind{
    "list-extended",
    "LIST with what it selects by and returns",
    history::protocol::imap,
    "RFC5258-3-01",
    {{"select",
      {{"absent"},
       {"none"},
       {"SUBSCRIBED"},
       {"REMOTE"},
       {"SUBSCRIBED RECURSIVEMATCH"},
       {"SPECIAL-USE", "SPECIAL-USE"}}},
     {"return",
      {{"absent"},
       {"none"},
       {"SUBSCRIBED"},
       {"CHILDREN"},
       {"SUBSCRIBED CHILDREN"},
       {"STATUS (MESSAGES UIDNEXT)", "LIST-STATUS"},
       {"SPECIAL-USE", "SPECIAL-USE"}}},
     references,
     {"pattern", patterns},
     {"second-pattern", {{"absent"}, {"star"}, {"level-percent"}, {"inbox"}, {"missing"}}},
     string_factor,
     case_factor},
    +[](explorer& x, choice const& c) {
      plant(x);
      auto text = x.cased(c["case"], "LIST");
      auto const words = [&](std::string_view w) { return w == "none" ? "()" : "(" + x.cased(c["case"], w) + ")"; };
      if (!c.is("select", "absent")) text += " " + words(c["select"]);
      text += " " + x.string("quoted", reference_of(x, c["reference"]));
      auto const first = written(x, c["string"], pattern_of(x, c["pattern"]));
      if (c.is("second-pattern", "absent"))
        text += " " + first;
      else
        text += fmt::format(" ({} {})", first, written(x, c["string"], pattern_of(x, c["second-pattern"])));
      if (!c.is("return", "absent")) text += " RETURN " + words(c["return"]);
      x.ask(text, "OK");
    },
    "LIST-EXTENDED"}};

}  // namespace
}  // namespace mailrig::scenario::list
