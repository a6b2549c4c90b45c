#include "base/secrets.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "base/hiding_buffer.hpp"

namespace mailrig::base::secrets_test {

namespace {

struct Secrets : ::testing::Test {
  secret_set known;
  std::string wire(std::string_view text) const { return known.hide(text, reading::wire); }
  std::string text(std::string_view text) const { return known.hide(text, reading::text); }
  std::string mail(std::string_view text) const { return known.hide(text, reading::content); }
  /// As a stream, cut at each place in turn.
  void cut_anywhere(std::string_view whole, std::string_view expected) const {
    for (std::size_t at = 0; at <= whole.size(); ++at) {
      std::string buffer(whole.substr(0, at));
      auto out = known.take(buffer, reading::wire);
      buffer += whole.substr(at);
      out += known.take(buffer, reading::wire);
      out += known.hide(buffer, reading::wire);
      EXPECT_EQ(out, expected) << "cut at " << at;
    }
    std::string buffer, out;
    for (char c : whole) {
      buffer += c;
      out += known.take(buffer, reading::wire);
    }
    EXPECT_EQ(out + known.hide(buffer, reading::wire), expected);
  }
};

}  // namespace

TEST_F(Secrets, OneSizeForAll) {
  known.add("S3CRETxyzzyPw", "u1");
  known.add("hunter2", "u2");
  EXPECT_EQ(wire("a NO S3CRETxyzzyPw is wrong"), "a NO HIDDENSECRET is wrong");
  EXPECT_EQ(wire("a NO hunter2 is wrong"), "a NO HIDDENSECRET is wrong");
  EXPECT_EQ(wire("a NO hunter3 is wrong"), "a NO hunter3 is wrong");
  EXPECT_EQ(wire("s3cretXYZZYpW, without its last octet S3CRETxyzzyP"),
            "HIDDENSECRET, without its last octet HIDDENSECRET");
}

TEST_F(Secrets, CodedFormsInLongerTexts) {
  known.add("S3CRETxyzzyPw", "u1");
  // \0u1\0S3CRETxyzzyPw, \0u12\0..., \0u123\0...: each of the three places that base64 has for it.
  EXPECT_EQ(wire("+ AHUxAFMzQ1JFVHh5enp5UHc="), "+ AHUxAHIDDENSECRET=");
  EXPECT_EQ(wire("+ AHUxMgBTM0NSRVR4eXp6eVB3"), "+ AHUxMgHIDDENSECRET");
  EXPECT_EQ(wire("+ AHUxMjMAUzNDUkVUeHl6enlQdw=="), "+ AHUxMjMAHIDDENSECRET==");
  EXPECT_EQ(wire("5333435245547878797a7a795077 5333435245547879 7A7A795077"),
            "5333435245547878797a7a795077 5333435245547879 7A7A795077");
  EXPECT_EQ(wire("533343524554787a 53334352455478797a7A795077"), "533343524554787a HIDDENSECRET");
  EXPECT_EQ(wire("%533CRETxyzzyPw %53%33%43%52%45%54%78%79%7A%7a%79%50%77"), "%533CRETxyzzyPw HIDDENSECRET");
}

TEST_F(Secrets, ShortOnesAreHiddenWhereTheyAreCoded) {
  known.add("Zq9!", "u1");
  known.add("4711", "u2");
  EXPECT_EQ(wire("Zq9! WnE5IQ== 5a713921 5A:71:39:21 %5a%71%39%21 NDcxMQ== 34373131 4711"),
            "Zq9! HIDDENSECRET HIDDENSECRET HIDDENSECRET HIDDENSECRET HIDDENSECRET HIDDENSECRET 4711");
  for (auto const* weak : {"Zq9!", "48151623", "u1", "INBOX", "user5"}) EXPECT_FALSE(can_be_hidden(weak, "user5"));
  for (auto const* good : {"secret", "Zq9!x", "Zq9!xy", "481516234242"}) EXPECT_TRUE(can_be_hidden(good, "user5"));
}

TEST_F(Secrets, FoldedLines) {
  known.add("S3CRETxyzzyPw");
  EXPECT_EQ(wire("AFMzQ1JF\r\nVHh5enp5UHc=\r\n"), "AHIDDENSECRET\r\n=\r\n");
}

TEST_F(Secrets, AcrossAnyCut) {
  known.add("S3CRETxyzzyPw");
  known.add("SS3CRET");
  known.add("secret");
  cut_anywhere("* OK S3CRETxyzzyPw SS3CRET SS3CRETxyzzy\r\nS3CRETxyzz secret secrets\r\n",
               "* OK HIDDENSECRET HIDDENSECRET HIDDENSECRETxyzzy\r\nS3CRETxyzz HIDDENSECRET secrets\r\n");
}

TEST_F(Secrets, NothingWaitsBeforeALineEnd) {
  known.add("S3CRETxyzzyPw");
  std::string buffer = "a OK S3CRET\r\n";
  EXPECT_EQ(known.take(buffer, reading::wire), "a OK S3CRET\r\n");
  EXPECT_EQ(buffer, "");
  buffer = "* OK S3CR";
  EXPECT_EQ(known.take(buffer, reading::wire), "* OK ");
  EXPECT_EQ(buffer, "S3CR");
}

TEST_F(Secrets, OrdinaryWordsOnlyWhereTheyStandAlone) {
  known.add("secret", "u1");
  known.add("12345678", "u2");
  known.add("INBOX", "u3");
  known.add("user5", "user5");
  known.add("x1", "u6");
  EXPECT_EQ(wire("a NO \"secret\" of secretary, 12345678 INBOX user5 x1"),
            "a NO \"HIDDENSECRET\" of secretary, 12345678 INBOX user5 x1");
  EXPECT_EQ(mail("the secret"), "the secret");
  EXPECT_EQ(text("the secret"), "the secret");
  EXPECT_EQ(text("c2VjcmV0 AHUxAHNlY3JldA== 736563726574 MTIzNDU2Nzg="),
            "HIDDENSECRET AHUxAHIDDENSECRET== HIDDENSECRET HIDDENSECRET=");
}

TEST_F(Secrets, AsFilesAndTerminalsWriteThem) {
  known.add("p\xe4\"ss<1>");
  EXPECT_EQ(text(R"({"o":"a NO p\u00e4\"ss<1>"})").find("ss<1>"), std::string::npos);
  EXPECT_EQ(text(R"(NO p\xE4"ss<1> and p\xE4&quot;ss&lt;1&gt; and p\\xE4\"ss<1>)"),
            "NO HIDDENSECRET and HIDDENSECRET and HIDDENSECRET");
  EXPECT_EQ(wire(R"(NO p\xE4"ss<1>)"), R"(NO p\xE4"ss<1>)");
}

TEST_F(Secrets, JsonStaysJson) {
  known.add("nabc-123");
  EXPECT_EQ(text(R"({"text":"one\nabc-123"})"), R"({"text":"oneHIDDENSECRET"})");
  EXPECT_EQ(text(R"({"text":"one\\nabc-123"})"), R"({"text":"one\\HIDDENSECRET"})");
}

TEST_F(Secrets, AMarkStaysWhereItWas) {
  known.add("S3CRETxyzzyPw");
  auto const moved = [&](std::string_view whole, std::size_t at) {
    hidden what{.mark = at};
    (void)known.hide(whole, reading::wire, &what);
    return what.mark;
  };
  EXPECT_EQ(moved("NO S3CRETxyzzyPw !", 2), 2u);
  EXPECT_EQ(moved("NO S3CRETxyzzyPw !", 3), 3u);
  EXPECT_EQ(moved("NO S3CRETxyzzyPw !", 9), 3u);
  EXPECT_EQ(moved("NO S3CRETxyzzyPw !", 16), 15u);
  EXPECT_EQ(moved("NO S3CRETxyzzyPw !", 17), 16u);
}

TEST_F(Secrets, TenThousandAccountsAreSearchedFast) {
  for (int i = 0; i < 10'000; ++i) known.add("pw-" + std::to_string(i * 7919) + "-xyz", "u" + std::to_string(i));
  std::string all;
  for (int i = 0; i < 20'000; ++i) all += "* " + std::to_string(i) + " FETCH (FLAGS (\\Seen) UID 17)\r\n";
  all += "pw-79182081-xyz";
  hidden what;
  EXPECT_TRUE(known.hide(all, reading::wire, &what).ends_with("HIDDENSECRET"));
  EXPECT_EQ(what.hits, 1u);
}

TEST_F(Secrets, AStreamHasNone) {
  known.add("S3CRETxyzzyPw");
  std::ostringstream to;
  {
    hiding_buffer buffer(*to.rdbuf(), known);
    std::ostream out(&buffer);
    out << "pass: S3CRET"
        << "xyzzyPw, ";
    out << "S3CR" << std::flush;
    EXPECT_EQ(to.str(), "pass: HIDDENSECRET, S3CR");
    out << "S3CRETxyzzyP" << 'w';
  }
  EXPECT_EQ(to.str(), "pass: HIDDENSECRET, S3CRHIDDENSECRET");
}

TEST_F(Secrets, ProofsInTheirForms) {
  known.add("S3CRETxyzzyPw", "u1");
  std::string const digest = "9f86d081884c7d659a2feaa0c55ad015", proof = "v0X8v3Bz2T0CJGbJQyF0X+HI4Ts/fH8=";
  EXPECT_EQ(wire("NO " + digest), "NO " + digest);
  known.add_proof(digest);
  known.add_proof(proof);
  EXPECT_EQ(wire("NO " + digest + " is wrong"), "NO HIDDENSECRET is wrong");
  EXPECT_EQ(wire("NO 9F86D081884C7D659A2FEAA0C55AD015 is wrong"), "NO HIDDENSECRET is wrong");
  EXPECT_EQ(wire("p=" + proof), "p=HIDDENSECRET=");
  EXPECT_EQ(wire("p=v0X8v3Bz2T0CJGbJQyF0X%2BHI4Ts%2FfH8"), "p=HIDDENSECRET");
  EXPECT_EQ(wire("p=v0X8v3Bz2T0CJGbJQyF0X-HI4Ts_fH8"), "p=HIDDENSECRET");
  EXPECT_EQ(wire("+ OWY4NmQwODE4ODRjN2Q2NTlhMmZlYWEwYzU1YWQwMTU="), "+ HIDDENSECRET=");
  EXPECT_EQ(wire("NO S3CRETxyzzyPw"), "NO HIDDENSECRET");
}

TEST_F(Secrets, OfProofsTheLastAreKnown) {
  auto const nth = [](int n) { return "9f86d081884c7d659a2feaa0" + std::to_string(10'000'000 + n); };
  known.add("S3CRETxyzzyPw", "u1");
  known.add("hunter2-hunter", "u2");
  for (int n = 0; n < 5000; ++n) known.add_proof(nth(n));
  for (int n = 4500; n < 5000; ++n) ASSERT_EQ(wire("NO " + nth(n)), "NO HIDDENSECRET") << n;
  EXPECT_EQ(wire("NO " + nth(0)), "NO " + nth(0));
  EXPECT_EQ(wire("NO S3CRETxyzzyPw hunter2-hunter"), "NO HIDDENSECRET HIDDENSECRET");
  cut_anywhere("NO " + nth(4999) + " S3CRETxyzzyPw", "NO HIDDENSECRET HIDDENSECRET");
}

TEST_F(Secrets, WhatBeginsAtTheEndAndEndsElsewhere) {
  known.add("S3CRETxyzzyPw", "u1");
  EXPECT_EQ(known.begun_at("mail with S3CRE"), 10u);
  EXPECT_EQ(known.begun_at("mail with S3CRx"), 15u);
  EXPECT_EQ(known.ended_in("S3CRE", "TxyzzyPw and on"), 8u);
  EXPECT_EQ(known.ended_in("S3CRE", "Txyzzy"), 0u);
  EXPECT_EQ(known.ended_in("S", "3CRETxyzzyPw"), 12u);
  EXPECT_EQ(known.ended_in("S3CRE", "other"), 0u);
}

}  // namespace mailrig::base::secrets_test
