// fetch_request_test: labels of sections compare by what they mean.
#include "model/fetch_request.hpp"

#include <gtest/gtest.h>

namespace mailrig::model::fetch_request_test {
namespace {

TEST(FetchRequest, HeaderNamesCompareInEachForm) {
  auto const plain = canonical_label("BODY[HEADER.FIELDS (SUBJECT TO)]");
  EXPECT_EQ(canonical_label("body[Header.Fields (\"Subject\" to)]"), plain);
  EXPECT_EQ(canonical_label("BODY[HEADER.FIELDS ({7}\r\nSubject {2+}\r\nTo)]"), plain);
  EXPECT_NE(canonical_label("BODY[HEADER.FIELDS ({7}\r\nSubject)]"), plain);
  EXPECT_EQ(canonical_label("BODY[HEADER.FIELDS (\"a\\\"b]\")]"),
            canonical_label("BODY[HEADER.FIELDS ({4}\r\na\"b])]"));
}

}  // namespace
}  // namespace mailrig::model::fetch_request_test
