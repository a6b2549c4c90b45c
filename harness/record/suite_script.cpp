// suite_script: see suite_script.hpp.
#include "record/suite_script.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/text.hpp"
#include "scenario/needs.hpp"
#include "scenario/pattern.hpp"
#include "scenario/script.hpp"

namespace mailrig::record {
namespace {

/// Behind "title" and "proves" the line "needs", where there is none and commands want it; a session that has not
/// logged in yet is told less than there is.
void add_needs(std::string& text, scenario::script const& s) {
  bool const all_at_greeting =
      std::ranges::all_of(s.sessions, [](auto const& one) { return one.state == scenario::start_state::greeting; });
  auto const needs = scenario::needs_of(s);
  if (needs.empty() || !s.needs.empty() || all_at_greeting) return;
  auto const at = text.find("\nproves ");
  text.insert(text.find('\n', at + 1) + 1, fmt::format("{:9} {}\n", "needs", fmt::join(needs, " ")));
}

}  // namespace

void suite_script::header(std::string_view key, std::string_view value) {
  if (!value.empty()) lines_.push_back(fmt::format("{:9} {}", key, value));
}

void suite_script::sends(std::string_view session, std::string_view line) {
  lines_.push_back(fmt::format("{}> {}", session, line));
}

void suite_script::does(std::string_view session, std::string_view action) {
  lines_.push_back(fmt::format("{}: {}", session, action));
}

void suite_script::expects(std::string_view session, std::string_view pattern, std::size_t line,
                           std::string_view from) {
  auto bare = pattern;
  for (std::string_view const prefix : {"! ", "? ", "only "})
    if (bare.starts_with(prefix)) bare.remove_prefix(prefix.size());
  auto const end = bare.find(" | ");
  if (scenario::pattern::read(bare.substr(0, end), history::protocol::imap)) {
    lines_.push_back(fmt::format("{}< {}", session, pattern));
  } else {
    comment(from);
    remark(line, fmt::format("cannot be said in a pattern: {}", from));
  }
}

void suite_script::comment(std::string_view text) { lines_.push_back(fmt::format("# {}", text)); }

void suite_script::blank() {
  if (!lines_.empty() && !lines_.back().empty()) lines_.emplace_back();
}

void suite_script::remark(std::size_t line, std::string_view text) {
  remarks_.push_back(fmt::format("line {}: {}", line, text));
}

base::result<rewritten> suite_script::finish(std::filesystem::path const& file) const {
  auto lines = lines_;
  rewritten out{file.stem().string(), "", remarks_};
  constexpr std::size_t most_faults = 200;
  for (std::size_t tries = 0; tries < most_faults; ++tries) {
    out.text.clear();
    for (auto const& n : out.notes) out.text += fmt::format("# not carried over: {}\n", n);
    auto const above = out.notes.size();
    for (auto const& l : lines) out.text += l + "\n";
    auto const read = scenario::read_script(out.text, "scenario", out.name);
    if (read) {
      add_needs(out.text, *read);
      return out;
    }
    // "scenario:LINE:COLUMN: ..."
    auto const parts = base::split(read.error().text, ':');
    auto const at = parts.size() > 2 ? base::number(parts[1]).value_or(0) : 0;
    auto const text = parts.size() > 3 ? base::trim(read.error().text.substr(read.error().text.find(": ") + 2)) : "";
    auto const said = std::string(text.substr(0, text.find('\n')));
    if (at <= above || at > above + lines.size() || lines[at - above - 1].starts_with('#'))
      return base::fault{0, file.string(), fmt::format("makes no scenario: {}", read.error().text)};
    auto& line = lines[at - above - 1];
    out.notes.push_back(fmt::format("{} ({})", line, said));
    line = "# " + line;
  }
  return base::fault{0, file.string(), "has nothing in it that a scenario can say"};
}

}  // namespace mailrig::record
