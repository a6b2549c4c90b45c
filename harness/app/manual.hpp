// manual: a subcommand's help as a page of Markdown, of which its manual page is made.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace mailrig::app {

std::string manual_page(CLI::App const& c);

}  // namespace mailrig::app
