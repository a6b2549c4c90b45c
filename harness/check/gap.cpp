// gap: see gap.hpp.
#include "check/gap.hpp"

#include <fmt/format.h>

#include <array>

#include "base/text.hpp"

namespace mailrig::check {
namespace {
constexpr std::array all{lack::greeting, lack::beginning, lack::content, lack::responses, lack::commands, lack::order};
}

std::string_view name_of(lack l) {
  switch (l) {
    case lack::greeting: return "greeting";
    case lack::beginning: return "beginning";
    case lack::content: return "content";
    case lack::responses: return "responses";
    case lack::commands: return "commands";
    case lack::order: return "order";
  }
  return "?";
}

told lost_with(lack l) {
  switch (l) {
    case lack::greeting: return told::capabilities;
    case lack::content: return told::messages;
    // Tags go on being answered.
    case lack::beginning: return told::numbers | told::messages | told::mailboxes | told::capabilities;
    default: return told::everything_told;
  }
}

bool until_select(lack l) { return l == lack::beginning; }

std::string written(std::vector<gap> const& gaps) {
  std::string out;
  for (auto const& g : gaps)
    out += fmt::format("{}{} {} {}", out.empty() ? "" : "; ", g.session, g.at.count(), name_of(g.what));
  return out;
}

std::vector<gap> read_gaps(std::string_view text) {
  std::vector<gap> out;
  for (auto const one : base::split(text, ';')) {
    auto const w = base::words(one);
    if (w.size() != 3) continue;
    auto const session = base::number(w[0]);
    auto const at = base::number(w[1]);
    if (!session || *session > UINT32_MAX || !at || *at > INT64_MAX) continue;
    for (auto const l : all)
      if (name_of(l) == w[2]) out.push_back({history::session_id(*session), base::instant(std::int64_t(*at)), l});
  }
  return out;
}

}  // namespace mailrig::check
