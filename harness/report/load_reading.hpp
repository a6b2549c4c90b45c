// load_reading: a load run out of its JSON report, with all that its sum with others needs.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "base/result.hpp"
#include "load/record.hpp"

namespace mailrig::report {

/// What load_json() has written with its histograms; written again it is the same text. `name`: of the file, for the
/// fault, which says what is lacking or of a wrong kind.
base::result<load::load_record> read_load_json(nlohmann::json const& j, std::string const& name);
base::result<load::load_record> read_load_report(std::string const& text, std::string const& name);

}  // namespace mailrig::report
