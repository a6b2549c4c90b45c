// newborn_test: flags that do not come along.
#include "check/tiny_history.hpp"

namespace mailrig::check::newborn_test {
namespace {

std::string made(std::string const& command, std::string const& answer) {
  return all5 +
         "1> a CREATE x\n1< a OK x\n1> b STORE 2 +FLAGS (\\Flagged)\n1< * 2 FETCH (FLAGS (\\Flagged))\n1< b OK x\n1> "
         "c " +
         command + "\n" + answer +
         "2< * OK hi\n2> l LOGIN u p\n2< l OK in\n2> s SELECT x\n2< * FLAGS (\\Answered \\Flagged \\Deleted \\Seen "
         "\\Draft)\n"
         "2< * OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)] p\n2< * 1 EXISTS\n2< * 1 RECENT\n"
         "2< * OK [UIDVALIDITY 9] v\n2< * OK [UIDNEXT 2] n\n2< s OK [READ-WRITE] done\n";
}
std::string const bare = "2> f FETCH 1:* (UID FLAGS)\n2< * 1 FETCH (UID 1 FLAGS (\\Recent))\n2< f OK x\n";

breach_table const table{
    {"newborn.appended", made("APPEND x (\\Seen) {1+}\\nx", "1< c OK [APPENDUID 9 1] x\n") + bare},
    {"newborn.copied", made("COPY 2 x", "1< c OK [COPYUID 9 6 1] x\n") + bare},
    {"newborn.copied", made("COPY 1 x", "1< c OK [COPYUID 9 5 1] x\n") +
                           "2> f FETCH 1:* (UID FLAGS)\n2< * 1 FETCH (UID 1 FLAGS (\\Flagged))\n2< f OK x\n"},
    {"newborn.moved", made("MOVE 2 x", "1< * OK [COPYUID 9 6 1] x\n1< * 2 EXPUNGE\n1< c OK x\n") + bare},
};

}  // namespace
}  // namespace mailrig::check::newborn_test
