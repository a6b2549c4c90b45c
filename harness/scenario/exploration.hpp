// exploration: random requests about mail that the rig put there; the checkers that know the mail judge the answers.
#pragma once

#include <string>
#include <vector>

#include "base/rng.hpp"
#include "scenario/mailroom.hpp"

namespace mailrig::scenario {

/// "SEARCH ..." or "UID SEARCH ...": keys, their combinations, sets; words and dates from the mail.
std::string random_search(base::rng& random, std::vector<message> const& mail);
/// "FETCH n (...)": sections, partial texts, sizes and structures.
std::string random_fetch(base::rng& random, std::vector<message> const& mail);

}  // namespace mailrig::scenario
