// serve_refusals: the options by which the embedded server declines though nothing is wrong with it.
#pragma once

#include <string>

#include "app/options.hpp"
#include "base/result.hpp"
#include "embedded/refusal_policy.hpp"

namespace mailrig::app {

struct serve_refusals {
  unsigned connections = 0, connections_per_user = 0, unavailable_every = 0;
  std::string tar_pit, bye_after;

  void declare(options& c);
  /// The fault names the option that is wrong.
  base::result<embedded::refusal_policy> read() const;
};

}  // namespace mailrig::app
