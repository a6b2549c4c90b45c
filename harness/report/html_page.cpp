// html_page: see html_page.hpp.
#include "report/html_page.hpp"

namespace mailrig::report {

std::string escaped(std::string_view text) {
  std::string out;
  for (char c : text) switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  return out;
}

void fill_page(std::vector<std::pair<std::string_view, std::string>> const& places, std::ostream& out) {
  auto page = std::string(html_page);
  for (auto const& [name, text] : places) {
    auto const place = "{{" + std::string(name) + "}}";
    if (auto const at = page.find(place); at != page.npos) page.replace(at, place.size(), text);
  }
  out << page;
}

}  // namespace mailrig::report
