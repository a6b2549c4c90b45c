// Fuzzes the reader of workloads: a file is one, or a mistake with words.
#include "base/fuzz_input.hpp"
#include "stress/workload.hpp"

using namespace mailrig;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  static base::fuzz_file file("input.toml");
  if (auto const w = stress::read_workload(file.with(data, size)); !w && w.error().text.empty()) std::abort();
  return 0;
}
