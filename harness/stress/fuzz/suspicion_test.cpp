// What is held against a server once a client has said odd things.
#include "stress/fuzz/suspicion.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

namespace mailrig::stress::suspicion_test {
namespace {

history::finding of(std::string rule, std::string octets = {}) {
  history::finding f;
  f.rule = std::move(rule);
  f.octets = std::move(octets);
  f.session = 1;
  f.text = "it is 12 'octets' long";
  return f;
}

class Suspicion : public testing::Test {
 protected:
  void happens(history::event_kind kind, std::string_view octets) {
    static_cast<history::event_sink&>(seen_).take({base::instant(1), 1, kind, history::protocol::imap, octets});
  }
  void SetUp() override {
    happens(history::event_kind::opened, "u1 here:1");
    happens(history::event_kind::received, "* OK [CAPABILITY IMAP4rev1] hello\r\n");
  }
  bool holds(history::finding const& f) { return holds_whatever_was_said(f, seen_); }
  watcher seen_{base::limits{}};
};

TEST_F(Suspicion, WhatDependsOnWhatWasSaidIsLeftOut) {
  for (auto const* rule : {"flag_truth.untold", "seqmap.expunge-range", "tags.unanswered", "fetch_items.missing"})
    EXPECT_FALSE(holds(of(rule))) << rule;
}

TEST_F(Suspicion, OfPlainWordsHoldsWhatASessionIsToldOfItself) {
  for (auto const* rule : {"state.select-data", "state.logout-bye", "uidvalidity.missing", "pop_status.absent"}) {
    EXPECT_TRUE(holds_of_plain_words(of(rule))) << rule;
    EXPECT_FALSE(holds(of(rule))) << rule;
  }
  for (auto const* rule : {"flag_truth.untold", "fetch_items.missing", "seqmap.expunge-range"})
    EXPECT_FALSE(holds_of_plain_words(of(rule))) << rule;
}

TEST_F(Suspicion, TheGrammarHoldsAlways) {
  for (auto const* rule : {"grammar.syntax", "leak.other", "state.no-bye", "expect.after.1", "server.ended"})
    EXPECT_TRUE(holds(of(rule))) << rule;
}

TEST_F(Suspicion, ATagIsTheClientsAsOftenAsItWasSaid) {
  happens(history::event_kind::sent, "a1 NOOP\r\na\xff NOOP\r\n");
  happens(history::event_kind::received, "a1 OK done\r\na1 OK done\r\nzz BAD what\r\n\xff BAD what\r\n");
  EXPECT_TRUE(holds(of("tags.unknown", "a1 OK done\r\n")));
  EXPECT_TRUE(holds(of("tags.unknown", "zz BAD what\r\n")));
  EXPECT_FALSE(holds(of("tags.unknown", "\xff BAD what\r\n")));
}

TEST_F(Suspicion, WhatIsHiddenBehindAuthenticateMayHaveBeenATag) {
  happens(history::event_kind::sent, "a1 AUTHENTICATE INBOX\r\nHIDDENSECRET\r\nHIDDENSECRET\r\n");
  happens(history::event_kind::received, "a1 BAD not now\r\nx1 OK done\r\nx2 OK done\r\n\xb5 BAD what\r\n");
  auto const octets = "a1 AUTHENTICATE INBOX\r\nx1 NOOP\r\n\xb5 NOOP\r\n";
  EXPECT_FALSE(holds_whatever_was_said(of("tags.unknown", "x1 OK done\r\n"), seen_, octets));
  EXPECT_TRUE(holds_whatever_was_said(of("tags.unknown", "x2 OK done\r\n"), seen_, octets));
  EXPECT_FALSE(holds_whatever_was_said(of("grammar.syntax", "\xb5 BAD what\r\n"), seen_, octets));
}

TEST_F(Suspicion, ATagThatIsNoneIsTheClientsMaking) {
  happens(history::event_kind::sent, "\xb5 NOOP\r\n");
  EXPECT_FALSE(holds(of("grammar.syntax", "\xb5 BAD what\r\n")));
  EXPECT_TRUE(holds(of("grammar.syntax", "\xb6 BAD what\r\n")));
  EXPECT_TRUE(holds(of("grammar.syntax", "* \xb5\r\n")));
  happens(history::event_kind::sent, "+]x NOOP\r\n");
  EXPECT_FALSE(holds(of("grammar.continuation", "+]x BAD what\r\n")));
  EXPECT_TRUE(holds(of("grammar.continuation", "+x BAD what\r\n")));
}

TEST_F(Suspicion, NumbersAndQuotedWordsMakeNoOtherShape) {
  auto a = of("grammar.syntax"), b = a;
  b.text = "it is 7 'lines' long";
  EXPECT_EQ(shape_of(a), shape_of(b));
  b.text = "it is 7 'lines' short";
  EXPECT_NE(shape_of(a), shape_of(b));
}

TEST_F(Suspicion, SightsAreStatesCommandsAndAnswers) {
  happens(history::event_kind::sent, "a1 CAPABILITY\r\n");
  happens(history::event_kind::received, "* CAPABILITY IMAP4rev1\r\na1 OK done\r\n");
  happens(history::event_kind::sent, "a2 GIBBERISH\r\n");
  happens(history::event_kind::received, "a2 BAD [CLIENTBUG] what\r\n");
  auto const& sights = seen_.seen().at(1);
  EXPECT_TRUE(sights.contains("not authenticated CAPABILITY OK []: CAPABILITY"))
      << fmt::format("{}", fmt::join(sights, "\n"));
  EXPECT_TRUE(sights.contains("not authenticated ? BAD [CLIENTBUG]: "));
  coverage all;
  EXPECT_EQ(all.add(sights), sights.size());
  EXPECT_EQ(all.add(sights), 0u);
  EXPECT_EQ(seen_.commands(), 2u);
}

}  // namespace
}  // namespace mailrig::stress::suspicion_test
