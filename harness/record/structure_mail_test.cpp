// A message made after what FETCH told has that envelope and that structure again.
#include "record/structure_mail.hpp"

#include <gtest/gtest.h>

#include "model/fetch_request.hpp"
#include "wire/mime/message.hpp"

namespace mailrig::record::structure_mail_test {

namespace {

std::string made(std::string const& items, std::optional<std::uint64_t> size) {
  wire::imap::response r;
  std::string const frame = "* 1 FETCH (" + items + ")\r\n";
  wire::imap::read(frame, r);
  EXPECT_FALSE(r.violation);
  std::string fields, structure;
  model::for_each_item(r, [&](auto name, auto data) {
    if (name.names("ENVELOPE")) fields = record::envelope_fields(data);
    if (name.names("BODYSTRUCTURE")) structure = record::structure_octets(data);
  });
  return record::message_after(fields, structure, size);
}

}  // namespace

TEST(StructureMail, HasTheFieldsOfTheEnvelope) {
  auto const text = made(
      R"(ENVELOPE ("Mon, 5 Jan 2026 10:00:00 +0000" "Hi" ((NIL NIL "a" "b.test")) ((NIL NIL "a" "b.test")) NIL (("C" NIL "c" "d.test")) NIL NIL NIL "<1@b.test>"))",
      300);
  EXPECT_TRUE(
      text.starts_with("Date: Mon, 5 Jan 2026 10:00:00 +0000\r\nSubject: Hi\r\nFrom: a@b.test\r\n"
                       "To: \"C\" <c@d.test>\r\nMessage-ID: <1@b.test>\r\n\r\n"))
      << text;
  EXPECT_EQ(text.size(), 300u);
}

TEST(StructureMail, HasThePartsOfTheStructure) {
  auto const text = made(
      R"(BODYSTRUCTURE (("text" "plain" ("charset" "utf-8") NIL NIL "7bit" 120 3 NIL NIL NIL NIL)("application" "pdf" NIL NIL NIL "base64" 78 NIL NIL NIL NIL) "mixed" ("boundary" "x") NIL NIL NIL))",
      std::nullopt);
  auto const m = wire::mime::read_message(text);
  ASSERT_EQ(m.parts.size(), 2u) << text;
  EXPECT_EQ(m.type.subtype, "mixed");
  EXPECT_EQ(m.parts[0].type.subtype, "plain");
  EXPECT_EQ(m.parts[0].body.size(), 120u);
  EXPECT_EQ(m.parts[1].type.subtype, "pdf");
  EXPECT_EQ(m.parts[1].value("Content-Transfer-Encoding"), "base64");
}

TEST(StructureMail, LeavesOutOfAHeaderWhatTellsOfTheStructure) {
  EXPECT_EQ(record::other_fields("Subject: x\r\nContent-Type: a/b;\r\n c=d\r\nTo: y\r\n z\r\n\r\nbody\r\n"),
            "Subject: x\r\nTo: y\r\n z\r\n");
}

}  // namespace mailrig::record::structure_mail_test
