// manual: see manual.hpp.
#include "app/manual.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/text.hpp"

namespace mailrig::app {
namespace {

/// What Markdown would take for its own stands as it is.
std::string plain(std::string_view text) {
  std::string out;
  for (char const c : text) {
    if (std::string_view("*_<>[]\\").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string name_of(CLI::App const& c) {
  return c.get_parent() ? name_of(*c.get_parent()) + " " + c.get_name() : c.get_name();
}

/// "**-t**, **--target** *TEXT* (embedded)"
std::string heading(CLI::Option const& o) {
  if (o.get_positional()) return fmt::format("*{}*", plain(o.get_name(true)));
  std::string out;
  auto add = [&](std::string const& name) { out += (out.empty() ? "**" : ", **") + plain(name) + "**"; };
  for (auto const& s : o.get_snames()) add("-" + s);
  for (auto const& l : o.get_lnames()) add("--" + l);
  if (o.get_items_expected_max() > 0 && o.get_type_size() != 0) out += fmt::format(" *{}*", plain(o.get_type_name()));
  if (!o.get_default_str().empty()) out += fmt::format(" ({})", plain(o.get_default_str()));
  return out;
}

std::string option_lines(CLI::App const& c, bool positional) {
  std::string out;
  for (auto const* o : c.get_options(
           [&](CLI::Option const* one) { return one->get_positional() == positional && !one->get_group().empty(); }))
    out += fmt::format("{}\n\n:   {}\n\n", heading(*o), plain(o->get_description()));
  return out;
}

/// Indented lines are shown as they are; the others are sentences.
std::string footer(CLI::App const& c) {
  std::string out;
  bool inside = false;
  auto const text = c.get_footer();
  for (auto const line : base::split(text, '\n')) {
    bool const shown = line.starts_with("  ");
    if (shown != inside) out += '\n';
    inside = shown;
    out += shown ? fmt::format("    {}\n", line.substr(2)) : plain(line) + "\n";
  }
  return out;
}

}  // namespace

std::string manual_page(CLI::App const& c) {
  auto const name = name_of(c);
  auto dashed = name;
  std::ranges::replace(dashed, ' ', '-');
  auto const parts = c.get_subcommands([](CLI::App const* s) { return !s->get_group().empty(); });
  auto out = fmt::format("# NAME\n\n{} - {}\n\n# SYNOPSIS\n\n**{}**", dashed, plain(c.get_description()), name);
  if (!parts.empty()) out += " *SUBCOMMAND*";
  out += " \\[*OPTIONS*\\]";
  for (auto const* o : c.get_options([](CLI::Option const* one) { return one->get_positional(); }))
    out += fmt::format(" *{}*{}", plain(o->get_name(true)), o->get_items_expected_max() > 1 ? " ..." : "");
  out += "\n\n";
  if (auto const listed = option_lines(c, true); !listed.empty()) out += "# ARGUMENTS\n\n" + listed;
  if (!parts.empty()) out += "# SUBCOMMANDS\n\n";
  for (auto const* s : parts) {
    out += fmt::format("**{}**\n\n:   {}\n\n", s->get_name(), plain(s->get_description()));
    if (c.get_parent()) out += option_lines(*s, true) + option_lines(*s, false) + footer(*s) + "\n";
  }
  out += "# OPTIONS\n\n" + option_lines(c, false);
  if (!c.get_footer().empty()) out += "# NOTES\n" + footer(c);
  return out;
}

}  // namespace mailrig::app
