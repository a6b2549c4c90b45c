// tiny_history: histories of a few lines, what a judge with every checker finds in them, and the table of breaches: one
// history for each rule that breaks it. A checker's own test adds its breaches; checkers_test plays them all.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "check/judge.hpp"

namespace mailrig::check {

/// Lines like "1> a NOOP" and "1< * 3 EXISTS"; sessions 5 to 9 speak POP3; "1= server closed" ends one; "\n" stands for
/// CRLF.
inline void hear(judge& j, std::string_view history) {
  std::set<history::session_id> open;
  base::instant at{};
  for (std::size_t from = 0; from < history.size();) {
    auto const end = std::min(history.find('\n', from), history.size());
    auto const line = history.substr(from, end - from);
    from = end + 1;
    if (line.size() < 2) continue;
    if (line[0] == '~') {  // so many milliseconds pass
      at += std::chrono::milliseconds(std::atoi(line.data() + 1));
      continue;
    }
    auto const id = history::session_id(line[0] - '0');
    auto const p = id >= 5 ? history::protocol::pop3 : history::protocol::imap;
    at += std::chrono::milliseconds(1);
    if (open.insert(id).second) j.take({at, id, history::event_kind::opened, p, "u1 host"});
    auto octets = std::string(line.size() > 3 ? line.substr(3) : "") + "\r\n";
    for (auto lf = octets.find("\\n"); lf != octets.npos; lf = octets.find("\\n")) octets.replace(lf, 2, "\r\n");
    auto const kind = line[1] == '>'   ? history::event_kind::sent
                      : line[1] == '<' ? history::event_kind::received
                      : line[1] == '!' ? history::event_kind::secured
                                       : history::event_kind::ended;
    if (kind == history::event_kind::ended) octets.resize(octets.size() - 2);
    j.take({at, id, kind, p, octets});
  }
}

/// The rules that are broken there.
inline std::set<std::string> found(std::string_view history) {
  judge j(base::registry<checker_kind>::all(), nullptr);
  hear(j, history);
  std::set<std::string> rules;
  for (auto const& f : j.findings()) rules.insert(f.rule);
  return rules;
}

inline std::string const select =
    "1< * OK hi\n1> l LOGIN u p\n1< l OK in\n1> s SELECT INBOX\n1< * FLAGS (\\Answered \\Flagged \\Deleted \\Seen "
    "\\Draft)\n1< * 3 EXISTS\n"
    "1< * 0 RECENT\n1< * OK [UIDVALIDITY 7] v\n1< * OK [UIDNEXT 20] n\n1< s OK [READ-WRITE] done\n";
inline std::string const second =
    "2< * OK hi\n2> l LOGIN u p\n2< l OK in\n2> s SELECT INBOX\n2< * FLAGS (\\Answered \\Flagged \\Deleted \\Seen "
    "\\Draft)\n2< * 3 EXISTS\n"
    "2< * 0 RECENT\n2< * OK [UIDVALIDITY 7] v\n2< * OK [UIDNEXT 20] n\n2< s OK [READ-WRITE] done\n";
inline std::string const all5 =
    select +
    "1> f FETCH 1:3 (UID FLAGS)\n1< * 1 FETCH (UID 5 FLAGS ())\n1< * 2 FETCH (UID 6 FLAGS ())\n1< * 3 FETCH (UID 7 "
    "FLAGS ())\n1< f OK x\n";
inline std::string const empty_box =
    "1< * OK hi\n1> l LOGIN u p\n1< l OK in\n1> s SELECT new\n1< * FLAGS (\\Answered \\Flagged \\Deleted \\Seen "
    "\\Draft)\n1< * 0 "
    "EXISTS\n1< * 0 RECENT\n1< * OK [UIDVALIDITY 9] v\n1< * OK [UIDNEXT 1] n\n1< s OK [READ-WRITE] done\n";
inline std::string const drop6 = "6< +OK <2@h> hi\n6> USER u\n6< +OK\n6> PASS p\n6< +OK in\n";
inline std::string const drop = "5< +OK <1@h> hi\n5> USER u\n5< +OK\n5> PASS p\n5< +OK in\n";

struct breach {
  std::string rule, history;
};

inline std::vector<breach>& breaches() {
  static std::vector<breach> all;
  return all;
}

/// At namespace scope: `breach_table const table{{"checker.rule", select + "1> a NOOP\n..."}};`
struct breach_table {
  breach_table(std::initializer_list<breach> rows) { breaches().insert(breaches().end(), rows); }
};

}  // namespace mailrig::check
