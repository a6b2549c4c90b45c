// Fuzzes the reader of profiles: a file is one, or a mistake with words; no number in it is out of bounds.
#include <cmath>

#include "base/fuzz_input.hpp"
#include "load/profile.hpp"

using namespace mailrig;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  static base::fuzz_file file("input.toml");
  auto const p = load::read_profile(file.with(data, size));
  if (!p) return p.error().text.empty() ? std::abort(), 0 : 0;
  if (!std::isfinite(p->arrival_rate()) || p->arrival_rate() < 0) std::abort();
  for (auto const& d : p->devices)
    if (!std::isfinite(d.per_user) || d.per_user < 0) std::abort();
  return 0;
}
