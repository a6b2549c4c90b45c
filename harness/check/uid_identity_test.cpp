// uid_identity_test: copies that are not what their source is.
#include "check/tiny_history.hpp"

namespace mailrig::check::uid_identity_test {
namespace {

std::string copy_of(std::string const& items, std::string const& copied) {
  return select + "1> a FETCH 1 (UID " + items + ")\n1< * 1 FETCH (UID 5 " + items +
         ")\n1< a OK x\n1> b COPY 1 INBOX\n1< * 4 EXISTS\n1< b OK [COPYUID 7 5 20] x\n1> c FETCH 4 (UID)\n1< * 4 FETCH "
         "(UID 20 " +
         copied + ")\n1< c OK x\n";
}

breach_table const table{
    {"uid_identity.copy", copy_of("RFC822.SIZE 10", "RFC822.SIZE 11")},
    {"uid_identity.copy-date",
     copy_of("INTERNALDATE \"05-Jan-2026 10:00:00 +0000\"", "INTERNALDATE \"06-Jan-2026 10:00:00 +0000\"")},
    {"mail_life.stays",
     all5 + "1> a STORE 2:3 +FLAGS (\\Deleted)\n1< * 2 FETCH (FLAGS (\\Deleted))\n1< * 3 FETCH (FLAGS (\\Deleted))\n"
            "1< a OK x\n1> b EXPUNGE\n1< * 3 EXPUNGE\n1< b OK x\n"},
    {"mail_life.uid-stays",
     all5 + "1> a STORE 2:3 +FLAGS (\\Deleted)\n1< * 2 FETCH (FLAGS (\\Deleted))\n1< * 3 FETCH (FLAGS (\\Deleted))\n"
            "1< a OK x\n1> b UID EXPUNGE 6:7\n1< * 3 EXPUNGE\n1< b OK x\n"},
};

}  // namespace
}  // namespace mailrig::check::uid_identity_test
