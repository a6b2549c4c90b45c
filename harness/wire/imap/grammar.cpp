// grammar: see grammar.hpp. A small open-addressed table: names are told apart by length and three of their letters.
#include "wire/imap/grammar.hpp"

#include <algorithm>
#include <map>

#include "base/must.hpp"
#include "base/text.hpp"

namespace mailrig::wire::imap {
namespace {

std::size_t hash(place where, std::string_view name) {
  auto const n = name.size();
  return n * 7 + std::size_t(where) * 41 + std::size_t(base::upper(name[0])) * 31 +
         std::size_t(base::upper(name[n / 2])) * 17 + std::size_t(base::upper(name[n - 1])) * 5;
}

struct owned_rule {
  extension const* owner = nullptr;
  rule const* what = nullptr;
};

class rule_table {
 public:
  rule_table() {
    for (auto const* e : base::registry<extension>::all())
      for (auto const& r : e->rules) insert({e, &r});
  }

  owned_rule find(place where, std::string_view name) const {
    if (name.empty()) return {};
    for (auto at = hash(where, name);; ++at) {
      auto const& r = slots_[at % slots_.size()];
      if (!r.what || (r.what->where == where && base::iequals(r.what->name, name))) return r;
    }
  }

 private:
  void insert(owned_rule r) {
    MAILRIG_MUST(!find(r.what->where, r.what->name).what);  // two files claim the same name
    MAILRIG_MUST(++used_ < slots_.size() / 2);
    auto at = hash(r.what->where, r.what->name);
    while (slots_[at % slots_.size()].what) ++at;
    slots_[at % slots_.size()] = r;
  }

  std::vector<owned_rule> slots_ = std::vector<owned_rule>(1024);
  std::size_t used_ = 0;
};

rule_table const& rules() {
  static rule_table const table;
  return table;
}

}  // namespace

rule const* find_rule(place where, std::string_view name) { return rules().find(where, name).what; }

extension const* extension_of_data(std::string_view name) {
  auto const* plain = rules().find(place::data, name).owner;
  return plain ? plain : rules().find(place::numbered, name).owner;
}

namespace {

struct owned_command {
  extension const* owner = nullptr;
  command_rule const* rule = nullptr;
};

/// As rule_table; of two files that claim one command the first by name has it.
class command_table {
 public:
  command_table() {
    std::size_t used = 0;
    for (auto const* e : base::registry<extension>::all())
      for (auto const& c : e->commands) {
        if (find(c.name)) continue;
        MAILRIG_MUST(++used < slots_.size() / 2);
        auto at = hash(place::data, c.name);
        while (slots_[at % slots_.size()].rule) ++at;
        slots_[at % slots_.size()] = {e, &c};
      }
  }

  owned_command const* find(std::string_view name) const {
    if (name.empty()) return nullptr;
    for (auto at = hash(place::data, name);; ++at) {
      auto const& c = slots_[at % slots_.size()];
      if (!c.rule) return nullptr;
      if (base::iequals(c.rule->name, name)) return &c;
    }
  }

 private:
  std::vector<owned_command> slots_ = std::vector<owned_command>(512);
};

owned_command const* find_owned(std::string_view name) {
  static command_table const all;
  return all.find(name);
}

}  // namespace

command_form const* find_form(form_place where, std::string_view name) {
  static auto const all = [] {
    std::map<std::pair<form_place, std::string_view>, command_form const*> out;
    for (auto const* e : base::registry<extension>::all())
      for (auto const& f : e->forms)
        MAILRIG_MUST(out.emplace(std::pair{f.where, f.name}, &f).second);  // two files claim the same name
    return out;
  }();
  auto const at = all.find({where, base::to_upper(name)});
  return at == all.end() ? nullptr : at->second;
}

command_rule const* find_command(std::string_view name, bool uid) {
  auto const* found = find_owned(name);
  return found && (!uid || found->rule->has_uid_form) ? found->rule : nullptr;
}

extension const* extension_of_command(std::string_view name) {
  auto const* found = find_owned(name);
  return found ? found->owner : nullptr;
}

}  // namespace mailrig::wire::imap
