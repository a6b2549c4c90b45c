// octets: an amount of octets as people write it: "24.5k", "1M" in a profile; "24.5 kB", "1 MB" in what is told.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mailrig::load {

/// "24.5k", "1M" or a plain number, up to 10^12; k is a thousand.
std::optional<std::uint64_t> read_octets(std::string_view text);
/// Three digits and a unit of 1000.
std::string octets_in_words(double octets);

}  // namespace mailrig::load
