// second_revision: what of the suite for RFC 3501 holds in IMAP4rev2 too, and is played a second time by sessions that
// have turned it on (RFC 9051 appendix E).
#pragma once

#include <optional>
#include <string_view>

#include "scenario/script.hpp"

namespace mailrig::scenario {

/// What the second revision took away, and the scenario speaks of: "LSUB", "RECENT" ...; empty: nothing.
std::string_view of_first_revision(script const& s);

/// The same as "id~rev2": each session sends ENABLE IMAP4rev2 before it selects, and the results of SEARCH are expected
/// as ESEARCH. Nothing where it is not of the base suite, is tagged `rev1`, or speaks of what is no more.
std::optional<script> in_second_revision(script const& s);

}  // namespace mailrig::scenario
