#include "scenario/server_url.hpp"

#include <gtest/gtest.h>

namespace mailrig::scenario::server_url_test {

using scenario::read_server_url;

TEST(ServerUrl, APortThatIsLeftOutIsTheSchemesOwn) {
  EXPECT_EQ(read_server_url("imap://host")->at.port, 143);
  EXPECT_EQ(read_server_url("IMAPS://host/")->at.port, 993);
  EXPECT_EQ(read_server_url("pop3://host")->at.port, 110);
  EXPECT_EQ(read_server_url("pop3s://host")->at.port, 995);
  EXPECT_EQ(read_server_url("imap://host:1143")->at.port, 1143);
  EXPECT_TRUE(read_server_url("imaps://host")->implicit_tls);
  EXPECT_EQ(read_server_url("pop3s://host")->at.service, "pop3");
}

TEST(ServerUrl, HostsUsersAndStarttls) {
  EXPECT_EQ(read_server_url("imap://[::1]:1143")->at.host, "::1");
  EXPECT_EQ(read_server_url("imap://[::1]")->at.port, 143);
  EXPECT_EQ(read_server_url("imap://::1")->at.host, "::1");
  EXPECT_EQ(read_server_url("imaps://u1@example.org@host")->user, "u1@example.org");
  EXPECT_EQ(read_server_url("imaps://u%201@host")->user, "u 1");
  EXPECT_TRUE(read_server_url("imap://u@host?starttls")->upgrade);
  auto const both = *read_server_url("imap://u@host?remote&starttls");
  EXPECT_TRUE(both.upgrade && both.remote);
}

TEST(ServerUrl, NamesAndWeightsOfEndpoints) {
  auto const one = *read_server_url("imap://host:1143?name=north-1&weight=2.5&starttls");
  EXPECT_EQ(one.name, "north-1");
  EXPECT_EQ(one.weight, 2.5);
  EXPECT_TRUE(one.upgrade);
  EXPECT_FALSE(read_server_url("imap://host")->weight);
  for (auto const* query : {"name=", "name=a@b", "weight=", "weight=0", "weight=-1", "weight=2x", "weight=nan",
                            "weight=inf", "weight=1e7", "nam=a"})
    EXPECT_FALSE(read_server_url(std::string("imap://host?") + query)) << query;
}

TEST(ServerUrl, SeveralAreCutWhereASchemeFollowsTheComma) {
  using list = std::vector<std::string_view>;
  EXPECT_EQ(several_urls("imap://h"), list{"imap://h"});
  EXPECT_EQ(several_urls("imap://u@h,IMAPS://u@i?name=b,pop3://u@h"),
            (list{"imap://u@h", "IMAPS://u@i?name=b", "pop3://u@h"}));
  EXPECT_EQ(several_urls("imap://smith,john@h,imap://smith,john@i"),
            (list{"imap://smith,john@h", "imap://smith,john@i"}));
  EXPECT_EQ(several_urls("imap://h,"), list{"imap://h,"});
}

TEST(ServerUrl, SaysWhatIsWrong) {
  for (auto const* url :
       {"host", "http://host", "imap://", "imap://host:0", "imap://host:70000", "imap://host:x",
        "imap://host:", "imap://u:secret@host", "imap://u%2@host", "imaps://host?starttls", "imap://host?x"})
    EXPECT_FALSE(read_server_url(url)) << url;
  EXPECT_EQ(read_server_url("imap://u:hunter2@host").error().text.find("hunter2"), std::string::npos);
}

}  // namespace mailrig::scenario::server_url_test
