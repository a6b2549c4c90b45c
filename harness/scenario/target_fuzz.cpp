// Fuzzes the readers of TOML: a file is a target, a server's description, or a mistake with words.
#include "base/fuzz_input.hpp"
#include "scenario/server_file.hpp"
#include "scenario/target.hpp"

using namespace mailrig;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  static base::fuzz_file file("input.toml");
  auto const& path = file.with(data, size);
  if (auto const t = scenario::read_target(path); !t && t.error().text.empty()) std::abort();
  if (auto const s = scenario::server_file::read(path); !s && s.error().text.empty()) std::abort();
  return 0;
}
