// transcript: see transcript.hpp.
#include "scenario/transcript.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace mailrig::scenario {
namespace {

constexpr std::size_t most = 4000;

}  // namespace

void transcript::take(history::event const& e) {
  if (lines.size() >= most) return;
  if (e.kind != history::event_kind::sent && e.kind != history::event_kind::received) {
    lines.push_back({e.at, e.session, e.kind, base::printable(e.octets)});
    return;
  }
  if (e.octets.size() == 1 && goes_on(e)) {
    lines.back().text += base::printable(e.octets);
    return;
  }
  std::size_t shown = 0;
  for (auto rest = e.octets; !rest.empty();) {
    auto const end = std::min(rest.find('\n'), rest.size() - 1) + 1;
    auto text = base::printable(rest.substr(0, std::min<std::size_t>(end, 300)));
    if (end > 300) text += fmt::format("... ({} octets)", end);
    rest.remove_prefix(end);
    if (++shown > 60) text = fmt::format("... ({} octets more)", rest.size() + end), rest = {};
    lines.push_back({e.at, e.session, e.kind, std::move(text)});
  }
}

/// Octets that are heard one by one still make lines.
bool transcript::goes_on(history::event const& e) const {
  if (lines.empty()) return false;
  auto const& last = lines.back();
  return last.session == e.session && last.kind == e.kind && !last.text.ends_with("\\n");
}

}  // namespace mailrig::scenario
