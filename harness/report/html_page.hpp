// html_page: the pages of reports/ as they were when the program was built, and filling them.
#pragma once

#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mailrig::report {

extern std::string_view const html_page;      ///< run.html
extern std::string_view const load_page;      ///< load.html: a report, or a live view where it has no data
extern std::string_view const capacity_page;  ///< capacity.html
extern std::string_view const chart_library;  ///< Chart.js

/// A page with charts: the library in, and `json` as its data ("null": it asks for them itself).
void write_page(std::string_view page, std::string json, std::ostream& out);

/// Text as HTML text or attribute.
std::string escaped(std::string_view text);
/// The page with each {{place}} filled in; values are HTML.
void fill_page(std::vector<std::pair<std::string_view, std::string>> const& places, std::ostream& out);

}  // namespace mailrig::report
