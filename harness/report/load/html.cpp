// html: a load run as one page that opens from a file without a network: the template reports/load.html with the run's
// JSON and the chart library put into it.
#include "base/text.hpp"
#include "report/html_page.hpp"
#include "report/load_format.hpp"

#include <sstream>

namespace mailrig::report {
namespace {

void put(std::string& page, std::string_view place, std::string_view text) {
  if (auto const at = page.find(place); at != page.npos) page.replace(at, place.size(), text);
}

void write_html(load::load_record const& r, std::ostream& out) {
  std::ostringstream json;
  base::registry<load_format>::find("json")->write(r, json);
  // "</script>" within a string would end the script.
  std::string data = json.str();
  for (auto at = data.find("</"); at != data.npos; at = data.find("</", at + 3)) data.replace(at, 2, "<\\/");
  std::string page(load_page);
  put(page, "/*charts*/", chart_library);
  put(page, "/*data*/null", data);
  out << page;
}

load_format const html{"html", "one page with charts, for people", &write_html};
base::registrar const registered{html};

}  // namespace
}  // namespace mailrig::report
