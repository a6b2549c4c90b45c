// date_time: a Date field (RFC 5322 §3.3) as an instant. Only what the current syntax has is read; obsolete zones by
// name, two digits for a year and the like are left to opinion.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mailrig::wire::mime {

/// Seconds since 1970 UTC of "Mon, 5 Jan 2026 10:00:00 +0100 (CET)"; nothing where it is written otherwise.
std::optional<std::int64_t> date_instant(std::string_view field);

}  // namespace mailrig::wire::mime
