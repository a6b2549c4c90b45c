// judged_side: see judged_side.hpp.
#include "app/judged_side.hpp"

namespace mailrig::app {

void add_side(options& c, std::string& side) {
  c.add_option(
       "--side", side,
       "who is judged: server, client or both; left out, both where somebody's client was recorded or imported, "
       "and the server alone where mailrig was the client")
      .one_of({"server", "client", "both"});
}

bool has_foreign_client(history::trace_header const& header) { return header.contains(check::client_key); }

std::vector<check::checker_kind const*> checkers_of(std::string const& side, bool foreign_client) {
  if (side == "client") return check::checkers_of_clients();
  if (side == "both" || (side.empty() && foreign_client)) return check::checkers_of_both_sides();
  return base::registry<check::checker_kind>::all();
}

}  // namespace mailrig::app
