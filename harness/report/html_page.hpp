// html_page: reports/run.html as it was when the program was built, and filling it.
#pragma once

#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mailrig::report {

extern std::string_view const html_page;

/// Text as HTML text or attribute.
std::string escaped(std::string_view text);
/// The page with each {{place}} filled in; values are HTML.
void fill_page(std::vector<std::pair<std::string_view, std::string>> const& places, std::ostream& out);

}  // namespace mailrig::report
