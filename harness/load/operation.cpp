// operation: see operation.hpp.
#include "load/operation.hpp"

#include <deque>
#include <map>
#include <mutex>

namespace mailrig::load {
namespace {

struct names {
  std::mutex mutex;
  std::map<std::string, kind_id, std::less<>> by_name;
  std::deque<std::string> by_id;
};
names& all() {
  static names n;
  return n;
}

}  // namespace

kind_id kind_named(std::string_view name) {
  auto& n = all();
  std::lock_guard const lock(n.mutex);
  if (auto const known = n.by_name.find(name); known != n.by_name.end()) return known->second;
  auto const id = kind_id(n.by_id.size());
  n.by_id.emplace_back(name);
  n.by_name.emplace(name, id);
  return id;
}

std::string const& name_of(kind_id kind) {
  auto& n = all();
  std::lock_guard const lock(n.mutex);
  return n.by_id.at(kind);
}

}  // namespace mailrig::load
