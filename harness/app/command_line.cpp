// command_line: see command_line.hpp.
#include "app/command_line.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iostream>

#include "app/data.hpp"
#include "app/exit_code.hpp"
#include "app/interrupts.hpp"
#include "app/nearest.hpp"
#include "app/outputs.hpp"
#include "base/hiding_buffer.hpp"

namespace mailrig::app {

std::shared_ptr<CLI::App> make_command_line(invocation& to, std::vector<std::string>& data) {
  auto app = std::make_shared<CLI::App>("mailrig: a test rig for POP3 and IMAP servers", "mailrig");
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
  for (auto const* c : commands) {
    options own(*app->add_subcommand(c->name, c->summary));
    c->declare(own, to);
  }
  return app;
}

CLI::App const* subcommand_of(CLI::App const& c, std::string const& name) {
  auto const all = c.get_subcommands([&](CLI::App const* s) { return s->get_name() == name; });
  return all.empty() ? nullptr : all.front();
}

namespace {

/// What is printed has no secret in it, while this lives.
class hidden_stream {
 public:
  explicit hidden_stream(std::ostream& of) : of_(of), to_(*of.rdbuf()), buffer_(to_) { of_.rdbuf(&buffer_); }
  ~hidden_stream() { of_.rdbuf(&to_); }
  hidden_stream(hidden_stream const&) = delete;

 private:
  std::ostream& of_;
  std::streambuf& to_;
  base::hiding_buffer buffer_;
};

/// What was printed must have arrived.
int printed(int code) {
  errno = 0;
  std::cout.flush();
  if (std::cout.good()) return code;
  std::cerr << "mailrig: standard output cannot be written" << (errno ? fmt::format(": {}", std::strerror(errno)) : "")
            << '\n';
  return undelivered(code);
}

int run(int argc, char const* const* argv) {
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
    if (error.get_exit_code() != 0)
      if (auto const what = mistyped(*app, {argv + 1, argv + argc}); !what.empty())
        return complain(what + " See `mailrig --help`.");
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

}  // namespace

int run_command_line(int argc, char const* const* argv) {
  watch_interrupts();
  hidden_stream const out(std::cout), errors(std::cerr);
  return printed(run(argc, argv));
}

}  // namespace mailrig::app
