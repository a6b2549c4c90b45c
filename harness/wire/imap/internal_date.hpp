// internal_date: a date-time (RFC 3501 §9) as an instant, since servers may tell it in another zone than they were
// told.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mailrig::wire::imap {

/// Days since 1970 of "5", "Jan", "2026"; nothing when there is no such day.
std::optional<std::int64_t> day_of(std::string_view day, std::string_view month, std::string_view year);
/// Seconds since 1970 UTC of "dd-Mon-yyyy hh:mm:ss +zzzz", without quotes; day with a space or a zero before one digit.
std::optional<std::int64_t> instant_of(std::string_view date_time);

}  // namespace mailrig::wire::imap
