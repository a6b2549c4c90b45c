// fill_data_test: distributions by their quantiles, folder trees, dates, and that a message is decided by its place.
#include "load/fill/fill_data.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>

#include "base/rng.hpp"
#include "base/scratch_folder.hpp"
#include "load/message_writer.hpp"
#include "load/profile.hpp"

namespace mailrig::load::fill_data_test {
namespace {

std::string const tail = "[[device]]\nname = \"d\"\n[[device.act]]\nevery = \"1s\"\ndo = [\"noop\"]\n";

base::result<profile> read(std::string const& fill) {
  auto const folder = base::scratch_folder::make("fill");
  auto const file = folder->path() / "p.toml";
  std::ofstream(file) << "title = \"x\"\n" << fill << tail;
  return read_profile(file);
}

std::string complaint(std::string const& fill) {
  auto const p = read(fill);
  return p ? "" : p.error().text;
}

}  // namespace

TEST(SizeQuantiles, HaveTheQuantilesThatTheyAreGiven) {
  auto const by_p99 = size_quantiles::by_p99(8000, 2'000'000, 10'000'000);
  EXPECT_EQ(by_p99.at(0.5), 8000u);
  EXPECT_NEAR(double(by_p99.at(0.99)), 2e6, 2e3);
  EXPECT_EQ(by_p99.at(1), 10'000'000u);
  EXPECT_EQ(by_p99.at(0), size_quantiles::least);
  auto const by_mean = size_quantiles::by_mean(6000, 24500, 1u << 30);
  EXPECT_EQ(by_mean.at(0.5), 6000u);
  EXPECT_NEAR(by_mean.mean(), 24500, 500);
  EXPECT_EQ(size_quantiles::by_mean(5000, 5000, 10'000).at(0.9), 5000u);
  EXPECT_EQ(size_quantiles::constant(4000).at(0.1), 4000u);
}

TEST(SizeQuantiles, TablesKeepTheirShares) {
  auto const t = size_quantiles::table({{2000, 1}, {10'000, 2}, {1'000'000, 1}});
  EXPECT_EQ(t.at(0), size_quantiles::least);
  EXPECT_EQ(t.at(0.25), 2000u);
  EXPECT_EQ(t.at(0.75), 10'000u);
  EXPECT_EQ(t.at(0.875), 100'000u);  // half way by logarithm
  EXPECT_EQ(t.at(1), 1'000'000u);
  for (double u = 0; u < 1; u += 0.01) EXPECT_LE(t.at(u), t.at(u + 0.01));
  EXPECT_FALSE(read_size_row("10k"));
  EXPECT_FALSE(read_size_row("0 5"));
  EXPECT_EQ(read_size_row("10k 40")->upto, 10'000u);
}

TEST(FolderTree, HasItsMailboxesAndAllItsMail) {
  struct tree_case {
    std::vector<folder_branch> branches;
    std::size_t messages;
    std::vector<std::pair<std::string, std::size_t>> boxes;
  };
  tree_case const all[] = {
      {{{"INBOX", 1, 0, 1}}, 7, {{"INBOX", 7}}},
      {{{"INBOX", 1, 0, 1}, {"Sent", 1, 0, 1}, {"Old", 1, 0, 1}}, 8, {{"INBOX", 3}, {"Sent", 3}, {"Old", 2}}},
      {{{"A", 1, 2, 1}}, 6, {{"A", 2}, {"A/1", 2}, {"A/2", 2}}},
      {{{"A", 3, 2, 2}, {"B", 1, 0, 1}},
       28,
       {{"A", 3}, {"A/1", 3}, {"A/1/1", 3}, {"A/1/2", 3}, {"A/2", 3}, {"A/2/1", 3}, {"A/2/2", 3}, {"B", 7}}},
      {{{"A", 1, 1, 1}, {"A/1", 1, 0, 1}}, 4, {{"A", 1}, {"A/1", 3}}},
      {{{"A", 1, 0, 1}, {"Empty", 0, 0, 1}}, 3, {{"A", 3}, {"Empty", 0}}},
  };
  for (auto const& c : all) {
    std::vector<std::pair<std::string, std::size_t>> came;
    for (auto const& b : planned_boxes(c.branches, c.messages)) came.emplace_back(b.name, b.messages);
    EXPECT_EQ(came, c.boxes) << c.branches[0].name << ' ' << c.messages;
  }
  EXPECT_EQ(boxes_of({"A", 1, 3, 2}), 13u);
  EXPECT_EQ(boxes_of({"A", 1, 0, 5}), 1u);
  for (std::size_t n : {1u, 99u, 100'000u}) {
    std::size_t sum = 0;
    for (auto const& b : planned_boxes({{"INBOX", 0.37, 0, 1}, {"A", 0.41, 3, 2}, {"B", 0.22, 7, 1}}, n))
      sum += b.messages;
    EXPECT_EQ(sum, n);
  }
}

TEST(DateSpread, GrowsAndStaysWithin) {
  date_spread d{1'000'000'000, 1'000'000'000 + std::int64_t(10 * 365.25 * 86400), 1};
  EXPECT_EQ(d.at(0), d.from);
  EXPECT_NEAR(double(d.at(0.5)), double(d.from + d.to) / 2, 2);
  EXPECT_EQ(d.at(1), d.to - 1);
  d.growth = 2;  // the last of ten years has a little more than half of all
  EXPECT_GT(d.at(0.4995), d.to - std::int64_t(366 * 86400));
  EXPECT_LT(d.at(0.49), d.to - std::int64_t(365 * 86400));
  for (double u = 0; u < 1; u += 0.01) EXPECT_LE(d.at(u), d.at(u + 0.01));
  EXPECT_EQ(internal_date(0), " 1-Jan-1970 00:00:00 +0000");
  EXPECT_EQ(internal_date(1'767'607'200), " 5-Jan-2026 10:00:00 +0000");
  EXPECT_EQ(header_date(1'767'607'200), "Mon, 05 Jan 2026 10:00:00 +0000");
}

TEST(FillData, AMessageIsDecidedByItsPlace) {
  auto const p = read(
      "[fill]\nmessages = 1000\nattachments = 0.1\n[fill.sizes]\nmedian = \"2k\"\np99 = \"50k\"\n"
      "[fill.flags]\nseen = 0.9\nflagged = 0.05\nkeywords = [\"$Forwarded 0.2\"]\n"
      "[fill.dates]\nfrom = \"2016-01-01\"\nto = \"2026-01-01\"\n[[fill.folder]]\nname = \"inbox\"\n");
  ASSERT_TRUE(p) << p.error().text;
  auto const& data = *p->fill;
  EXPECT_EQ(data.boxes().at(0).name, "INBOX");
  auto const key = box_seed(1, "u1", "INBOX");
  EXPECT_NE(key, box_seed(2, "u1", "INBOX"));
  EXPECT_NE(key, box_seed(1, "u2", "INBOX"));
  std::map<std::string, std::size_t> flags;
  std::size_t attachments = 0;
  std::int64_t before = 0;
  for (std::uint32_t n = 0; n < 1000; ++n) {
    auto const one = plan_letter(data, key, n, 1000), again = plan_letter(data, key, n, 1000);
    EXPECT_EQ(one.seed, again.seed);
    EXPECT_EQ(one.octets, again.octets);
    EXPECT_EQ(one.flags, again.flags);
    ASSERT_TRUE(one.date);
    EXPECT_GE(*one.date, before);
    before = *one.date;
    attachments += one.attachment;
    for (auto const& f : one.flags) ++flags[f];
  }
  EXPECT_NEAR(double(attachments), 100, 40);
  EXPECT_NEAR(double(flags["\\Seen"]), 900, 40);
  EXPECT_NEAR(double(flags["\\Flagged"]), 50, 30);
  EXPECT_NEAR(double(flags["$Forwarded"]), 200, 50);
}

TEST(FillData, ALetterIsWrittenTheSameAgain) {
  message_writer one(1), other(1);
  std::string a, b;
  one.write("u1", 100, a);  // what was written before changes nothing
  for (bool attachment : {false, true}) {
    message_writer::letter const l{5, 20'000, attachment, "x.1", "Letter 1", header_date(0), "X-Mailrig-Fill: x.1\r\n"};
    one.write("u1", l, a);
    other.write("u1", l, b);
    EXPECT_EQ(a, b);
    EXPECT_NEAR(double(a.size()), 20'000, 200);
    auto const at = a.find("X-Mailrig-Digest: ");
    ASSERT_NE(at, a.npos);
    EXPECT_EQ(std::stoull(a.substr(at + 18, 16), nullptr, 16), base::digest64(std::string_view(a).substr(at + 36)));
    for (std::size_t lf = a.find('\n'); lf != a.npos; lf = a.find('\n', lf + 1)) ASSERT_EQ(a[lf - 1], '\r');
  }
  EXPECT_NE(b.find("base64"), b.npos);
}

TEST(FillData, MistakesAreToldWithTheirLine) {
  struct mistake_case {
    char const* fill;
    char const* told;
  };
  mistake_case const all[] = {
      {"[fill]\nmesages = 3\n", ":3: 'fill.mesages' is no key here; did you mean 'messages'?"},
      {"[fill]\n", "[fill] needs messages"},
      {"mailbox = 3\n[fill]\nmessages = 3\n", ":2: mailbox and [fill] say the same"},
      {"[fill]\nmessages = 3\n[fill.sizes]\nmedian = \"8k\"\n", "a median needs a mean or p99"},
      {"[fill]\nmessages = 3\n[fill.sizes]\ntable = [\"10k 1\", \"5k 1\"]\n",
       ":5: table has its sizes in growing order"},
      {"[fill]\nmessages = 3\n[fill.sizes]\nmost = \"1G\"\n", ":5: most is written like"},
      {"[fill]\nmessages = 3\n[fill.flags]\nsean = 0.5\n", "did you mean 'seen'?"},
      {"[fill]\nmessages = 3\n[fill.flags]\nkeywords = [\"Work\"]\n", "write it like \"Work 0.1\""},
      {"[fill]\nmessages = 3\n[fill.dates]\nfrom = \"2016-01-01\"\n", "a from and a later to"},
      {"[fill]\nmessages = 3\n[fill.dates]\nfrom = \"2016-02-30\"\nto = \"2020-01-01\"\n", ":5: from is written like"},
      {"[fill]\nmessages = 3\n[[fill.folder]]\nname = \"a//b\"\n", "a folder has a name"},
      {"[fill]\nmessages = 3\n[[fill.folder]]\nname = \"A\"\nwide = 100\ndeep = 5\n", "more than 10000 mailboxes"},
      {"[fill]\nmessages = 3\n[[fill.folder]]\nname = \"A\"\nshare = 0\n", "share above 0"},
  };
  for (auto const& c : all) EXPECT_NE(complaint(c.fill).find(c.told), std::string::npos) << c.fill << complaint(c.fill);
}

TEST(FillData, TheKeysAreListed) {
  auto const keys = profile_keys();
  for (auto const* path : {"fill.messages", "fill.sizes.p99", "fill.flags.keywords", "fill.dates.growth",
                           "fill.folder[].wide", "device[].act[].do", "mail.per_day"})
    EXPECT_TRUE(std::ranges::any_of(keys, [&](auto const& k) { return k.path == path; })) << path;
}

}  // namespace mailrig::load::fill_data_test
