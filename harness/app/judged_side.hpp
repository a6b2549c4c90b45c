// judged_side: `--side`: whom a record's findings are about.
#pragma once

#include <string>
#include <vector>

#include "app/options.hpp"
#include "check/client/client_checker.hpp"
#include "history/trace.hpp"

namespace mailrig::app {

/// `server`, `client` or `both`; empty: both where the client is no part of mailrig, else the server alone.
void add_side(options& c, std::string& side);

/// mailrig only recorded or imported what this trace tells.
bool has_foreign_client(history::trace_header const& header);
std::vector<check::checker_kind const*> checkers_of(std::string const& side, bool foreign_client);

}  // namespace mailrig::app
