// thread_tree: the threads that THREAD makes of messages by ORDEREDSUBJECT and REFERENCES (RFC 5256 §3), where every
// message is known.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/sort_order.hpp"

namespace mailrig::model {

/// What is needed of a message.
struct threaded {
  std::uint32_t number = 0, name = 0;  ///< in the mailbox; in the answer: number or UID
  std::int64_t sent = 0;
  std::string subject;  ///< base subject, as it compares
  bool reply_or_forward = false;
  std::string id;  ///< empty: none
  std::vector<std::string> references;
};
/// Nothing where something of it is left to opinion.
std::optional<threaded> threaded_of(sortable const& m, std::uint32_t name);

struct thread_node {
  std::uint32_t name = 0;  ///< 0: a parent that is not there
  std::vector<thread_node> children;
  bool operator==(thread_node const&) const = default;
};
using thread_forest = std::vector<thread_node>;

thread_forest by_subject(std::vector<threaded> const& messages);
/// Nothing where the steps leave a choice.
std::optional<thread_forest> by_references(std::vector<threaded> const& messages);

/// As THREAD writes it: "(2)(3 6 (4 23)(44 7 96))".
std::string written(thread_forest const& threads);
/// Nothing when an answer is no such thing.
std::optional<thread_forest> read_threads(wire::imap::value lists);

}  // namespace mailrig::model
