// flood_test: a session that was cut off for all that came.
#include <gtest/gtest.h>

#include "check/tiny_history.hpp"

namespace mailrig::check::flood_test {
namespace {

breach_table const table{
    {"tags.unanswered", select + "1> a NOOP\n1= flood: 9 octets\n"},
    {"tags.flood", select + "1> a IDLE\n1< + go\n1= flood: 9 octets\n"},
    {"tags.flood", select + "1= flood: 9 octets\n"},
    {"tags.pop3-unanswered", drop + "5> STAT\n5= flood: 9 octets\n"},
};

}  // namespace
}  // namespace mailrig::check::flood_test
