// nearest: see nearest.hpp.
#include "app/nearest.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "app/command_line.hpp"
#include "base/text.hpp"

namespace mailrig::app {
namespace {

std::string nearest(std::string const& word, std::vector<std::string> const& all) {
  std::string out;
  auto best = word.size() / 2 + 1;  // more than half of it mistyped is another word
  for (auto const& one : all)
    if (auto const d = base::edit_distance(word, one); d < best) best = d, out = one;
  return out.empty() ? out : fmt::format("; did you mean '{}'?", out);
}

std::vector<std::string> subcommands(CLI::App const& at) {
  std::vector<std::string> out;
  for (auto const* s : at.get_subcommands([](CLI::App const* s) { return !s->get_group().empty(); }))
    out.push_back(s->get_name());
  return out;
}

std::vector<std::string> option_names(CLI::App const& at) {
  std::vector<std::string> out;
  for (auto const* o : at.get_options())
    for (auto const& name : o->get_lnames()) out.push_back("--" + name);
  return out;
}

}  // namespace

std::string mistyped(CLI::App const& app, std::vector<std::string> const& words) {
  auto const* at = &app;
  bool value = false;  // the word before may be an option that takes this one
  for (auto const& word : words) {
    if (word == "--") return {};
    auto const name = word.substr(0, word.find('='));
    if (word.starts_with("--")) {
      bool const known = at->get_option_no_throw(name) || app.get_option_no_throw(name);
      auto all = option_names(*at);
      auto const more = option_names(app);
      all.insert(all.end(), more.begin(), more.end());
      if (!known) return fmt::format("'{}' is no option{}", name, nearest(name, all));
    } else if (!word.starts_with('-')) {
      if (auto const* sub = subcommand_of(*at, word))
        at = sub;
      else if (!value && at->get_require_subcommand_min() > 0)
        return fmt::format("'{}' is no subcommand{}", word, nearest(word, subcommands(*at)));
    }
    value = word.starts_with('-') && word.find('=') == word.npos;
  }
  return {};
}

}  // namespace mailrig::app
