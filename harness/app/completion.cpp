// completion: see completion.hpp.
#include "app/completion.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "app/command_line.hpp"
#include "app/guide.hpp"
#include "app/listing.hpp"
#include "base/text.hpp"

namespace mailrig::app {
namespace {

/// Where the words stand: within which subcommand, and what the last one is a value of.
struct position {
  CLI::App const* command;
  CLI::Option const* waiting = nullptr;  ///< an option whose value comes next
  std::size_t given = 0;                 ///< positional words before
};

CLI::Option const* option_of(CLI::App const* c, std::string const& word) {
  for (; c; c = c->get_parent())
    if (auto const* o = c->get_option_no_throw(word)) return o;
  return nullptr;
}

position walk(CLI::App const& app, std::vector<std::string> const& words) {
  position at{&app};
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    auto const& word = words[i];
    if (std::exchange(at.waiting, nullptr)) continue;
    if (word.starts_with('-')) {
      auto const* o = option_of(at.command, word);
      if (o && o->get_type_size() != 0) at.waiting = o;
    } else if (auto const* sub = subcommand_of(*at.command, word)) {
      at = {sub};
    } else {
      ++at.given;
    }
  }
  return at;
}

void add_listed(std::vector<candidate>& out, char const* kind) {
  auto const items = list_items(kind, false);
  if (!items) return;
  for (auto const& item : *items) out.push_back({item["id"].get<std::string>(), item["summary"].get<std::string>()});
}

/// "{must,prose,should,may}" in an option's type: its values.
std::vector<candidate> choices(CLI::Option const& o) {
  std::vector<candidate> out;
  auto const type = o.get_type_name();
  auto const from = type.find('{'), to = type.rfind('}');
  if (from == type.npos || to == type.npos) return out;
  for (auto const word : base::split(std::string_view(type).substr(from + 1, to - from - 1), ','))
    out.push_back({std::string(word), {}});
  return out;
}

std::vector<candidate> values(CLI::Option const& o, std::string const& command) {
  if (auto out = choices(o); !out.empty()) return out;
  struct source {
    char const* option;
    std::vector<char const*> kinds;
  };
  static std::vector<source> const sources{
      {"--target", {"servers"}},     {"--defect", {"defects"}},
      {"--latitude", {"latitudes"}}, {"--without", {"extensions"}},
      {"--only", {"extensions"}},    {"--report", {"formats"}},
      {"selector", {"scenarios"}},   {"workload", {"workloads"}},
      {"profile", {"profiles"}},     {"id", {"requirements", "checkers", "scenarios", "defects", "latitudes"}}};
  std::vector<candidate> out;
  for (auto const& s : sources)
    if (o.check_name(s.option))
      for (auto const* kind : s.kinds) add_listed(out, kind);
  if (o.check_name("topic"))
    for (auto const& g : guides()) out.push_back({g.topic, g.summary});
  if (o.check_name("--report")) {
    bool const of_load = command == "load" || command == "capacity";
    std::erase_if(out, [&](candidate const& c) { return c.word.starts_with("load/") != of_load; });
    for (auto& c : out) c.word = (of_load ? c.word.substr(5) : c.word) + ":";
  }
  return out;
}

/// Names with levels are offered level by level, as files are.
void cut_at_level(std::vector<candidate>& all, std::size_t written) {
  for (auto& c : all)
    if (auto const slash = c.word.find('/', written); slash != c.word.npos) c = {c.word.substr(0, slash + 1), {}};
  auto const same = std::ranges::unique(all, {}, &candidate::word);
  all.erase(same.begin(), same.end());
}

void add_options(CLI::App const& c, std::vector<candidate>& out) {
  for (auto const* o :
       c.get_options([](CLI::Option const* one) { return one->nonpositional() && !one->get_group().empty(); }))
    for (auto const& name : o->get_lnames()) out.push_back({"--" + name, o->get_description()});
}

}  // namespace

std::vector<candidate> complete(CLI::App const& app, std::vector<std::string> const& words) {
  auto const last = words.empty() ? std::string() : words.back();
  auto const at = walk(app, words);
  std::vector<candidate> out;
  if (at.waiting) {
    out = values(*at.waiting, at.command->get_name());
  } else if (last.starts_with('-')) {
    for (auto const* c = at.command; c; c = c->get_parent()) add_options(*c, out);
  } else {
    for (auto const* s : at.command->get_subcommands([](CLI::App const* one) { return !one->get_group().empty(); }))
      out.push_back({s->get_name(), s->get_description()});
    auto const places = at.command->get_options([](CLI::Option const* one) { return one->get_positional(); });
    if (!places.empty()) {
      auto const* o = places[std::min(at.given, places.size() - 1)];
      if (at.given < places.size() || o->get_items_expected_max() > 1)
        for (auto& v : values(*o, at.command->get_name())) out.push_back(std::move(v));
    }
  }
  std::erase_if(out, [&](candidate const& c) { return !c.word.starts_with(last); });
  if (!last.starts_with('-')) cut_at_level(out, last.size());
  return out;
}

}  // namespace mailrig::app
