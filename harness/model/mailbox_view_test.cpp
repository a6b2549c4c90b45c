#include "model/mailbox_view.hpp"

#include <gtest/gtest.h>

#include <string>

#include "base/rng.hpp"

namespace mailrig::model::mailbox_view_test {

TEST(MailboxView, AnswersLikeARowWhateverComes) {
  base::rng random(5);
  for (int round = 0; round < 4; ++round) {
    model::mailbox_view v;
    std::vector<model::slot> row;
    std::uint32_t serial = 1;
    for (int step = 0; step < 6000; ++step) {
      switch (random.below(8)) {
        case 0: {
          auto const n = row.size() + random.below(round < 2 ? 5 : 900);
          v.exists(n, 5000);
          while (row.size() < std::min<std::size_t>(n, 5000)) row.push_back({0, serial++});
          break;
        }
        case 1:
        case 2:
          if (row.empty()) break;
          {
            auto const n = 1 + random.below(row.size()), uid = 1 + random.below(9000);
            v.told_uid(n, std::uint32_t(uid));
            row[n - 1].uid = std::uint32_t(uid);
          }
          break;
        case 3:
          if (step % 50 == 0) {
            auto const goes = [](auto const& s) { return (s.uid >= 7 && s.uid <= 400) || s.uid == 8999; };
            std::string uids;
            for (auto const& s : row)
              if (goes(s)) uids += (uids.empty() ? "" : ",") + std::to_string(s.uid);
            if (uids.empty()) break;
            v.vanish(*wire::imap::sequence_set::parse(uids));
            std::erase_if(row, goes);
          }
          break;
        default:
          if (row.empty()) break;
          {
            auto const n = 1 + random.below(row.size());
            v.expunge(n);
            row.erase(row.begin() + std::ptrdiff_t(n) - 1);
          }
      }
      ASSERT_EQ(v.size(), row.size());
      if (row.empty()) continue;
      auto const n = 1 + random.below(row.size());
      ASSERT_EQ(v.at(n).serial, row[n - 1].serial);
      ASSERT_EQ(v.at(n).uid, row[n - 1].uid);
      ASSERT_EQ(v.number_of(row[n - 1].serial), n);
      std::uint32_t largest = 0;
      for (auto const& s : row) largest = std::max(largest, s.uid);
      ASSERT_EQ(v.largest_uid(), largest);
      if (step % 100 != 0) continue;
      for (std::size_t i = 0; i < row.size(); ++i) ASSERT_EQ(v.slots()[i].serial, row[i].serial);
    }
  }
}

TEST(MailboxView, WhatVanishesTogetherWithAnUntoldUidBeforeItGoesToo) {
  mailbox_view v;
  v.exists(5, 100);
  v.told_uid(3, 20);
  v.told_uid(4, 21);
  v.told_uid(5, 22);
  v.vanish(*wire::imap::sequence_set::parse("11,21"));
  ASSERT_EQ(v.size(), 3u);
  EXPECT_EQ(v.at(1).uid, 0u);
  EXPECT_EQ(v.at(2).uid, 20u);
  EXPECT_EQ(v.at(3).uid, 22u);
  EXPECT_EQ(v.number_of(v.at(3).serial), 3u);
}

TEST(MailboxView, WhatVanishesByAnUntoldUidIsAmongThoseBetween) {
  mailbox_view v;
  v.exists(5, 100);
  v.told_uid(1, 10);
  v.told_uid(4, 20);
  auto const first = v.at(1).serial, last = v.at(5).serial;
  v.vanish(*wire::imap::sequence_set::parse("15"));
  ASSERT_EQ(v.size(), 4u);
  EXPECT_EQ(v.at(1).serial, first);
  EXPECT_EQ(v.at(3).uid, 20u);
  EXPECT_NE(v.at(4).serial, last);  // whose number has changed is told of anew
  v.vanish(*wire::imap::sequence_set::parse("5"));
  EXPECT_EQ(v.size(), 4u);  // below the first there is none
}

TEST(MailboxView, NoMessageHasUidZero) {
  mailbox_view v;
  v.exists(2, 100);
  v.told_uid(1, 10);
  v.told_uid(1, 0);
  EXPECT_EQ(v.at(1).uid, 10u);
}

}  // namespace mailrig::model::mailbox_view_test
