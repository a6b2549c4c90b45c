// registry: self-registration, so that one new file adds an extension, a checker, a format or a defect.
#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

namespace mailrig::base {

/// All objects of type T that stand at namespace scope somewhere in the program. T has a member `name`.
/// Filled before main(), read-only afterwards, so any thread may read it.
template <class T>
class registry {
 public:
  static void add(T const& entry) { entries().push_back(&entry); }

  /// Ordered by name, so that what is listed does not depend on the linker.
  static std::vector<T const*> all() {
    auto sorted = entries();
    std::ranges::sort(sorted, {}, [](T const* e) { return e->name; });
    return sorted;
  }

  static T const* find(std::string_view name) {
    for (auto const* e : entries())
      if (e->name == name) return e;
    return nullptr;
  }

 private:
  static std::vector<T const*>& entries() {
    static std::vector<T const*> list;
    return list;
  }
};

/// Puts an object of static storage into its registry: `static base::registrar const _{thing};`
struct registrar {
  template <class T>
  explicit registrar(T const& entry) {
    registry<T>::add(entry);
  }
  template <class T, std::size_t N>
  explicit registrar(T const (&entries)[N]) {
    for (auto const& e : entries) registry<T>::add(e);
  }
};

}  // namespace mailrig::base
