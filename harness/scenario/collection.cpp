// collection: see collection.hpp.
#include "scenario/collection.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "base/text_lines.hpp"
#include "scenario/second_revision.hpp"

namespace mailrig::scenario {
namespace {

constexpr std::size_t columns = 10;
constexpr std::string_view state_columns[] = {"not-authenticated", "authenticated", "selected", "examined"};

/// A cell as a scenario, written in the language itself.
std::string cell_text(std::vector<std::string_view> const& row, std::size_t state) {
  bool const imap = row[0] == "imap";
  std::string_view const begin = !imap        ? (state == 0 ? "authorization" : "transaction")
                                 : state == 0 ? "greeting"
                                              : state_columns[state];
  auto const cell = row[4 + state];
  std::string out =
      fmt::format("title {} {} while {}\nproves {}\n", row[2].substr(0, row[2].find_first_of("{$")),
                  cell.find("OK") == cell.npos ? "is refused" : "is answered rightly", state_columns[state], row[9]);
  if (row[8] != "-") out += fmt::format("needs {}\n", row[8]);
  out += fmt::format("mail plain\nsessions client={}/{}\n\nclient> {}\n", row[0], begin, row[2]);
  if (row[3].starts_with("+ ") && cell.starts_with("OK"))
    out += fmt::format("client< +{}\nclient> {}\n", cell == "OK" ? "" : " | end NO", row[3].substr(2));
  return out + fmt::format("client< {}\n", cell);
}

base::result<void> read_matrix(std::filesystem::path const& file, std::vector<script>& out) {
  std::error_code none;
  if (!std::filesystem::exists(file, none)) return {};  // a folder of one's own has none
  auto const text = read_file(file);
  if (!text) return text.error();
  auto const lines = base::lines_of(*text);
  if (!lines)
    return base::fault{0, file.string(),
                       fmt::format("{}:{}: {}", file.string(), lines.error().offset, lines.error().text)};
  bool head = false;
  for (auto const& [number, line] : *lines) {
    if (line.empty() || line.front() == '#') continue;
    auto const row = base::split(line, '\t');
    if (row.size() != columns)
      return base::fault{0, file.string(),
                         fmt::format("{}:{}: {} columns, not {}", file.string(), number, row.size(), columns)};
    if (!std::exchange(head, true)) continue;
    for (std::size_t state = 0; state < std::size(state_columns); ++state) {
      if (row[4 + state] == "-") continue;
      auto const name = row[0] == "imap" ? state_columns[state] : state == 0 ? "authorization" : "transaction";
      auto one = read_script(cell_text(row, state), fmt::format("{}:{}", file.string(), number),
                             fmt::format("{}/states/{}/{}", row[0], name, row[1]));
      if (!one) return one.error();
      out.push_back(std::move(*one));
    }
  }
  return {};
}

}  // namespace

std::vector<script> on_each_account(std::vector<script> all) {
  std::vector<script> out;
  for (auto& s : all) {
    if (s.accounts.empty()) out.push_back(std::move(s));
    for (auto const& name : s.accounts) {
      out.push_back(s);
      out.back().id += "~" + name;
      out.back().account = name;
    }
  }
  return out;
}

base::result<std::vector<script>> read_collection(std::filesystem::path const& folder) {
  auto out = read_scripts(folder);
  if (!out) return out;
  if (auto const done = read_matrix(folder / "state_matrix.tsv", *out); !done) return done.error();
  *out = on_each_account(std::move(*out));
  std::vector<script> again;
  for (auto const& s : *out) {
    if (auto revised = in_second_revision(s)) again.push_back(std::move(*revised));
    if (std::ranges::find(s.tags, "segments") == s.tags.end()) continue;
    for (auto const& [name, how] :
         {std::pair("octets", session::segmentation::octets), std::pair("trickle", session::segmentation::trickle)}) {
      auto copy = s;
      copy.id += fmt::format("~{}", name);
      copy.cut = how;
      again.push_back(std::move(copy));
    }
  }
  out->insert(out->end(), again.begin(), again.end());
  std::ranges::sort(*out, {}, &script::id);
  return out;
}

}  // namespace mailrig::scenario
