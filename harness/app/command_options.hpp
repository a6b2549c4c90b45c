// command_options: options that several subcommands have, each with one text and one meaning.
#pragma once

#include <string>
#include <vector>

#include "app/options.hpp"
#include "base/registry.hpp"

namespace mailrig::app {

/// --target, --defect and --latitude. The last two are the embedded server's, so a default target gives way to them.
void add_server(options& c, std::string& target, std::string& defect, std::vector<std::string>& latitudes);
/// --defect and --latitude alone.
void add_embedded(options& c, std::string& defect, std::vector<std::string>& latitudes);
void add_level(options& c, std::string& level);
/// `Format` is report::format or report::load_format: help names those that there are.
template <class Format>
void add_reports(options& c, std::vector<std::string>& reports) {
  std::string names;
  for (auto const* f : base::registry<Format>::all()) names += (names.empty() ? "" : ", ") + std::string(f->name);
  c.add_option("-r,--report", reports, "FORMAT:FILE, with one of " + names + "; '-' is standard output; repeatable")
      .one_at_a_time();
}
void add_seed(options& c, std::uint64_t& seed);
void add_destructive(options& c, bool& allowed);
void add_spread(options& c, bool& spread);

}  // namespace mailrig::app
