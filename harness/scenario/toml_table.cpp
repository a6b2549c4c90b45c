// toml_table: see toml_table.hpp.
#include "scenario/toml_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/text.hpp"
#include "scenario/script.hpp"
#include "scenario/toml.hpp"

namespace mailrig::scenario {

/// What all tables of one file share.
struct toml_table::source {
  std::filesystem::path file;
  std::string what;
  toml::table root;
  bool only_asked = false;
  std::vector<toml_key> asked;
  std::vector<std::shared_ptr<place>> places;  ///< that were asked for
  std::optional<base::fault> first;

  base::fault fault(unsigned line, std::string const& text) const {
    return {0, what, fmt::format("{}:{}: {}", file.string(), std::max(1u, line), text)};
  }
};

struct toml_table::place {
  toml::table const* node = nullptr;  ///< null: the file has none
  unsigned line = 1;
  std::string path;  ///< "device[]."
  std::set<std::string, std::less<>> known;
  bool any_key = false;

  toml::node const* get(std::string_view key) const { return node ? node->get(key) : nullptr; }
};

namespace {

unsigned line_of(toml::node const& n) { return n.source().begin.line; }

std::string bounds(double least, double most) { return fmt::format("number from {:g} to {:g}", least, most); }
std::string bounds(std::int64_t least, std::int64_t most) {
  return fmt::format("whole number from {} to {}", least, most);
}

}  // namespace

base::result<toml_table> toml_table::read(std::filesystem::path const& file, std::string what) {
  auto const text = read_file(file);
  if (!text) return base::fault{0, what, text.error().text};
  return parse(*text, file, std::move(what));
}

base::result<toml_table> toml_table::parse(std::string_view text, std::filesystem::path const& file, std::string what) {
  auto const s = std::make_shared<source>();
  s->file = file;
  s->what = std::move(what);
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  auto parsed = toml::parse(text, file.string());
  if (!parsed) {
    auto const& e = parsed.error();
    return s->fault(e.source().begin.line, std::string(e.description()));
  }
  s->root = std::move(parsed).table();
  auto const root = std::make_shared<place>();
  root->node = &s->root;
  s->places.push_back(root);
  return toml_table(s, root);
}

toml_table toml_table::asked() {
  auto out = *parse("", {}, {});
  out.source_->only_asked = true;
  return out;
}

std::vector<toml_key> const& toml_table::keys_asked() const { return source_->asked; }
std::filesystem::path const& toml_table::file() const { return source_->file; }
bool toml_table::has(std::string_view key) const { return place_->get(key) != nullptr; }

void toml_table::ask(std::string_view key, std::string_view type, std::string_view note) {
  if (source_->only_asked && !place_->known.contains(key))
    source_->asked.push_back({place_->path + std::string(key), std::string(type), std::string(note)});
  place_->known.emplace(key);
}

void toml_table::wrong(std::string_view key, std::string const& text) {
  if (!source_->first && !source_->only_asked) source_->first = fault_at(key, text);
}

base::fault toml_table::fault_at(std::string_view key, std::string const& text) const {
  auto const* node = place_->get(key);
  return source_->fault(node ? line_of(*node) : place_->line, text);
}

std::optional<std::string> toml_table::text(std::string_view key, std::string_view note) {
  ask(key, "text", note);
  auto const* node = place_->get(key);
  if (!node) return std::nullopt;
  if (auto const* s = node->as_string()) return s->get();
  wrong(key, fmt::format("{}{} is a text: write it in quotes", place_->path, key));
  return std::nullopt;
}

bool toml_table::flag(std::string_view key, std::string_view note, bool otherwise) {
  ask(key, "true or false", note);
  auto const* node = place_->get(key);
  if (!node) return otherwise;
  if (auto const* b = node->as_boolean()) return b->get();
  wrong(key, fmt::format("{}{} is true or false, without quotes", place_->path, key));
  return otherwise;
}

std::optional<double> toml_table::number(std::string_view key, std::string_view note, double least, double most) {
  ask(key, bounds(least, most), note);
  auto const* node = place_->get(key);
  if (!node) return std::nullopt;
  auto const v = node->is_number() ? node->value<double>() : std::nullopt;
  if (v && std::isfinite(*v) && *v >= least && *v <= most) return v;
  wrong(key, fmt::format("{}{} is a {}", place_->path, key, bounds(least, most)));
  return std::nullopt;
}

std::optional<std::int64_t> toml_table::whole(std::string_view key, std::string_view note, std::int64_t least,
                                              std::int64_t most) {
  ask(key, bounds(least, most), note);
  auto const* node = place_->get(key);
  if (!node) return std::nullopt;
  auto const* v = node->as_integer();
  if (v && v->get() >= least && v->get() <= most) return v->get();
  wrong(key, fmt::format("{}{} is a {}", place_->path, key, bounds(least, most)));
  return std::nullopt;
}

std::vector<std::string> toml_table::texts(std::string_view key, std::string_view note) {
  ask(key, "text, or a list of texts", note);
  std::vector<std::string> out;
  auto const* node = place_->get(key);
  if (!node) return out;
  if (auto const* s = node->as_string()) return {s->get()};
  bool good = node->is_array();
  if (good)
    for (auto const& one : *node->as_array()) {
      auto const* s = one.as_string();
      good = good && s;
      if (s) out.push_back(s->get());
    }
  if (!good) wrong(key, fmt::format("{}{} is a list of texts: [\"...\", \"...\"]", place_->path, key));
  return out;
}

std::vector<double> toml_table::numbers(std::string_view key, std::string_view note, double least, double most) {
  ask(key, "list of numbers", note);
  std::vector<double> out;
  auto const* node = place_->get(key);
  if (!node) return out;
  bool good = node->is_array();
  if (good)
    for (auto const& one : *node->as_array()) {
      auto const v = one.is_number() ? one.value<double>() : std::nullopt;
      good = good && v && std::isfinite(*v) && *v >= least && *v <= most;
      out.push_back(v.value_or(0));
    }
  if (!good) wrong(key, fmt::format("{}{} is a list, each a {}", place_->path, key, bounds(least, most)));
  return out;
}

std::string toml_table::choice(std::string_view key, std::string_view note,
                               std::vector<std::string_view> const& known) {
  ask(key, fmt::format("{}", fmt::join(known, ", ")), note);
  auto const* node = place_->get(key);
  if (!node) return std::string(known.front());
  auto const* s = node->as_string();
  for (auto const k : known)
    if (s && base::iequals(k, s->get())) return std::string(k);
  wrong(key, fmt::format("{}{} is one of: {}", place_->path, key, fmt::join(known, ", ")));
  return std::string(known.front());
}

std::string toml_table::path(std::string_view key, std::string_view note) {
  auto const said = text(key, note);
  return said ? (file().parent_path() / *said).string() : std::string();
}

toml_table toml_table::table(std::string_view key, std::string_view note) {
  ask(key, "table", note);
  auto const p = std::make_shared<place>();
  p->path = fmt::format("{}{}.", place_->path, key);
  if (auto const* node = place_->get(key)) {
    p->line = line_of(*node);
    p->node = node->as_table();
    if (!p->node) wrong(key, fmt::format("{}{} is a table: [{}{}]", place_->path, key, place_->path, key));
  }
  source_->places.push_back(p);
  return {source_, p};
}

std::vector<toml_table> toml_table::tables(std::string_view key, std::string_view note) {
  ask(key, "list of tables", note);
  std::vector<toml_table> out;
  auto add = [&](toml::table const* t, unsigned line) {
    auto const p = std::make_shared<place>();
    p->path = fmt::format("{}{}[].", place_->path, key);
    p->node = t;
    p->line = line;
    source_->places.push_back(p);
    out.push_back({source_, p});
  };
  if (source_->only_asked) add(nullptr, 1);
  auto const* node = place_->get(key);
  if (!node) return out;
  auto const* list = node->as_array();
  bool good = list != nullptr;
  if (good)
    for (auto const& one : *list) {
      good = good && one.is_table();
      if (one.is_table()) add(one.as_table(), line_of(one));
    }
  if (!good) wrong(key, fmt::format("{}{} is a list of tables: [[{}{}]]", place_->path, key, place_->path, key));
  return out;
}

std::vector<std::string> toml_table::own_keys(std::string_view note) {
  ask("...", "your own keys", note);
  place_->any_key = true;
  std::vector<std::string> out;
  if (place_->node)
    for (auto const& [key, value] : *place_->node) out.emplace_back(key.str());
  return out;
}

std::optional<base::fault> toml_table::mistake() const {
  for (auto const& p : source_->places) {
    if (!p->node || p->any_key) continue;
    for (auto const& [key, value] : *p->node) {
      if (p->known.contains(key.str())) continue;
      std::string_view best;
      std::size_t least = 3;
      for (auto const& k : p->known)
        if (auto const d = base::edit_distance(k, key.str()); d < least) best = k, least = d;
      return source_->fault(line_of(value), fmt::format("'{}{}' is no key here{}; there are: {}", p->path, key.str(),
                                                        best.empty() ? "" : fmt::format("; did you mean '{}'?", best),
                                                        fmt::join(p->known, ", ")));
    }
  }
  return source_->first;
}

}  // namespace mailrig::scenario
