#include "scenario/target.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "base/scratch_folder.hpp"
#include "base/secrets.hpp"
#include "scenario/tls_section.hpp"

namespace mailrig::scenario::target_test {

namespace {

base::result<target> of(std::string_view text) {
  auto const folder = *base::scratch_folder::make("mailrig-target-test");
  auto const file = folder.path() / "t.toml";
  std::ofstream(file) << text;
  return read_target(file);
}

std::string wrong_in(std::string_view text) {
  auto const t = of(text);
  if (t) return "";
  auto const& said = t.error().text;
  return said.substr(said.find("t.toml:"));
}

constexpr auto accounts = "[accounts]\npattern = 'u%03d'\ncount = 3\npassword = 'secret'\n";

}  // namespace

TEST(Target, ReadsWhatSitesHave) {
  auto const t =
      of(std::string("remote = true\n[imap]\nurl = 'imaps://mail.example.org'\nproxy = 'v2'\n"
                     "clients = '10.0.0.0/8'\n[pop3]\nurl = 'pop3://mail.example.org'\nstls = true\n"
                     "[tls]\nserver_name = 'mx'\nresume = 0.5\n[auth]\nimap = 'oauthbearer'\npop3 = 'USER'\n") +
         accounts);
  ASSERT_TRUE(t) << t.error().text;
  EXPECT_EQ(t->imap->at.port, 993);
  EXPECT_TRUE(t->imap->at.remote);
  EXPECT_EQ(t->imap->at.proxy, net::proxy_form::v2);
  EXPECT_TRUE(t->pop3->upgrade);
  EXPECT_EQ(t->accounts[2].user, "u003");
  EXPECT_EQ(t->imap_mechanism, "oauthbearer");
  EXPECT_EQ(t->pop3_mechanism, "");
}

TEST(Target, SaysWhereAndWhatAndHowToMendIt) {
  auto const imap = std::string("[imap]\nurl = 'imap://127.0.0.1:1143'\n");
  EXPECT_EQ(wrong_in(imap + accounts), "");
  EXPECT_EQ(wrong_in(accounts), "t.toml:1: a target needs [imap] or [pop3], each with a url");
  EXPECT_EQ(wrong_in(imap), "t.toml:1: [accounts] needs pattern = \"u%d\", list or file");
  EXPECT_EQ(wrong_in(std::string("[imap]\nurl = 'imap://mail.example.org'\n") + accounts),
            "t.toml:2: mail.example.org is not this machine; say remote = true if you run it and may test it");
  EXPECT_EQ(wrong_in(std::string("remote = 'yes'\n") + imap + accounts),
            "t.toml:1: remote is true or false, without quotes");
  EXPECT_NE(wrong_in(imap + accounts + "[tls]\nserver_nam = 'x'\n").find("did you mean 'server_name'?"),
            std::string::npos);
  EXPECT_NE(wrong_in(imap + accounts + "[auth]\nimap = 'NTLM'\n").find("SCRAM-SHA-256"), std::string::npos);
  EXPECT_NE(wrong_in(imap + accounts + "[tls]\npin = 'abc'\n").find("64 hex digits"), std::string::npos);
  EXPECT_NE(wrong_in(imap + "proxy = 'v1'\n" + accounts).find("need clients"), std::string::npos);
  EXPECT_NE(wrong_in(std::string("[pop3]\nurl = 'pop3://127.0.0.1'\n") + accounts).find("[delivery]"),
            std::string::npos);
}

TEST(Target, SeveralEndpointsHaveNamesWeightsAndAPolicy) {
  using session::endpoint_policy;
  struct {
    char const* text;
    endpoint_policy policy;
    bool has_next;
    std::vector<std::string> names;
    std::vector<double> weights;
  } const table[] = {
      {"url = 'imap://127.0.0.1:1143'\n", endpoint_policy::first, false, {"a"}, {1}},
      {"url = ['imap://127.0.0.1:1143', 'imap://127.0.0.1:1144']\n", endpoint_policy::first, false, {"a", "b"}, {1, 1}},
      {"url = ['imap://[::1]:1143?name=north', 'imaps://localhost?name=south&weight=3']\npolicy = 'weighted'\n",
       endpoint_policy::weighted,
       false,
       {"north", "south"},
       {1, 3}},
      {"url = ['imap://127.0.0.1:1', 'imap://127.0.0.1:2']\npolicy = 'failover'\n",
       endpoint_policy::failover,
       true,
       {"a", "b"},
       {1, 1}},
      {"url = ['imap://127.0.0.1:1', 'imap://127.0.0.1:2']\npolicy = 'per-user'\nfailover = true\n",
       endpoint_policy::per_user,
       true,
       {"a", "b"},
       {1, 1}},
  };
  for (auto const& one : table) {
    auto const t = of(std::string("[imap]\n") + one.text + accounts);
    ASSERT_TRUE(t) << one.text << t.error().text;
    auto const& list = t->endpoints(history::protocol::imap);
    EXPECT_EQ(list.policy, one.policy) << one.text;
    EXPECT_EQ(list.has_next(), one.has_next) << one.text;
    ASSERT_EQ(list.all.size(), one.names.size()) << one.text;
    for (std::size_t i = 0; i < list.all.size(); ++i) {
      EXPECT_EQ(list.all[i].name, one.names[i]) << one.text;
      EXPECT_EQ(list.all[i].weight, one.weights[i]) << one.text;
      EXPECT_EQ(t->endpoint_named(history::protocol::imap, one.names[i]), i) << one.text;
      EXPECT_EQ(t->way(history::protocol::imap, i).at.port, list.all[i].way.at.port) << one.text;
    }
    EXPECT_EQ(t->imap->at.port, list.all[0].way.at.port) << one.text;
  }
}

TEST(Target, SaysWhatIsWrongWithEndpoints) {
  for (auto const& [text, said] :
       {std::pair("url = []\n", "needs url"),
        std::pair("url = 'imap://127.0.0.1:1'\npolicy = 'random'\n", "among several endpoints"),
        std::pair("url = 'imap://127.0.0.1:1'\nfailover = true\n", "among several endpoints"),
        std::pair("url = ['imap://127.0.0.1:1?name=b', 'imap://127.0.0.1:2']\n", "two endpoints are called 'b'"),
        std::pair("url = ['imap://127.0.0.1:1', 'pop3://127.0.0.1:2']\n", "is not imap's"),
        std::pair("url = ['imap://127.0.0.1:1', 'imap://mail.example.org']\n", "is not this machine"),
        std::pair("url = ['imap://127.0.0.1:1', 'imap://127.0.0.1:2?weight=0']\n", "above 0"),
        std::pair("url = ['imap://127.0.0.1:1', 'imap://127.0.0.1:2']\npolicy = 'per user'\n", "per-user, per-device"),
        std::pair("url = 'imap://127.0.0.1:1'\npolcy = 'random'\n", "did you mean 'policy'?")})
    EXPECT_NE(wrong_in(std::string("[imap]\n") + text + accounts).find(said), std::string::npos) << text;
}

TEST(Target, UrlsOfACommandLineAreEndpointsOfOneUser) {
  auto const two = target_at("imap://u@127.0.0.1:1,imap://u@127.0.0.1:2?name=replica,pop3://u@127.0.0.1:3");
  ASSERT_TRUE(two) << two.error().text;
  EXPECT_EQ(two->imap->at.port, 1);
  EXPECT_EQ(two->pop3->at.port, 3);
  EXPECT_EQ(two->endpoint_named(history::protocol::imap, "replica"), 1u);
  EXPECT_EQ(two->endpoint_named(history::protocol::pop3, "replica"), std::nullopt);
  EXPECT_EQ(two->accounts.size(), 1u);
  EXPECT_FALSE(target_at("imap://u@127.0.0.1:1,imap://v@127.0.0.1:2"));
  EXPECT_FALSE(target_at("imap://u@127.0.0.1:1?name=b,imap://u@127.0.0.1:2?name=b"));
}

TEST(Target, NulIsRefusedAndLineEndsAreNot) {
  auto const imap = std::string("[imap]\nurl = 'imap://127.0.0.1:1143'\n[accounts]\n");
  EXPECT_EQ(wrong_in(imap + "list = [{user = 'u', password = \"a\\r\\nb\"}]\n"), "");
  EXPECT_NE(wrong_in(imap + "list = [{user = 'u', password = \"a\\u0000b\"}]\n").find("NUL"), std::string::npos);
}

TEST(Target, PasswordsAreKeptSecretOnceRead) {
  auto const imap = std::string("[imap]\nurl = 'imap://127.0.0.1:1143'\n[accounts]\n");
  EXPECT_EQ(wrong_in(imap + "list = [{user = 'u', password = 'of-target-7', token = 'tok-of-target-8'}]\n"
                            "[[odd]]\nname = 'x'\nuser = 'v'\npassword = 'odd-of-target-9'\n"),
            "");
  EXPECT_EQ(base::known_secrets().hide("of-target-7 tok-of-target-8 odd-of-target-9", base::reading::text),
            "HIDDENSECRET HIDDENSECRET HIDDENSECRET");
}

TEST(Target, KeysAreListedByTheReaderItself) {
  std::vector<std::string> paths;
  for (auto const& k : target_keys()) paths.push_back(k.path);
  for (auto const* expected : {"name", "imap.url", "tls.server_name", "accounts.pattern", "accounts.list[].token",
                               "odd[].name", "delivery.lmtp"})
    EXPECT_NE(std::ranges::find(paths, expected), paths.end()) << expected;
}

TEST(Target, WhatTlsSectionWritesItReadsBack) {
  net::tls_options const o{.ca_file = "/a b\"c.pem",
                           .pins = {std::string(64, 'a')},
                           .server_name = "mx",
                           .alpn = true,
                           .highest = "1.2",
                           .resume = 0.25};
  auto root = *toml_table::parse(write_tls(o), "/x/t.toml", "target");
  auto const back = read_tls(root.table("tls", ""));
  EXPECT_FALSE(root.mistake());
  EXPECT_EQ(back.ca_file, o.ca_file);
  EXPECT_EQ(back.pins, o.pins);
  EXPECT_EQ(back.server_name, "mx");
  EXPECT_TRUE(back.alpn);
  EXPECT_EQ(back.highest, "1.2");
  EXPECT_EQ(back.resume, 0.25);
}

}  // namespace mailrig::scenario::target_test
