// help_command: `mailrig help`: the guides, and each subcommand as a page.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include <iostream>

#include "app/command_line.hpp"
#include "app/data.hpp"
#include "app/exit_code.hpp"
#include "app/guide.hpp"
#include "app/manual.hpp"

namespace mailrig::app {

std::vector<guide> const& guides() {
  static std::vector<guide> const all{
      {"start", "README.md", "what mailrig is, and the first five minutes"},
      {"scenarios", "scenarios/GUIDE.md", "from the first run to a gate in CI, for who makes a server"},
      {"language", "scenarios/LANGUAGE.md", "how a scenario is written"},
      {"clients", "scenarios/CLIENTS.md", "from a log in a bug report to a trace, for QA engineers"},
      {"fuzzing", "scenarios/FUZZING.md", "what a server bears of clients that say what none would"},
      {"profiles", "scenarios/PROFILES.md", "load and capacity, for who runs a mail host"},
      {"servers", "fixtures/SERVERS.md", "servers, their descriptions, defects, latitudes and mail"},
      {"formats", "reports/FORMATS.md", "reports, and what of them stays as it is"},
      {"code", "harness/README.md", "how the program is built, for who goes on with it"},
  };
  return all;
}

namespace {

struct help_options {
  std::string topic;
  bool markdown = false;
};

void list_topics() {
  for (auto const& g : guides()) std::cout << fmt::format("{:10}  {}\n", g.topic, g.summary);
  std::cout << "and each subcommand of `mailrig --help`\n";
}

int print_guide(guide const& g) {
  auto const file = data().shipped() / g.file;
  auto const text = scenario::read_file(file);
  if (!text) return complain(text.error());
  std::cout << *text;
  return clean;
}

int run_help(help_options const& o) {
  if (o.topic.empty()) return list_topics(), clean;
  for (auto const& g : guides())
    if (o.topic == g.topic) return print_guide(g);
  invocation none;
  std::vector<std::string> named;
  auto const all = make_command_line(none, named);
  if (o.topic == all->get_name()) return std::cout << (o.markdown ? manual_page(*all) : all->help()), clean;
  auto const* sub = subcommand_of(*all, o.topic);
  if (!sub) return complain(fmt::format("'{}' is no topic; `mailrig help` lists them", o.topic));
  std::cout << (o.markdown ? manual_page(*sub) : sub->help());
  return clean;
}

void declare_help(options& c, invocation& to) {
  auto o = std::make_shared<help_options>();
  c.add_option("topic", o->topic, "a guide, or a subcommand; without it, the list of both");
  c.add_flag("--markdown", o->markdown, "a subcommand as a page, of which its manual page is made");
  c.footer("Examples:\n  mailrig help\n  mailrig help language | less");
  acts(c, to, o, run_help);
}

command const help_itself{"help", 150, "Prints a guide", declare_help};
base::registrar const help_registered{help_itself};

}  // namespace
}  // namespace mailrig::app
