// Fuzzes the importers: whatever a file holds, a session that comes of it is one that can be replayed, with literals of
// the octets that they announce, and no importer crashes.
#include <cstdlib>

#include "base/fuzz_input.hpp"
#include "check/judge.hpp"
#include "record/import.hpp"

using namespace mailrig;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  if (size == 0) return 0;
  auto const kinds = base::registry<record::importer>::all();
  record::log_file const file{data[0] & 1   ? "a.in"
                              : data[0] & 2 ? "a.out"
                                            : "a.log",
                              std::string(base::fuzz_text(data + 1, size - 1))};
  // The first octet chooses; above the importers it is for the file to tell.
  auto const* kind = data[0] / 4 < kinds.size() ? kinds[data[0] / 4] : record::recognise(file);
  if (!kind) return 0;
  if (kind->rewrite) return (void)kind->rewrite(file), 0;
  auto const found = kind->read({file});
  if (!found) return 0;
  record::imported all;
  for (auto const& d : *found) all.sessions.push_back(record::restore(d));
  base::limits limits;
  limits.literal_octets = 1u << 16;
  check::judge nobody({}, nullptr, limits);
  record::replay(all, nobody);
  auto const header = record::header_of(all);
  if (auto const gaps = header.find(check::gaps_key); gaps != header.end() && check::read_gaps(gaps->second).empty())
    std::abort();
  return 0;
}
