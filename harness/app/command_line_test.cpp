// command_line_test: what is declared, what a shell is offered, and the pages that are made of it.
#include "app/command_line.hpp"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "app/completion.hpp"
#include "app/data.hpp"
#include "app/guide.hpp"
#include "app/manual.hpp"
#include "app/nearest.hpp"

namespace mailrig::app::command_line_test {
namespace {

struct Subcommands : ::testing::Test {
  void SetUp() override { use_data(*find_data({MAILRIG_SOURCE_DIR}, {}), {}); }

  std::vector<std::string> offered(std::vector<std::string> const& words) const {
    std::vector<std::string> out;
    for (auto const& c : complete(*all, words)) out.push_back(c.word);
    return out;
  }
  bool offers(std::vector<std::string> const& words, std::string const& one) const {
    auto const list = offered(words);
    return std::ranges::find(list, one) != list.end();
  }

  invocation to;
  std::vector<std::string> data;
  std::shared_ptr<CLI::App> all = make_command_line(to, data);
};

TEST_F(Subcommands, WhatIsMistypedIsToldWithWhatIsNearest) {
  using words = std::vector<std::string>;
  EXPECT_EQ(mistyped(*all, {"chekc"}), "'chekc' is no subcommand; did you mean 'check'?");
  EXPECT_EQ(mistyped(*all, {"baseline", "updaet"}), "'updaet' is no subcommand; did you mean 'update'?");
  EXPECT_EQ(mistyped(*all, {"--data", "mine", "stres", "--seed", "1"}),
            "'stres' is no subcommand; did you mean 'stress'?");
  EXPECT_EQ(mistyped(*all, {"check", "--bseline=x"}), "'--bseline' is no option; did you mean '--baseline'?");
  EXPECT_EQ(mistyped(*all, {"quartz"}), "'quartz' is no subcommand");
  for (auto const& right :
       {words{"check", "chekc"}, words{"check", "--baseline", "x", "--data", "y"}, words{"report", "diff", "a"}})
    EXPECT_EQ(mistyped(*all, right), "");
}

TEST_F(Subcommands, EverySubcommandSaysWhatToDo) {
  for (auto const* c : base::registry<command>::all()) {
    auto const* sub = subcommand_of(*all, c->name);
    ASSERT_TRUE(sub) << c->name;
    EXPECT_FALSE(sub->get_description().empty()) << c->name;
  }
}

TEST_F(Subcommands, DataStandsBeforeOrAfterTheSubcommand) {
  all->parse("--data one list servers --data two", false);
  EXPECT_EQ(data, (std::vector<std::string>{"one", "two"}));
  EXPECT_TRUE(to.action);
}

TEST_F(Subcommands, OffersSubcommandsOptionsAndValues) {
  EXPECT_EQ(offered({"che"}), (std::vector<std::string>{"check", "check-client"}));
  EXPECT_FALSE(offers({""}, "complete")) << "what is hidden is not offered";
  EXPECT_EQ(offered({"check", "--targ"}), std::vector<std::string>{"--target"});
  EXPECT_TRUE(offers({"check", "--d"}, "--data")) << "of all subcommands";
  EXPECT_EQ(offered({"check", "--level", "sh"}), std::vector<std::string>{"should"});
  EXPECT_EQ(offered({"check", "--target", "doveco"}), std::vector<std::string>{"dovecot"});
  EXPECT_EQ(offered({"check", "--defect", "uid-reuse"}), std::vector<std::string>{"uid-reused"});
  EXPECT_EQ(offered({"list", "serv"}), std::vector<std::string>{"servers"});
  EXPECT_TRUE(offered({"list", "servers", "serv"}).empty()) << "it takes one word";
  EXPECT_TRUE(offers({"report", ""}, "diff"));
}

TEST_F(Subcommands, ScenariosAreOfferedLevelByLevel) {
  EXPECT_TRUE(offers({"check", ""}, "imap/"));
  EXPECT_TRUE(offers({"check", "imap/rfc3501/6.1"}, "imap/rfc3501/6.1.2-noop/"));
  EXPECT_TRUE(offers({"check", "pop3/", "imap/rfc35"}, "imap/rfc3501/")) << "any number of them";
}

TEST_F(Subcommands, ReportsAreThoseOfTheSubcommand) {
  EXPECT_TRUE(offers({"check", "--report", ""}, "junit:"));
  EXPECT_FALSE(offers({"check", "--report", ""}, "csv:"));
  EXPECT_TRUE(offers({"load", "office", "--report", ""}, "csv:"));
}

TEST_F(Subcommands, PagesNameEveryOption) {
  for (auto const* c : all->get_subcommands([](CLI::App const* s) { return !s->get_group().empty(); })) {
    auto const page = manual_page(*c);
    EXPECT_TRUE(page.starts_with("# NAME\n\nmailrig-" + c->get_name() + " - ")) << page.substr(0, 60);
    for (auto const* o : c->get_options())
      for (auto const& name : o->get_lnames())
        EXPECT_EQ(page.find("**--" + name + "**") != page.npos, !o->get_group().empty())
            << c->get_name() << ' ' << name;
  }
}

TEST_F(Subcommands, EveryGuideIsThere) {
  for (auto const& g : guides())
    EXPECT_TRUE(std::filesystem::exists(data_folders(MAILRIG_SOURCE_DIR, {}).shipped() / g.file)) << g.file;
}

}  // namespace
}  // namespace mailrig::app::command_line_test
