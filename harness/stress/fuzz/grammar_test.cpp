// What a grammar derives: each symbol ends, the same from the same numbers, and nothing that a server does not have.
#include "stress/fuzz/grammar.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace mailrig::stress::grammar_test {
namespace {

using history::protocol;

std::vector<std::string> derived(grammar const& g, std::string_view symbol, int count) {
  base::rng random(7);
  std::vector<std::string> out;
  for (int i = 0; i < count; ++i) out.push_back(g.derive(symbol, random));
  return out;
}

TEST(Grammar, DerivesTheSameFromTheSameNumbers) {
  grammar const g(protocol::imap, {"MOVE"}, "/");
  EXPECT_EQ(derived(g, "command", 300), derived(g, "command", 300));
}

TEST(Grammar, HasEachSymbolThatItNames) {
  for (auto const proto : {protocol::imap, protocol::pop3}) {
    auto const of_proto = proto == protocol::imap ? imap_productions() : pop3_productions();
    std::vector<production> all(of_proto.begin(), of_proto.end());
    if (proto == protocol::imap) all.insert(all.end(), imap_oddities().begin(), imap_oddities().end());
    std::vector<std::string> everything;
    for (auto const& p : all)
      if (!p.needs.empty()) everything.emplace_back(p.needs);
    grammar const bare(proto, {}, "/"), rich(proto, everything, ".");
    for (auto const& p : all) {
      for (auto const& text : derived(rich, p.symbol, 50)) EXPECT_EQ(text.find('`'), text.npos);
      if (p.needs.empty()) derived(bare, p.symbol, 50);
    }
  }
}

TEST(Grammar, AsksForNoExtensionThatIsNotThere) {
  grammar const bare(protocol::imap, {}, "/"), rich(protocol::imap, {"MOVE"}, "/");
  auto const moves = [](grammar const& g) {
    auto const all = derived(g, "command", 3000);
    return std::ranges::any_of(all, [](auto const& c) { return c.starts_with("MOVE"); });
  };
  EXPECT_FALSE(moves(bare));
  EXPECT_TRUE(moves(rich));
}

TEST(Grammar, KeysWithinKeysEnd) {
  grammar const g(protocol::imap, {}, "/");
  for (auto const& text : derived(g, "keys", 3000)) EXPECT_LT(std::ranges::count(text, '('), 400);
}

TEST(Grammar, WritesTheServersDelimiter) {
  grammar const g(protocol::imap, {}, "^");
  auto const all = derived(g, "own", 200);
  EXPECT_TRUE(std::ranges::any_of(all, [](auto const& name) { return name == "${box}^d"; }));
}

}  // namespace
}  // namespace mailrig::stress::grammar_test
