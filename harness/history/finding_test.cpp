// finding_test: what a finding shows of what came has no secret, and its place stays the same.
#include "history/finding.hpp"

#include <gtest/gtest.h>

#include "base/secrets.hpp"

namespace mailrig::history::finding_test {

using history::finding;

namespace {

finding shown(std::string_view all, std::size_t at) {
  base::known_secrets().add("0f-finding-S3cret");
  finding f;
  f.show(all, at);
  return f;
}

}  // namespace

TEST(Finding, ShowsAWindowAroundThePlace) {
  auto const f = shown(std::string(1000, 'a') + "b" + std::string(1000, 'c'), 1000);
  EXPECT_EQ(f.octets, std::string(200, 'a') + "b" + std::string(199, 'c'));
  EXPECT_EQ(f.offset, 200u);
  EXPECT_EQ(shown("a NO", 99).offset, 4u);
}

TEST(Finding, WhatTheWindowCutsIsHiddenToo) {
  std::string const all = std::string(790, 'a') + " 0f-finding-S3cret " + std::string(1000, 'c');
  auto const before = shown(all, 1000), after = shown(all, 600), inside = shown(all, 795);
  EXPECT_EQ(before.octets.find("inding"), std::string::npos);
  EXPECT_EQ(before.octets[before.offset], 'c');
  EXPECT_EQ(after.octets.find("0f-fi"), std::string::npos);
  EXPECT_EQ(after.octets.substr(after.octets.size() - 12), "aa HIDDENSEC");
  EXPECT_EQ(inside.octets.substr(inside.offset, 13), "HIDDENSECRET ");
}

TEST(Finding, SentencesHaveNone) {
  auto f = shown("", 0);
  f.text = "NO 0f-finding-S3cret";
  f.expected = {"0f-finding-S3cret"};
  f.misses = {"is MGYtZmluZGluZy1TM2NyZXQ="};
  f.story.push_back({{}, 0, "said 0F-FINDING-S3CRET"});
  f.hide_secrets();
  EXPECT_EQ(f.text, "NO HIDDENSECRET");
  EXPECT_EQ(f.expected[0], "HIDDENSECRET");
  EXPECT_EQ(f.misses[0], "is HIDDENSECRET=");
  EXPECT_EQ(f.story[0].text, "said HIDDENSECRET");
}

}  // namespace mailrig::history::finding_test
