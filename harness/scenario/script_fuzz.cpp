// Fuzzes the reader of scenarios: what it takes can be written down again and is then the same script.
#include "base/fuzz_input.hpp"
#include "scenario/script_text.hpp"

using namespace mailrig;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  auto const script = scenario::read_script(base::fuzz_text(data, size), "input.scn", "input");
  if (!script) return 0;
  auto const text = scenario::script_text(*script);
  auto const again = scenario::read_script(text, "again.scn", "input");
  if (!again || scenario::script_text(*again) != text) std::abort();
  return 0;
}
