// own_mail_test: whatever mailrig puts somewhere it knows again, also after a delivery; of others' mail it knows none.
#include "scenario/own_mail.hpp"

#include <gtest/gtest.h>

namespace mailrig::scenario::own_mail_test {
namespace {

mailroom const room(MAILRIG_SOURCE_DIR "/fixtures/mail");

TEST(OwnMail, EveryMessageOfTheMailroomIsKnownAgain) {
  own_mail const ours(room);
  for (auto const& name : room.names()) {
    auto const m = room.read(name).value();
    EXPECT_TRUE(ours.wrote(m.octets)) << name;
    EXPECT_TRUE(ours.wrote(numbered_copy(m, 2).octets)) << name;
  }
  for (auto const* made : {"size-500", "line-998", "parts-3", "nested-3", "enclosed-3"}) {
    auto const m = room.read(made).value();
    EXPECT_TRUE(own_mail::marked(m.octets)) << made;
  }
}

TEST(OwnMail, ADeliveryAddsFieldsAndChangesLineEnds) {
  own_mail const ours(room);
  auto const m = room.read("plain").value();
  EXPECT_TRUE(ours.wrote("Return-Path: <a@b>\r\nReceived: from x\r\n\tby y; now\r\n" + m.octets));
  auto lf = m.octets;
  std::erase(lf, '\r');
  EXPECT_TRUE(ours.wrote(lf));
}

TEST(OwnMail, OthersMailIsNotOurs) {
  own_mail const ours(room);
  auto const m = room.read("plain").value();
  for (auto const& other :
       {std::string("Subject: lunch?\r\n\r\nToday?\r\n"), "Subject: Fwd: your mail\r\n\r\n" + m.octets,
        "From: a@b.example\r\n" + m.octets, m.octets + "P.S. and more\r\n",
        std::string("Subject: what is this?\r\n\r\nIt says\r\nX-Mailrig-Owner: u1\r\n"), std::string("x\r\n"),
        std::string("Subject: mailrig-1 X-Mailrig-Owner: u1\r\n\r\n\r\n")})
    EXPECT_FALSE(ours.wrote(other)) << other;
}

}  // namespace
}  // namespace mailrig::scenario::own_mail_test
