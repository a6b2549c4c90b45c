#include "load/profile.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "base/scratch_folder.hpp"

namespace mailrig::load::profile_test {

using namespace std::chrono_literals;

namespace {

std::string complaint_about(std::string const& text) {
  auto const folder = base::scratch_folder::make("profile");
  auto const file = folder->path() / "profile.toml";
  std::ofstream(file) << text;
  auto const p = read_profile(file);
  return p ? "" : p.error().text;
}

std::string const head = "title = \"x\"\n[[device]]\nname = \"d\"\n";

}  // namespace

TEST(Profile, AllOfThemAreRead) {
  auto const all = read_profiles(std::filesystem::path(MAILRIG_SOURCE_DIR) / "scenarios/profiles");
  ASSERT_TRUE(all) << all.error().text;
  EXPECT_GE(all->size(), 8u);
  for (auto const& p : *all) EXPECT_FALSE(p.devices.empty()) << p.name;
}

TEST(Profile, ItsNetworkIsEachDevicesUnlessItsLinkSaysOtherwise) {
  auto const folder = base::scratch_folder::make("profile");
  auto const file = folder->path() / "profile.toml";
  std::ofstream(file)
      << "title = \"x\"\n[network]\nloss = 0.02\ndelay = \"20ms\"\njitter = \"5ms\"\nforget_idle = \"5m\"\n"
         "forgets_by = \"reset\"\nblackhole = 0.1\nblackhole_after = \"2m\"\ntls_resume = 0.8\n"
         "[[device]]\nname = \"a\"\n[[device]]\nname = \"b\"\nlink = { delay = \"60ms\", blackhole = 0 }\n";
  auto const p = read_profile(file);
  ASSERT_TRUE(p) << p.error().text;
  EXPECT_EQ(p->lines.tls_resume, 0.8);
  auto const &a = p->devices[0], &b = p->devices[1];
  EXPECT_EQ(a.link.loss, 0.02);
  EXPECT_EQ(a.link.delay, 20ms);
  EXPECT_EQ(a.link.jitter, 5ms);
  EXPECT_EQ(a.failures.forget_idle, 5min);
  EXPECT_TRUE(a.failures.forgets_by_reset);
  EXPECT_EQ(a.failures.blackhole, 0.1);
  EXPECT_EQ(a.failures.blackhole_after, 2min);
  EXPECT_EQ(b.link.delay, 60ms);
  EXPECT_EQ(b.link.loss, 0.02);
  EXPECT_EQ(b.failures.blackhole, 0);
  EXPECT_TRUE(b.failures.forgets_by_reset);
  EXPECT_NE(complaint_about("[network]\nloss = 0.9\n" + head).find("loss"), std::string::npos);
}

TEST(Profile, Specmail2001HasItsFigures) {
  auto const p = read_profile(std::filesystem::path(MAILRIG_SOURCE_DIR) / "scenarios/profiles/specmail2001-pop.toml");
  ASSERT_TRUE(p);
  EXPECT_DOUBLE_EQ(p->arrivals_per_day, 4);
  EXPECT_DOUBLE_EQ(p->peak, 0.15);
  EXPECT_EQ(p->sizes.mean, 24500u);
  EXPECT_EQ(p->read_speed, 3000u);
  double checks = 0, repeats = 0;  // in the peak hour
  for (auto const& d : p->devices) {
    auto const an_hour = 3600e9 / double(d.think.mean().count()) * d.per_user;
    checks += an_hour;
    if (d.name == "repeat") repeats += an_hour;
  }
  EXPECT_NEAR(checks, 4 * 0.15, 0.01);
  EXPECT_NEAR(repeats / checks, 0.75, 0.01);
}

TEST(Profile, MistakesAreToldWithTheirLine) {
  EXPECT_NE(complaint_about("titel = \"x\"\n").find(":1: 'titel' is no key here; did you mean 'title'?"),
            std::string::npos);
  EXPECT_NE(complaint_about("title = \"x\"\n").find("[[device]] is missing"), std::string::npos);
  EXPECT_NE(complaint_about(head + "think = \"soon\"\n").find(":4: think is written like"), std::string::npos);
  EXPECT_NE(complaint_about(head + "start = [\"retr all\"]\n").find("'retr all' is no step of imap"),
            std::string::npos);
  EXPECT_NE(complaint_about(head + "[[device.act]]\ndo = [\"noop\"]\n").find("need think"), std::string::npos);
  EXPECT_NE(complaint_about(head + "protocol = \"pop3\"\nconnects = \"session\"\n").find("hold the maildrop"),
            std::string::npos);
  EXPECT_NE(complaint_about(head + "protocol = \"pop3\"\nresync = \"best\"\n").find("an IMAP device that selects"),
            std::string::npos);
  EXPECT_NE(complaint_about(head + "resync = \"quick\"\n").find(":4:"), std::string::npos);
  EXPECT_NE(complaint_about("title = \"x\n").find(":1:"), std::string::npos);
}

TEST(MessageWriter, HaveTheMeanTheyShouldAndTheirDigest) {
  base::rng random(1);
  size_distribution d{24500, 6000, 10u << 20};
  double sum = 0;
  for (int i = 0; i < 200000; ++i) sum += double(d.draw(random));
  EXPECT_NEAR(sum / 200000, 24500, 1500);
  message_writer w(1);
  std::string text;
  w.write("u1", 5000, text);
  EXPECT_NEAR(double(text.size()), 5000, 100);
  auto const at = text.find("X-Mailrig-Digest: ");
  ASSERT_NE(at, text.npos);
  EXPECT_EQ(std::stoull(text.substr(at + 18, 16), nullptr, 16), base::digest64(std::string_view(text).substr(at + 36)));
  EXPECT_EQ(text.find("\n."), text.npos);
  for (std::size_t lf = text.find('\n'); lf != text.npos; lf = text.find('\n', lf + 1)) ASSERT_EQ(text[lf - 1], '\r');
}

}  // namespace mailrig::load::profile_test
