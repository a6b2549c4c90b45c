// grammar: see grammar.hpp.
#include "stress/fuzz/grammar.hpp"

#include <algorithm>

#include "base/must.hpp"

namespace mailrig::stress {
namespace {

constexpr int deepest = 8;

/// Around the sizes of buffers: those of names, of lines, and of lines that a server takes at most.
std::string long_word(base::rng& random) {
  constexpr std::size_t sizes[] = {64, 255, 256, 1000, 1024, 4096, 8192, 16384, 65536};
  return std::string(sizes[random.below(std::size(sizes))] + random.below(3), "aA0&"[random.below(4)]);
}

}  // namespace

grammar::grammar(history::protocol proto, std::vector<std::string> const& offered, std::string delimiter)
    : proto_(proto), delimiter_(std::move(delimiter)) {
  auto const all = proto == history::protocol::imap ? imap_productions() : pop3_productions();
  for (auto const& p : all)
    if (p.needs.empty() || std::ranges::find(offered, p.needs) != offered.end()) forms_.push_back(p);
  std::ranges::stable_sort(forms_, {}, &production::symbol);
}

std::string grammar::derive(std::string_view symbol, base::rng& random, int depth) const {
  if (symbol == "#") return std::to_string(1 + random.below(6));
  if (symbol == "long") return long_word(random);
  if (symbol == "sep") return delimiter_;
  auto const forms = std::ranges::equal_range(forms_, symbol, {}, &production::symbol);
  MAILRIG_MUST(!forms.empty());
  auto const which = depth >= deepest ? 0 : random.below(forms.size());
  auto rest = forms[std::ptrdiff_t(which)].form;
  std::string out;
  for (;;) {
    auto const open = rest.find('`');
    out += rest.substr(0, open);
    if (open == rest.npos) return out;
    auto const close = rest.find('`', open + 1);
    out += derive(rest.substr(open + 1, close - open - 1), random, depth + 1);
    rest.remove_prefix(close + 1);
  }
}

}  // namespace mailrig::stress
