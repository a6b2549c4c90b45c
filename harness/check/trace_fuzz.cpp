// Fuzzes the reader of traces, and every checker by what comes out of it.
#include "base/fuzz_input.hpp"
#include "check/judge.hpp"
#include "history/trace.hpp"

using namespace mailrig;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  static base::fuzz_file file("input.jsonl");
  base::limits limits;
  limits.mailbox_messages = 1u << 12;
  check::judge judge(base::registry<check::checker_kind>::all(), nullptr, limits);
  (void)history::read_trace(file.with(data, size), judge);
  return 0;
}
