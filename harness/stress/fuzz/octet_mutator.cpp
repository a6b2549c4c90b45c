// octet_mutator: octets of a command changed, lost, doubled, cut off, or put in: NUL, 8 bit, ends of lines, long runs.
#include "stress/fuzz/mutator.hpp"

namespace mailrig::stress::octet_mutator {
namespace {

using namespace std::string_view_literals;

char odd_octet(base::rng& random) {
  constexpr auto odd = "\0\x01\x07\t\n\r\x1b !\"%()*+,-.:<>@[\\]^`{}~\x7f\x80\xc0\xe2\xff"sv;
  return odd[random.below(odd.size())];
}

void change_one(std::string& text, base::rng& random) {
  auto const at = random.below(text.size());
  auto const size = std::min<std::size_t>(1 + random.below(8), text.size() - at);
  switch (random.below(7)) {
    case 0: text[at] = char(text[at] ^ (1 << random.below(8))); return;
    case 1: text[at] = odd_octet(random); return;
    case 2: text.insert(at, 1, odd_octet(random)); return;
    case 3: text.erase(at, size); return;
    case 4: text.insert(at, text.substr(at, size)); return;
    case 5: {
      constexpr std::size_t sizes[] = {80, 260, 1030, 8200, 65600};
      text.insert(at, sizes[random.below(std::size(sizes))], random.below(2) ? odd_octet(random) : 'a');
      return;
    }
    default: text.resize(at); return;
  }
}

bool change(input& in, mutation& m) {
  auto const step = speaking_step(in, m.random);
  if (!step) return false;
  auto text = spoken(in, *step, m.random);
  for (auto left = 1 + m.random.below(3); left > 0 && !text.empty(); --left) change_one(text, m.random);
  if (text.empty()) return false;
  in.steps[*step] = octets(in.steps[*step].session, text);
  return true;
}

mutator const kind{"octet", "octets of a command changed, lost, doubled, cut off or put in", false, &change};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::stress::octet_mutator
