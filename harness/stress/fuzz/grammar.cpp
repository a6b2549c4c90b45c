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

std::string repeated(std::string_view what, std::size_t times) {
  std::string out;
  out.reserve(what.size() * times);
  for (; times > 0; --times) out += what;
  return out;
}

/// Deeper than any client would, and than some servers' stacks are.
std::string many_within(std::string_view symbol, base::rng& random) {
  constexpr std::size_t depths[] = {40, 101, 600, 2500};
  auto const depth = depths[random.below(std::size(depths))];
  if (symbol == "nots") return repeated("NOT ", depth) + "ALL";
  if (symbol == "ors") return repeated("OR ALL ", depth) + "ALL";
  return repeated("(", depth) + "1" + repeated(")", depth);
}

}  // namespace

std::string with_symbols(std::string_view form,
                         std::function<std::string(std::size_t which, std::string_view symbol)> const& value) {
  std::string out;
  for (std::size_t which = 0;; ++which) {
    auto const open = form.find('`');
    out += form.substr(0, open);
    if (open == form.npos) return out;
    auto const close = form.find('`', open + 1);
    out += value(which, form.substr(open + 1, close - open - 1));
    form.remove_prefix(close + 1);
  }
}

grammar::grammar(history::protocol proto, std::vector<std::string> const& offered, std::string delimiter)
    : proto_(proto), delimiter_(std::move(delimiter)) {
  auto const add = [&](std::span<production const> all) {
    for (auto const& p : all)
      if (p.needs.empty() || std::ranges::find(offered, p.needs) != offered.end()) forms_.push_back(p);
  };
  add(proto == history::protocol::imap ? imap_productions() : pop3_productions());
  if (proto == history::protocol::imap) add(imap_oddities());
  std::ranges::stable_sort(forms_, {}, &production::symbol);
}

std::string grammar::derive(std::string_view symbol, base::rng& random, int depth) const {
  if (symbol == "#") return std::to_string(1 + random.below(6));
  if (symbol == "long") return long_word(random);
  if (symbol == "sep") return delimiter_;
  if (symbol == "nested" || symbol == "nots" || symbol == "ors") return many_within(symbol, random);
  auto const found = forms(symbol);
  MAILRIG_MUST(!found.empty());
  auto const which = depth >= deepest ? 0 : random.below(found.size());
  return with_symbols(found[which],
                      [&](std::size_t, std::string_view within) { return derive(within, random, depth + 1); });
}

std::string grammar::write(std::string_view form, base::rng& random) const {
  return with_symbols(form, [&](std::size_t, std::string_view within) { return derive(within, random, 1); });
}

std::vector<std::string_view> grammar::forms(std::string_view symbol) const {
  std::vector<std::string_view> out;
  auto const first = std::ranges::lower_bound(forms_, symbol, {}, &production::symbol);
  for (auto at = first; at != forms_.end() && at->symbol == symbol; ++at) out.push_back(at->form);
  return out;
}

std::span<argument_kind const> grammar::arguments() const {
  return proto_ == history::protocol::imap ? imap_arguments() : pop3_arguments();
}

}  // namespace mailrig::stress
