// command_options: options that several subcommands have, each with one text and one meaning.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace mailrig::app {

/// --target, --defect and --latitude. The last two are the embedded server's, so a default target gives way to them.
void add_server(CLI::App& c, std::string& target, std::string& defect, std::vector<std::string>& latitudes);
/// --defect and --latitude alone.
void add_embedded(CLI::App& c, std::string& defect, std::vector<std::string>& latitudes);
void add_level(CLI::App& c, std::string& level);
/// `formats` names them in words.
void add_reports(CLI::App& c, std::vector<std::string>& reports, std::string const& formats);
void add_seed(CLI::App& c, std::uint64_t& seed);
void add_destructive(CLI::App& c, bool& allowed);

}  // namespace mailrig::app
