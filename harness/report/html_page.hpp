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
extern std::string_view const chart_library;  ///< Chart.js

/// Text as HTML text or attribute.
std::string escaped(std::string_view text);
/// The page with each {{place}} filled in; values are HTML.
void fill_page(std::vector<std::pair<std::string_view, std::string>> const& places, std::ostream& out);

}  // namespace mailrig::report
