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

void write_page(std::string_view page, std::string json, std::ostream& out) {
  // "</script>" within a string would end the script.
  for (auto at = json.find("</"); at != json.npos; at = json.find("</", at + 3)) json.replace(at, 2, "<\\/");
  auto text = std::string(page);
  for (auto const& [place, what] :
       {std::pair<std::string_view, std::string_view>{"/*charts*/", chart_library}, {"/*data*/null", json}})
    if (auto const at = text.find(place); at != text.npos) text.replace(at, place.size(), what);
  out << text;
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
