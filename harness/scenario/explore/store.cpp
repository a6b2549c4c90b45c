// store: STORE in all its forms, from every set of flags.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "scenario/explore/explorer.hpp"

namespace mailrig::scenario::store {
namespace {

constexpr std::string_view system_flags[] = {"\\Answered", "\\Flagged", "\\Deleted", "\\Seen", "\\Draft"};

std::string some(explorer& x) {
  std::string out;
  for (auto const f : system_flags)
    if (x.chance(50)) out += (out.empty() ? "" : " ") + std::string(f);
  return out;
}

/// What "none", "some" ... stand for, without parentheses.
std::string flags_of(explorer& x, std::string_view form) {
  if (form == "none") return "";
  if (form == "some") return some(x);
  if (form == "all") return fmt::format("{}", fmt::join(system_flags, " "));
  if (form == "one") return std::string(system_flags[x.random.below(std::size(system_flags))]);
  if (form == "keyword") return "Explored";
  if (form == "keywords") return "Explored $Forwarded";
  if (form == "twice") return "\\Seen \\Flagged \\Seen";
  return "\\Flagged Explored \\Answered";  // mixed
}

/// `before`, so that the item with these flags changes it: what is taken away is there, what is added or set is not.
std::string changed_by(std::string_view item, std::string_view flags, std::string const& before) {
  auto const given = base::words(flags);
  if (item.front() == '-')
    return before.empty() || flags.empty() ? before + std::string(flags) : fmt::format("{} {}", before, flags);
  std::string out;
  for (auto const word : base::words(before))
    if (given.empty() || !base::iequals(word, given.front())) out += (out.empty() ? "" : " ") + std::string(word);
  return given.empty() && out.empty() ? "\\Flagged \\Seen" : out;
}

exploration const store{exploration_kind{
    "store",
    "STORE and UID STORE: each item, set, list of flags and letter case, from each set of flags",
    history::protocol::imap,
    "RFC3501-6.4.6-01",
    {uid_factor,
     set_factor,
     {"item",
      {{"FLAGS"},
       {"FLAGS.SILENT"},
       {"+FLAGS"},
       {"+FLAGS.SILENT"},
       {"-FLAGS"},
       {"-FLAGS.SILENT"},
       {"FLAGS changes"},
       {"FLAGS.SILENT changes"},
       {"+FLAGS changes"},
       {"+FLAGS.SILENT changes"},
       {"-FLAGS changes"},
       {"-FLAGS.SILENT changes"}}},
     {"list", {{"parentheses"}, {"bare"}}},
     {"flags", {{"none"}, {"one"}, {"some"}, {"all"}, {"keyword"}, {"keywords"}, {"twice"}, {"mixed"}}},
     {"before", {{"none"}, {"some"}, {"all"}, {"keywords"}}},
     {"session", {{"stays"}, {"logs-out"}}},
     case_factor},
    +[](explorer& x, choice const& c) {
      if (!x.refill(4)) return;
      bool const uid = c.is("uid", "yes");
      auto const named = x.set(c["set"], uid);
      auto const verb = x.cased(c["case"], uid ? "UID STORE" : "STORE");
      // Who is not named begins with other flags, so that an effect on it shows.
      auto const others = some(x);
      x.ask(fmt::format("STORE 1:* FLAGS.SILENT ({})", others), x.storing(others));
      auto flags = flags_of(x, c["flags"]);
      auto const item = c["item"].substr(0, c["item"].find(' '));
      auto before = flags_of(x, c["before"]);
      if (item != c["item"] && item.front() != 'F' && flags.empty()) flags = flags_of(x, "one");
      if (item != c["item"]) before = changed_by(item, flags, before);
      x.ask(fmt::format("{}STORE {} FLAGS.SILENT ({})", uid ? "UID " : "", named, before), x.storing(before));
      x.look();
      for (auto& one : flags)
        if (c.is("case", "lower") && one >= 'A' && one <= 'Z') one = char(one + 32);
      // store-att-flags needs a flag where it has no parentheses.
      auto const list = c.is("list", "bare") && !flags.empty() ? flags : "(" + flags + ")";
      x.ask(fmt::format("{} {} {} {}", verb, named, x.cased(c["case"], item), list), x.storing(flags));
      x.look();
      x.look_elsewhere("INBOX");
      // What was stored outlasts the session that did it.
      if (c.is("session", "stays")) return;
      x.ask("LOGOUT", "OK", "RFC3501-6.1.3-01");
      x.drop();
      if (x.home()) x.look();
    }}};

exploration const store_examined{exploration_kind{
    "store-examined",
    "STORE into a mailbox that was opened by EXAMINE changes nothing",
    history::protocol::imap,
    "RFC3501-6.4.6-09",
    {uid_factor,
     set_factor,
     {"item", {{"FLAGS"}, {"FLAGS.SILENT"}, {"+FLAGS"}, {"+FLAGS.SILENT"}, {"-FLAGS"}, {"-FLAGS.SILENT"}}},
     {"flags", {{"none"}, {"one"}, {"all"}, {"keyword"}}}},
    +[](explorer& x, choice const& c) {
      if (!x.is_open() || x.messages() == 0) return;
      bool const uid = c.is("uid", "yes");
      x.ask(fmt::format("{}STORE {} {} ({})", uid ? "UID " : "", x.set(c["set"], uid), c["item"],
                        flags_of(x, c["flags"])),
            "OK | NO | BAD");  // OK: for the session alone (RFC 3501 §7.1, PERMANENTFLAGS)
      x.look();
      x.look_elsewhere("INBOX");
    }}};

}  // namespace
}  // namespace mailrig::scenario::store
