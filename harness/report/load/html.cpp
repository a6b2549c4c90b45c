// html: a load run as one page that opens from a file without a network.
#include <sstream>

#include "report/html_page.hpp"
#include "report/load_format.hpp"
#include "report/load_json.hpp"

namespace mailrig::report::load_html {
namespace {

void write_html(load::load_record const& r, std::ostream& out) {
  using nlohmann::json;
  write_page(load_page, load_json(r, r.seconds, false).dump(-1, ' ', false, json::error_handler_t::replace), out);
}

load_format const html{"html", "one page with charts, for people", &write_html};
base::registrar const registered{html};

}  // namespace
}  // namespace mailrig::report::load_html
