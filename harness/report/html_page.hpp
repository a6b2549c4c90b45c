// html_page: reports/run.html as it was when the program was built.
#pragma once

#include <string_view>

namespace mailrig::report {

extern std::string_view const html_page;

}  // namespace mailrig::report
