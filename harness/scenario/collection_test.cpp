// collection_test: the state matrix and the cut-up variants become scenarios; mistakes in the matrix are told.
#include "scenario/collection.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "base/scratch_folder.hpp"

namespace mailrig::scenario::collection_test {
namespace {

struct folder {
  base::scratch_folder own = base::scratch_folder::make("collection").value();
  std::filesystem::path at = own.path();
  void write(std::string const& name, std::string const& text) { std::ofstream(at / name) << text; }
};

std::string const head = "protocol\tcommand\tline\tgoes_on\tn\ta\ts\te\tneeds\tproves\n";

TEST(Collection, CellsAndVariants) {
  folder f;
  f.write("x.scn", "title x\nproves RFC3501-3-01\ntags segments\n\nclient> NOOP\nclient< OK\n");
  f.write("state_matrix.tsv", "# why\n" + head +
                                  "imap\tidle\tIDLE\t+ DONE\tBAD | NO\tOK\t-\tOK\tIDLE\tRFC3501-3.1-01\n" +
                                  "pop3\tstat\tSTAT\t-\t-ERR\t+OK\t-\t-\t-\tRFC1939-3-15\n");
  auto const all = read_collection(f.at);
  ASSERT_TRUE(all) << all.error().text;
  std::vector<std::string> ids;
  for (auto const& s : *all) ids.push_back(s.id);
  EXPECT_EQ(ids, (std::vector<std::string>{"imap/states/authenticated/idle", "imap/states/examined/idle",
                                           "imap/states/not-authenticated/idle", "pop3/states/authorization/stat",
                                           "pop3/states/transaction/stat", "x", "x~octets", "x~trickle"}));
  EXPECT_EQ((*all)[0].operations.size(), 4u);  // IDLE, +, DONE, OK
  EXPECT_EQ((*all)[2].operations.size(), 2u);
  EXPECT_EQ((*all)[6].cut, session::segmentation::octets);
}

TEST(Collection, AMistakeIsToldWithItsLine) {
  folder f;
  f.write("state_matrix.tsv", head + "imap\tnoop\tNOOP\n");
  auto const all = read_collection(f.at);
  ASSERT_FALSE(all);
  EXPECT_NE(all.error().text.find("state_matrix.tsv:2: 3 columns, not 10"), std::string::npos) << all.error().text;
}

}  // namespace
}  // namespace mailrig::scenario::collection_test
