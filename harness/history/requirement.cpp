// requirement: see requirement.hpp.
#include "history/requirement.hpp"

#include <fmt/format.h>

#include "base/file.hpp"
#include "base/text.hpp"
#include "base/text_lines.hpp"

namespace mailrig::history {

base::result<catalogue> catalogue::read(std::filesystem::path const& tsv) {
  auto const text = base::read_file(tsv);
  if (!text) return text.error();
  auto parsed = parse(*text);
  if (!parsed) {
    auto f = parsed.error();
    f.rule = tsv.string() + (f.rule.empty() ? "" : ": " + f.rule);
    return f;
  }
  return parsed;
}

base::result<catalogue> catalogue::parse(std::string_view tsv) {
  catalogue out;
  auto const lines = base::lines_of(tsv);
  if (!lines)
    return base::fault{lines.error().offset, {}, fmt::format("line {}: {}", lines.error().offset, lines.error().text)};
  for (auto const& [line_number, line] : *lines) {
    if (line_number == 1 || line.empty() || line.front() == '#') continue;
    auto const f = base::split(line, '\t');
    if (f.size() != 9)
      return base::fault{line_number, {}, fmt::format("line {}: {} columns, not 9", line_number, f.size())};
    auto const weight = level_named(f[3]);
    if (!weight) return base::fault{line_number, {}, fmt::format("line {}: unknown level '{}'", line_number, f[3])};
    auto s = [&](std::size_t i) { return std::string(f[i]); };
    out.by_id_.emplace(s(0), out.rows_.size());
    out.rows_.push_back({s(0), s(1), s(2), s(3), s(4), s(5), s(6), s(7), s(8), *weight});
  }
  if (out.by_id_.size() != out.rows_.size()) return base::fault{0, {}, "an id stands twice"};
  return out;
}

requirement const* catalogue::find(std::string_view id) const {
  auto const at = by_id_.find(id);
  return at == by_id_.end() ? nullptr : &rows_[at->second];
}

level catalogue::level_of(std::string_view id) const {
  auto const* row = find(id);
  return row ? row->weight : level::must;
}

std::string citation(std::string_view id) {
  auto const first = id.find('-');
  auto const last = id.rfind('-');
  if (!id.starts_with("RFC") || first == id.npos) return std::string(id);
  if (last == first) return fmt::format("RFC {}", id.substr(3, first - 3));
  return fmt::format("RFC {} §{}", id.substr(3, first - 3), id.substr(first + 1, last - first - 1));
}

}  // namespace mailrig::history
