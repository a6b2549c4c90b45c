// finding: see finding.hpp.
#include "history/finding.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/secrets.hpp"
#include "history/scram_proof.hpp"
#include "history/secret_free.hpp"

namespace mailrig::history {
namespace {

constexpr std::size_t window = 400, longest_secret = 4096, longest_response = 1 << 20;

/// A response that has a secret in pieces, in several literals; nothing where it has not.
std::optional<std::string> without_pieces(std::string_view all) {
  auto const& known = base::known_secrets();
  if (known.empty() || all.size() > longest_response || all.find("}\r\n") == all.npos) return std::nullopt;
  secret_free_stream clean(protocol::imap, true, known);
  auto out = clean.take(all);
  out += clean.rest();
  return clean.hid_piece() ? std::optional(std::move(out)) : std::nullopt;
}

void clean(std::string& text) {
  if (!base::known_secrets().empty()) text = base::known_secrets().hide(text, base::reading::wire);
}

}  // namespace

void finding::show(std::string_view all, std::size_t at) {
  if (shows_proof(all)) {
    octets = "+ " + std::string(base::secret_stand_in) + "\r\n";
    offset = std::min<std::size_t>(at, 2);
    return;
  }
  if (auto const clean = without_pieces(all)) {
    octets = clean->substr(0, window);
    offset = 0;
    return;
  }
  at = std::min(at, all.size());
  // More than is shown: a secret that the window cuts is none any more.
  auto const begin = at - std::min(at, window / 2 + longest_secret);
  auto const seen = all.substr(begin, window + 2 * longest_secret);
  base::hidden what{.mark = at - begin};
  auto const clean =
      base::known_secrets().empty() ? std::string(seen) : base::known_secrets().hide(seen, base::reading::wire, &what);
  auto const from = what.mark - std::min(what.mark, window / 2);
  octets = clean.substr(from, window);
  offset = what.mark - from;
}

void finding::hide_secrets() {
  clean(text);
  for (auto& one : expected) clean(one);
  for (auto& one : misses) clean(one);
  for (auto& one : story) clean(one.text);
}

}  // namespace mailrig::history
