// command_line: see command_line.hpp.
#include "app/command_line.hpp"

#include <algorithm>
#include <filesystem>

#include "app/data.hpp"
#include "app/exit_code.hpp"

namespace mailrig::app {

std::unique_ptr<CLI::App> make_command_line(invocation& to, std::vector<std::string>& data) {
  auto app = std::make_unique<CLI::App>("mailrig: a test rig for POP3 and IMAP servers", "mailrig");
  app->require_subcommand(1);
  app->fallthrough();
  app->set_version_flag("--version", MAILRIG_VERSION);
  app->footer(
      "Begin with `mailrig check`; `mailrig SUBCOMMAND --help` shows examples, `mailrig help` has guides. A "
      "mailrig.toml\n"
      "in the working folder or above it names folders of your own and your server; `mailrig init` makes one.");
  app->add_option(
         "--data", data,
         "folder of your own with scenarios/, profiles/, workloads/, servers/, mail/, targets/: adds to what is "
         "there, or takes its place where the name is the same; repeatable; as $MAILRIG_DATA")
      ->allow_extra_args(false);
  auto commands = base::registry<command>::all();
  std::ranges::sort(commands, {}, &command::place);
  for (auto const* c : commands) c->declare(*app->add_subcommand(c->name, c->summary), to);
  return app;
}

CLI::App const* subcommand_of(CLI::App const& c, std::string const& name) {
  auto const all = c.get_subcommands([&](CLI::App const* s) { return s->get_name() == name; });
  return all.empty() ? nullptr : all.front();
}

int run_command_line(int argc, char const* const* argv) {
  std::error_code none;
  auto const own = find_own_settings(std::filesystem::current_path(none));
  if (!own) return complain(own.error());
  if (!own->target.empty()) use_default_target(own->target);
  invocation to;
  for (int i = 0; i < argc; ++i) to.line += (i ? " " : "") + std::string(argv[i]);
  std::vector<std::string> named;
  auto const app = make_command_line(to, named);
  try {
    app->parse(argc, argv);
  } catch (CLI::ParseError const& error) {
    return app->exit(error) == 0 ? int(clean) : int(usage);
  }
  try {
    auto folders = find_data(named, *own);
    if (!folders) return complain(folders.error());
    use_data(std::move(*folders), named);
    return to.action();
  } catch (std::exception const& error) {
    return complain(error.what());
  }
}

}  // namespace mailrig::app
