// client_checker: see client_checker.hpp.
#include "check/client/client_checker.hpp"

namespace mailrig::check {

std::vector<checker_kind const*> checkers_of_clients() {
  std::vector<checker_kind const*> out;
  for (auto const* k : base::registry<client_checker_kind>::all()) out.push_back(k);
  return out;
}

std::vector<checker_kind const*> checkers_of_both_sides() {
  auto out = base::registry<checker_kind>::all();
  for (auto const* k : checkers_of_clients()) out.push_back(k);
  return out;
}

}  // namespace mailrig::check
