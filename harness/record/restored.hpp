// restored: a dialogue as events of a trace: what its log lost is filled by stand-ins where its size is known, left out
// where it is not, and named, so that nobody is accused for it.
#pragma once

#include "check/gap.hpp"
#include "record/spoken.hpp"

namespace mailrig::record {

struct happened {
  base::instant at{};
  history::event_kind kind = history::event_kind::sent;
  std::string octets;
};

struct restored {
  std::string name;
  std::string account;  ///< equal for sessions of one user; empty: not known. It is not for the trace
  history::protocol proto = history::protocol::imap;
  bool timed = false;  ///< times are the log's; false: a millisecond for each of its lines
  std::vector<happened> events;
  std::vector<check::gap> gaps;  ///< their session is 0
  std::vector<std::string> notes;
  std::size_t commands = 0, answers = 0;
};

restored restore(dialogue const& of);

/// IMAP or POP3, as what is said tells.
history::protocol protocol_of(dialogue const& of);

/// Octets that stand for `size` of a text that a log left out: lines of x.
std::string stand_in(std::size_t size);

}  // namespace mailrig::record
