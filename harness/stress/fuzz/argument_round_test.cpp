// A round says each oddity of each kind of argument within few inputs, whatever the random numbers are, and at last
// each in every command that has such an argument; what it makes is an input.
#include "stress/fuzz/argument_round.hpp"

#include <gtest/gtest.h>

#include <set>

#include "stress/fuzz/settle.hpp"

namespace mailrig::stress::argument_round_test {
namespace {

using history::protocol;

std::vector<argument_round::turn> turns(argument_round const& round, std::uint64_t count, std::uint64_t seed) {
  base::rng random(seed);
  std::vector<argument_round::turn> out;
  for (std::uint64_t n = 0; n < count; ++n) out.push_back(round.at(n, random));
  return out;
}

bool any_has(std::vector<argument_round::turn> const& all, std::string_view what) {
  return std::ranges::any_of(all, [&](auto const& t) { return t.line.find(what) != t.line.npos; });
}

TEST(ArgumentRound, SaysEachOddityWhateverTheSeed) {
  grammar const words(protocol::imap, {}, "/");
  argument_round const round(words);
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    auto const all = turns(round, round.first_round(), seed);
    EXPECT_TRUE(any_has(all, " 31-Feb-2024")) << seed;
    EXPECT_TRUE(any_has(all, " \"31-Feb-2024 25:61:61 +9999\" {text")) << seed;
    EXPECT_TRUE(any_has(all, std::string(40, '('))) << seed;
    EXPECT_TRUE(any_has(all, "NOT NOT NOT NOT NOT NOT NOT NOT ")) << seed;
    EXPECT_TRUE(any_has(all, "HEADER.FIELDS ()]")) << seed;
    EXPECT_TRUE(any_has(all, "\"a\rb\"")) << seed;
    EXPECT_TRUE(any_has(all, "\"a\nb\"")) << seed;
    EXPECT_TRUE(any_has(all, "{12")) << seed;
    EXPECT_TRUE(std::ranges::any_of(all, [](auto const& t) {
      return t.is_name && !t.odd && t.argument == "\"${box}\\\"q\\\\\"";
    })) << seed;
  }
}

TEST(ArgumentRound, NeedsFewInputsForThat) {
  grammar const words(protocol::imap, {"ESEARCH", "SORT", "CONDSTORE", "MOVE", "ACL", "METADATA"}, "/");
  EXPECT_LT(argument_round(words).first_round(), 1200u);
}

TEST(ArgumentRound, MeetsEachCommandThatHasTheArgument) {
  grammar const words(protocol::imap, {}, "/");
  argument_round const round(words);
  std::set<std::string> commands;
  for (auto const& t : turns(round, round.all_rounds(), 1))
    if (t.argument == "0-Jan-0000") commands.insert(t.line.substr(0, t.line.find("0-Jan")));
  for (auto const* key : {"BEFORE ", "SINCE ", "SENTON "})
    for (auto const* command : {"SEARCH ", "SEARCH CHARSET UTF-8 ", "UID SEARCH "})
      EXPECT_TRUE(commands.contains(std::string(command) + key)) << command << key;
}

TEST(ArgumentRound, MakesInputsThatCanBeReadAgain) {
  for (auto const proto : {protocol::imap, protocol::pop3}) {
    grammar const words(proto, {"TOP", "UIDL"}, "/");
    argument_round const round(words);
    base::rng random(3);
    for (std::uint64_t n = 0; n < 250; ++n) {
      auto in = round.one(n, random);
      settle(in);
      EXPECT_TRUE(in.odd);
      auto const text = text_of(in);
      auto const again = read_input(text, "x.scn");
      ASSERT_TRUE(again) << again.error().text << '\n' << text;
      EXPECT_EQ(text_of(*again), text);
    }
  }
}

TEST(ArgumentRound, MakesAMailboxBeforeItSpeaksOfIt) {
  grammar const words(protocol::imap, {}, "/");
  argument_round const round(words);
  base::rng random(3);
  bool made = false;
  for (std::uint64_t n = 0; n < 250; ++n) {
    auto const in = round.one(n, random);
    for (auto at = in.steps.begin(); at != in.steps.end(); ++at)
      if (!at->lines.empty() && at->lines[0] == "CREATE \"${box}\\\"q\\\\\"")
        made = made || std::ranges::any_of(at, in.steps.end(), [](auto const& o) {
                 return !o.lines.empty() && o.lines[0].starts_with("LIST ");
               });
  }
  EXPECT_TRUE(made);
}

}  // namespace
}  // namespace mailrig::stress::argument_round_test
