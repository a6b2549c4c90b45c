// base_subject_test: RFC 5256 §2.1 on subjects of each shape, how strings compare (RFC 5051), and dates that are sent.
#include "model/base_subject.hpp"

#include <gtest/gtest.h>

#include "model/casemap.hpp"
#include "wire/mime/date_time.hpp"
#include "wire/mime/encoded_word.hpp"

namespace mailrig::model::base_subject_test {
namespace {

struct subject {
  std::string_view whole, base;
  bool reply = true;
};
constexpr subject subjects[] = {
    {"Notes", "Notes", false},
    {"", "", false},
    {"Re: Notes", "Notes"},
    {"RE : Fwd: fw:Notes", "Notes"},
    {"Re[4]: Notes", "Notes"},
    {"[list] Re: [list] Notes", "Notes"},
    {"[list] Notes", "Notes", false},
    {"[list]", "[list]", false},
    {"[a][b]", "[b]", false},
    {"Re: [list]", "[list]"},
    {"Notes (fwd) (FWD) ", "Notes"},
    {"(fwd)", ""},
    {"re:", ""},
    {"[Fwd: Re: Notes]", "Notes"},
    {"[fwd: [fwd: Notes] ]", "Notes"},
    {"[Fwd: Notes] more", "more", false},
    {"Tab\tand   blanks", "Tab and blanks", false},
    {"AW: Notes", "AW: Notes", false},
    {"Reply: Notes", "Reply: Notes", false},
    {"Re Notes", "Re Notes", false},
    {"Re: [a [b]: Notes", "[a [b]: Notes"},
};

TEST(BaseSubject, EachShape) {
  for (auto const& [whole, base, reply] : subjects) {
    auto const out = base_subject_of(whole);
    EXPECT_EQ(out.text, base) << whole;
    EXPECT_EQ(out.reply_or_forward, reply) << whole;
  }
}

TEST(Casemap, TitlecaseAndDecomposed) {
  EXPECT_EQ(casemapped("a_Z"), "A_Z");
  EXPECT_EQ(casemapped("\xC3\xA4"), "A\xCC\x88");  // a with diaeresis
  EXPECT_EQ(casemapped("\xC3\x9F"), "\xC3\x9F");   // sharp s has no titlecase letter of its own
  EXPECT_EQ(casemapped("\xC5\xBE"), casemapped("\xC5\xBD"));
  EXPECT_FALSE(casemapped("\xD0\xB0"));
  EXPECT_FALSE(casemapped("\xFF"));
}

TEST(EncodedWords, Decoded) {
  using wire::mime::decoded_words;
  EXPECT_EQ(decoded_words("plain  text"), "plain  text");
  EXPECT_EQ(decoded_words("=?UTF-8?Q?a_b?= =?us-ascii?B?Yw==?= d"), "a bc d");
  EXPECT_EQ(decoded_words("=?iso-8859-1*de?Q?=E4?="), "\xC3\xA4");
  for (auto const* odd : {"=?koi8-r?Q?x?=", "a=?utf-8?Q?x?=", "=?utf-8?Q?x", "=?utf-8?Q?=0?=", "=?utf-8?B?a?=", "\xC3"})
    EXPECT_FALSE(decoded_words(odd)) << odd;
}

TEST(SentDates, AsInstants) {
  using wire::mime::date_instant;
  EXPECT_EQ(date_instant("Thu, 1 Jan 1970 00:00:00 +0000"), 0);
  EXPECT_EQ(date_instant("31 Dec 1969 16:01 -0800"), 60);
  EXPECT_EQ(date_instant("Thu, 01 Jan 1970 01:00:05 +0100 (CET)"), 5);
  for (auto const* odd : {"", "1 Jan 70 00:00:00 +0000", "1 Jan 1970 00:00:00 EDT", "1 Jan 1970 24:00:00 +0000",
                          "1 Jan 1970 00:00:00 +00", "32 Jan 1970 00:00:00 +0000", "yesterday"})
    EXPECT_FALSE(date_instant(odd)) << odd;
}

}  // namespace
}  // namespace mailrig::model::base_subject_test
