// tar_pit: answers that a server holds back on purpose: a greeting or a login that waits though the server is idle, and
// refusals that come later than consent does. A percentile over all would call it slowness.
#pragma once

#include <string>
#include <vector>

#include "load/tally.hpp"

namespace mailrig::load {

struct tar_pit {
  /// refusals: what is declined is answered later than what is done. some: a part of the operations waits, and nothing
  /// lies between it and the rest. all: every one takes nearly the same long time.
  enum class form : std::uint8_t { refusals, some, all } how = form::refusals;
  std::string operation;       ///< "login", "greeting"
  std::uint64_t held = 0;      ///< so many of them waited
  std::uint64_t count = 0;     ///< of so many
  std::uint64_t delay_ns = 0;  ///< the median of those
  std::uint64_t usual_ns = 0;  ///< the median of the others; 0: there are none
};
std::string_view name_of(tar_pit::form f);

/// Of "greeting" and "login", by their service times: a wait of 200 ms and four times the usual at least, of five
/// operations and one in a hundred at least. A guess by what a server's load cannot explain well; nothing is concluded
/// from it.
std::vector<tar_pit> find_tar_pits(tally const& t);
/// For people: what it is, in a sentence.
std::string in_words(tar_pit const& p);

}  // namespace mailrig::load
