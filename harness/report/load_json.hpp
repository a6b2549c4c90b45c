// load_json: a load run as JSON, whole or while it runs.
#pragma once

#include <nlohmann/json.hpp>
#include <span>

#include "load/record.hpp"

namespace mailrig::report {

/// `with_histograms`: so that runs can be set side by side; without them for a live view.
nlohmann::json load_json(load::load_record const& r, std::span<load::series_row const> seconds, bool with_histograms);

}  // namespace mailrig::report
