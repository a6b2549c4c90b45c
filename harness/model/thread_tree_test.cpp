// thread_tree_test: threads by the steps of RFC 5256 §3, among them its own example of a parent that is not there.
#include "model/thread_tree.hpp"

#include <gtest/gtest.h>

namespace mailrig::model::thread_tree_test {
namespace {

struct letter {
  std::string subject, id;
  std::vector<std::string> references = {};
  bool reply = false;
};

std::vector<threaded> messages(std::vector<letter> const& letters, std::vector<std::int64_t> const& sent = {}) {
  std::vector<threaded> out;
  for (std::size_t n = 0; n < letters.size(); ++n) {
    auto const& l = letters[n];
    out.push_back({std::uint32_t(n + 1), std::uint32_t(n + 1), sent.empty() ? std::int64_t(n) : sent[n], l.subject,
                   l.reply, l.id, l.references});
  }
  return out;
}
std::string by_reference(std::vector<letter> const& letters, std::vector<std::int64_t> const& sent = {}) {
  auto const threads = by_references(messages(letters, sent));
  return threads ? written(*threads) : "undecided";
}

TEST(ThreadTree, BySubject) {
  EXPECT_EQ(written(by_subject(messages({{"A", ""}, {"B", ""}, {"A", ""}, {"A", ""}}, {3, 1, 2, 4}))), "(2)(3 (1)(4))");
  EXPECT_EQ(written(by_subject({})), "");
}

TEST(ThreadTree, ByReferences) {
  EXPECT_EQ(by_reference({{"A", "a"}, {"B", "b", {"a"}}, {"C", "c", {"a", "b"}}, {"D", "d"}}), "(1 2 3)(4)");
  // Neither the parent's place in the mailbox nor the order in which it is found matters.
  EXPECT_EQ(by_reference({{"C", "c", {"a", "b"}}, {"B", "b", {"a"}}, {"A", "a"}}), "(3 2 1)");
  EXPECT_EQ(by_reference({{"A", "a"}, {"B", "b", {"a"}}, {"C", "c", {"a"}}}, {1, 3, 2}), "(1 (3)(2))");
}

TEST(ThreadTree, ParentsThatAreNotThere) {
  EXPECT_EQ(by_reference({{"A", "a", {"x"}}, {"B", "b", {"x"}}}), "((1)(2))");
  EXPECT_EQ(by_reference({{"A", "a", {"x"}}}), "(1)");
  EXPECT_EQ(by_reference({{"A", "a"}, {"B", "b", {"a", "x"}}}), "(1 2)");
  EXPECT_EQ(by_reference({{"A", "a", {"x", "y"}}, {"B", "b", {"x", "z"}}}), "((1)(2))");
}

TEST(ThreadTree, TheLastReferenceCounts) {
  // A link made by somebody's References does not outlast what the message itself says.
  EXPECT_EQ(by_reference({{"A", "a"}, {"B", "b", {"a"}}, {"C", "c", {"x", "b"}}}), "(1 2 3)");
  // A message without references loses the parent that another gave it, or gets it later: the order is not said.
  EXPECT_EQ(by_reference({{"A", "a"}, {"B", "b"}, {"C", "c", {"b", "a"}}}), "undecided");
  // A loop is never made.
  EXPECT_EQ(by_reference({{"A", "a", {"a"}}}), "(1)");
}

TEST(ThreadTree, OfOneIdTheFirstHasIt) {
  EXPECT_EQ(by_reference({{"A", "a"}, {"B", "a"}, {"C", "c", {"a"}}}), "(1 3)(2)");
}

TEST(ThreadTree, SubjectsGather) {
  EXPECT_EQ(by_reference({{"A", "a"}, {"A", "b", {}, true}}), "(1 2)");
  EXPECT_EQ(by_reference({{"A", "a", {}, true}, {"A", "b"}}), "(2 1)");
  EXPECT_EQ(by_reference({{"A", "a"}, {"A", "b"}}), "((1)(2))");
  EXPECT_EQ(by_reference({{"A", "a"}, {"A", "b"}, {"A", "c"}}), "((1)(2)(3))");
  EXPECT_EQ(by_reference({{"", "a"}, {"", "b"}}), "(1)(2)");
  EXPECT_EQ(by_reference({{"A", "a", {"x"}}, {"B", "b", {"x"}}, {"A", "c"}}), "((1)(2)(3))");
}

}  // namespace
}  // namespace mailrig::model::thread_tree_test
