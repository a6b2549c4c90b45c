// turns_pop3: what a POP3 client does with a maildrop that others use too.
#include <fmt/format.h>

#include "stress/turn.hpp"

namespace mailrig::stress::turns_pop3 {
namespace {

using where = turn_kind::where;
constexpr auto pop3 = history::protocol::pop3;

std::string any_number(turn_writer& w) { return std::to_string(1 + w.random.below(6)); }

turn const enter{turn_kind{"pop-login", "logs in, or is refused while another holds the maildrop", pop3, where::closed,
                           +[](turn_writer& w) {
                             w.act("try-login");
                             w.who.held = true;
                             return true;
                           }}};
turn const look{turn_kind{"pop-list", "STAT, LIST, UIDL", pop3, where::logged_in, +[](turn_writer& w) {
                            static std::vector<std::string> const verbs{"STAT", "LIST", "UIDL", "UIDL"};
                            w.command(w.pick(verbs));
                            return true;
                          }}};
turn const retr{turn_kind{"pop-retr", "RETR or TOP", pop3, where::logged_in, +[](turn_writer& w) {
                            w.command(w.chance(70) ? "RETR " + any_number(w) : "TOP " + any_number(w) + " 0");
                            return true;
                          }}};
turn const dele{turn_kind{"pop-dele", "DELE", pop3, where::logged_in, +[](turn_writer& w) {
                            w.command("DELE " + any_number(w));
                            return true;
                          }}};
turn const rset{turn_kind{"pop-rset", "RSET", pop3, where::logged_in, +[](turn_writer& w) {
                            w.command("RSET");
                            return true;
                          }}};
turn const quit{turn_kind{"pop-quit", "QUIT", pop3, where::logged_in, +[](turn_writer& w) {
                            w.command("QUIT");
                            w.expect("closed");
                            w.who.held = false;
                            return true;
                          }}};
turn const leave{turn_kind{"pop-leave", "the connection is closed or reset without QUIT", pop3, where::logged_in,
                           +[](turn_writer& w) {
                             w.act(w.chance(50) ? "drop" : "reset");
                             w.who.held = false;
                             return true;
                           }}};
turn const cut_quit{
    turn_kind{"pop-cut-quit", "QUIT cut off before its end", pop3, where::logged_in, +[](turn_writer& w) {
                std::string_view const quit = "QUIT";
                w.act("raw", fmt::format("\"{}\"", quit.substr(0, 1 + w.random.below(4))));
                w.act(w.chance(50) ? "drop" : "reset");
                w.who.held = false;
                return true;
              }}};

}  // namespace
}  // namespace mailrig::stress::turns_pop3
