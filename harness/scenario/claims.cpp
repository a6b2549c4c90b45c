// claims: see claims.hpp.
#include "scenario/claims.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text.hpp"

namespace mailrig::scenario {
namespace {

void add_steps(std::vector<operation> const& operations, std::vector<std::string>& out) {
  auto add = [&](std::string const& id) {
    if (std::ranges::find(out, id) == out.end()) out.push_back(id);
  };
  for (auto const& o : operations) {
    std::ranges::for_each(o.proves, add);
    for (auto const& branch : o.branches) add_steps(branch, out);
  }
}

/// Column of `id` in `text` as a word of its own: not within a longer id.
std::optional<std::size_t> column_of(std::string_view text, std::string_view id) {
  constexpr std::string_view within = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";
  for (auto at = text.find(id); at != text.npos; at = text.find(id, at + 1)) {
    bool const begins = at == 0 || within.find(text[at - 1]) == within.npos;
    bool const ends = at + id.size() == text.size() || within.find(text[at + id.size()]) == within.npos;
    if (begins && ends) return at;
  }
  return std::nullopt;
}

base::fault unknown(std::string const& id, std::string const& file, history::catalogue const& requirements) {
  auto const what = fmt::format("'{}' is no row of requirements.tsv{}", id, nearest_row(id, requirements));
  auto path = file;
  std::optional<std::uint64_t> wanted;  // "state_matrix.tsv:12"
  if (auto const colon = file.rfind(':'); colon != file.npos)
    if ((wanted = base::number(std::string_view(file).substr(colon + 1)))) path = file.substr(0, colon);
  auto const text = read_file(path);
  if (!text) return {0, "claims", fmt::format("{}: {}", file, what)};
  std::size_t number = 0;
  bool proves = false;
  for (auto line : base::split(*text, '\n')) {
    ++number;
    if (line.ends_with('\r')) line.remove_suffix(1);
    auto const head = base::trim(line);
    // A list in TOML may go on over lines.
    proves = head.starts_with("proves") || (proves && !head.empty() && head.find('=') == head.npos);
    if (wanted ? number != *wanted : !proves) continue;
    if (auto const column = column_of(line, id))
      return {number, "claims",
              fmt::format("{}:{}:{}: {}\n    {}\n    {}^", path, number, *column + 1, what, line,
                          std::string(*column, ' '))};
  }
  return {0, "claims", fmt::format("{}: {}", file, what)};
}

}  // namespace

std::vector<std::string> claims(script const& s) {
  std::vector<std::string> out;
  for (auto const& id : s.proves)
    if (std::ranges::find(out, id) == out.end()) out.push_back(id);
  add_steps(s.operations, out);
  return out;
}

base::result<void> known_claims(std::vector<std::string> const& ids, std::string const& file,
                                history::catalogue const& requirements) {
  for (auto const& id : ids)
    if (!requirements.find(id)) return unknown(id, file, requirements);
  return {};
}

base::result<void> known_claims(std::vector<script> const& scripts, history::catalogue const& requirements) {
  for (auto const& s : scripts)
    if (auto const known = known_claims(claims(s), s.file, requirements); !known) return known.error();
  return {};
}

std::string nearest_row(std::string_view id, history::catalogue const& requirements) {
  std::string near;
  std::size_t best = 6;
  for (auto const& r : requirements.rows())
    if (auto const d = base::edit_distance(id, r.id); d < best) best = d, near = r.id;
  return near.empty() ? "" : "; did you mean " + near + "?";
}

}  // namespace mailrig::scenario
