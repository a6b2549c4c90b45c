// Fuzzes the reader of baselines: what it takes can be written down again and is then the same baseline.
#include "base/fuzz_input.hpp"
#include "report/baseline.hpp"

using namespace mailrig;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  auto const known = report::baseline::parse(base::fuzz_text(data, size), "input.known");
  if (!known) return known.error().text.empty() ? std::abort(), 0 : 0;
  history::run_record run;
  known->apply(run, false);
  auto const text = known->updated(run, {}, false);
  auto const again = report::baseline::parse(text, "again.known");
  if (!again || again->updated(run, {}, false) != text) std::abort();
  return 0;
}
