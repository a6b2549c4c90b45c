// mutator: see mutator.hpp.
#include "stress/fuzz/mutator.hpp"

#include <fmt/format.h>

namespace mailrig::stress {

using scenario::operation;

std::optional<std::size_t> speaking_step(input const& in, base::rng& random) {
  std::vector<std::size_t> able;
  for (std::size_t i = 0; i < in.steps.size(); ++i) {
    if (speaks(in.steps[i])) able.push_back(i);
  }
  if (able.empty()) return std::nullopt;
  return able[random.below(able.size())];
}

std::string spoken(input const& in, std::size_t step, base::rng& random) {
  auto const& o = in.steps[step];
  if (o.what != operation::kind::send) return octets_of(o);
  std::string out;
  for (auto const& line : o.lines) {
    bool const tagged = in.proto == history::protocol::imap && line != "DONE";
    out += octets_of_line(line, tagged ? fmt::format("f{}", random.below(1000)) : "");
  }
  return out;
}

}  // namespace mailrig::stress
