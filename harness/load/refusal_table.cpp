// refusal_table: see refusal_table.hpp.
#include "load/refusal_table.hpp"

#include <algorithm>
#include <tuple>

namespace mailrig::load {

std::vector<refusal_row> refusal_table(tally const& t) {
  std::vector<refusal_row> out;
  for (auto const& [name, f] : t.kinds())
    for (auto const& [what, times] : f->refusals.all()) out.push_back({what, name, times});
  std::ranges::sort(out, [](auto const& a, auto const& b) {
    return std::tie(b.count, a.operation, a.what) < std::tie(a.count, b.operation, b.what);
  });
  return out;
}

std::map<refusal_labels, std::uint64_t> refusals_by_code(tally const& t) {
  std::map<refusal_labels, std::uint64_t> out;
  for (auto const& row : refusal_table(t)) out[{row.what.kind, row.what.code, row.operation}] += row.count;
  return out;
}

}  // namespace mailrig::load
