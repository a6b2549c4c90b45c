// mechanism: see mechanism.hpp.
#include "session/sasl/mechanism.hpp"

#include "base/text.hpp"

namespace mailrig::session {

mechanism const* find_mechanism(std::string_view name) { return base::registry<mechanism>::find(base::to_upper(name)); }

mechanism const* strongest(std::function<bool(std::string_view)> const& offered, bool has_binding) {
  mechanism const* best = nullptr;
  for (auto const* m : base::registry<mechanism>::all())
    if (m->strength > (best ? best->strength : 0) && (has_binding || !m->needs_binding) && offered(m->name)) best = m;
  return best;
}

std::string known_mechanisms() {
  std::string out;
  for (auto const* m : base::registry<mechanism>::all()) (out += out.empty() ? "" : ", ") += m->name;
  return out;
}

}  // namespace mailrig::session
