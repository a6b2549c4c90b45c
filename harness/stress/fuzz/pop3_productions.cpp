// pop3_productions: POP3's commands, and what is nearly right in the place of their arguments.
#include "stress/fuzz/grammar.hpp"

namespace mailrig::stress {
namespace {

using namespace std::string_view_literals;

constexpr production of_pop3[] = {
    {"command", "NOOP"},
    {"command", "STAT"},
    {"command", "LIST"},
    {"command", "LIST `#`"},
    {"command", "RETR `#`"},
    {"command", "RETR `#`"},
    {"command", "DELE `#`"},
    {"command", "RSET"},
    {"command", "CAPA", "CAPA"},
    {"command", "TOP `#` `lines`", "TOP"},
    {"command", "UIDL", "UIDL"},
    {"command", "UIDL `#`", "UIDL"},
    {"command", "QUIT"},
    {"lines", "0"},
    {"lines", "1"},
    {"lines", "1000000"},
    {"lines", "2147483647"},

    {"odd-set", "0"},
    {"odd-set", "-1"},
    {"odd-set", "+1"},
    {"odd-set", "01"},
    {"odd-set", "1x"},
    {"odd-set", "1.5"},
    {"odd-set", "1:2"},
    {"odd-set", "*"},
    {"odd-set", "4294967296"},
    {"odd-set", "4294967297"},
    {"odd-set", "18446744073709551617"},
    {"odd-set", "99999999999999999999999999999999999999999"},
    {"odd-word", "`odd-set`"},
    {"odd-word", "`long`"},
    {"odd-word", ""},
    {"odd-word", "\xff\xfe"},
    {"odd-word", "\x80"},
    {"odd-word", "a\0b"sv},
    {"odd-word", "\t"},
    {"odd-word", "%s%n%x"},
    {"odd-word", "."},
    {"odd-word", ".."},
    {"odd-word", "\"q\""},
    {"odd-word", "XTND"},
    {"odd-word", "USER x"},
    {"odd-word", "LAST"},
    {"odd-word", "1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1"},
};

constexpr argument_kind arguments_of_pop3[] = {{"#", "odd-word"}, {"lines", "odd-word"}};

}  // namespace

std::span<production const> pop3_productions() { return of_pop3; }
std::span<argument_kind const> pop3_arguments() { return arguments_of_pop3; }

}  // namespace mailrig::stress
