// token_mutator: words of a command changed for what is nearly right in their place, lost, doubled, or exchanged.
#include <array>

#include "base/text.hpp"
#include "stress/fuzz/mutator.hpp"

namespace mailrig::stress::token_mutator {
namespace {

bool is_set(std::string_view word) { return !word.empty() && word.find_first_not_of("0123456789,:*") == word.npos; }

/// Which symbol of the grammar has what is nearly right in the place of this word.
std::string_view odd_of(std::string_view word, std::size_t place, mutation& m) {
  bool const imap = m.words.proto() == history::protocol::imap;
  if (m.random.below(4) == 0) return "odd-word";
  if (is_set(word)) return "odd-set";
  if (!imap) return "odd-word";
  if (place == 0) return "odd-tag";
  if (word.find("-Feb-") != word.npos) return "odd-date";
  if (word.starts_with('{')) return "odd-literal";
  if (word.starts_with("(\\") || word.starts_with('\\')) return "odd-flag";
  if (word.starts_with('(') || word.find('[') != word.npos) return "odd-list";
  constexpr std::array<std::string_view, 3> others{"odd-box", "odd-string", "odd-literal"};
  return others[m.random.below(others.size())];
}

std::string joined(std::vector<std::string> const& words) {
  std::string out;
  for (auto const& w : words) out += (out.empty() ? "" : " ") + w;
  return out;
}

/// A set that is none, in a line that is otherwise what it was: it can be said what the answer must be.
bool change_set(input& in, mutation& m) {
  auto const step = speaking_step(in, m.random);
  if (!step || in.steps[*step].what != scenario::operation::kind::send) return false;
  auto& line = in.steps[*step].lines.front();
  for (auto word : base::words(line)) {
    if (!is_set(word)) continue;
    auto const at = std::size_t(word.data() - line.data());
    auto const odd = m.words.derive("odd-set", m.random);
    if (!is_set(odd)) return false;
    line.replace(at, word.size(), odd);
    return true;
  }
  return false;
}

/// The end of the line stays: what is odd are its words.
bool change(input& in, mutation& m) {
  if (m.random.below(6) == 0) return change_set(in, m);
  auto const step = speaking_step(in, m.random);
  if (!step) return false;
  auto text = spoken(in, *step, m.random);
  auto const end = std::min(text.find("\r\n"), text.size());
  std::vector<std::string> words;
  for (auto w : base::split(std::string_view(text).substr(0, end), ' ')) words.emplace_back(w);
  auto const at = m.random.below(words.size());
  switch (m.random.below(8)) {
    case 0: words.erase(words.begin() + std::ptrdiff_t(at)); break;
    case 1: words.insert(words.begin() + std::ptrdiff_t(at), words[at]); break;
    case 2: std::swap(words[at], words[m.random.below(words.size())]); break;
    case 3: words.push_back(m.words.derive("odd-word", m.random)); break;
    case 4: words[at] = base::to_lower(words[at]) + words[m.random.below(words.size())]; break;
    default: words[at] = m.words.derive(odd_of(words[at], at, m), m.random);
  }
  if (words.empty()) return false;
  in.steps[*step] = octets(in.steps[*step].session, joined(words) + text.substr(end));
  return true;
}

mutator const kind{"token", "words of a command changed for what is nearly right there, lost, doubled or exchanged",
                   false, &change};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::stress::token_mutator
