// grammar: see grammar.hpp. A small open-addressed table: names are told apart by length and three of their letters.
#include "wire/imap/grammar.hpp"

#include <algorithm>

#include "base/must.hpp"
#include "base/text.hpp"

namespace mailrig::wire::imap {
namespace {

std::size_t hash(place where, std::string_view name) {
  auto const n = name.size();
  return n * 7 + std::size_t(where) * 41 + std::size_t(base::upper(name[0])) * 31 +
         std::size_t(base::upper(name[n / 2])) * 17 + std::size_t(base::upper(name[n - 1])) * 5;
}

class rule_table {
 public:
  rule_table() {
    for (auto const* e : base::registry<extension>::all())
      for (auto const& r : e->rules) insert(r);
  }

  rule const* find(place where, std::string_view name) const {
    if (name.empty()) return nullptr;
    for (auto at = hash(where, name);; ++at) {
      auto const* r = slots_[at % slots_.size()];
      if (!r || (r->where == where && base::iequals(r->name, name))) return r;
    }
  }

 private:
  void insert(rule const& r) {
    MAILRIG_MUST(!find(r.where, r.name));  // two files claim the same name
    MAILRIG_MUST(++used_ < slots_.size() / 2);
    auto at = hash(r.where, r.name);
    while (slots_[at % slots_.size()]) ++at;
    slots_[at % slots_.size()] = &r;
  }

  std::vector<rule const*> slots_ = std::vector<rule const*>(1024);
  std::size_t used_ = 0;
};

}  // namespace

rule const* find_rule(place where, std::string_view name) {
  static rule_table const table;
  return table.find(where, name);
}

namespace {

struct owned_command {
  extension const* owner;
  command_rule const* rule;
};

owned_command const* find_owned(std::string_view name) {
  static auto const all = [] {
    std::vector<owned_command> out;
    for (auto const* e : base::registry<extension>::all())
      for (auto const& c : e->commands) out.push_back({e, &c});
    return out;
  }();
  auto const at = std::ranges::find_if(all, [&](auto const& c) { return base::iequals(c.rule->name, name); });
  return at == all.end() ? nullptr : &*at;
}

}  // namespace

command_rule const* find_command(std::string_view name, bool uid) {
  auto const* found = find_owned(name);
  return found && (!uid || found->rule->has_uid_form) ? found->rule : nullptr;
}

extension const* extension_of_command(std::string_view name) {
  auto const* found = find_owned(name);
  return found ? found->owner : nullptr;
}

extension const* extension_of_data(std::string_view name) {
  for (auto const* e : base::registry<extension>::all())
    for (auto const& r : e->rules)
      if ((r.where == place::data || r.where == place::numbered) && base::iequals(r.name, name)) return e;
  return nullptr;
}

}  // namespace mailrig::wire::imap
