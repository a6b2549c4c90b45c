// environment: under which circumstances a run was measured: figures of two runs can be set side by side where these
// are alike.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "load/plan.hpp"
#include "load/server_identity.hpp"

namespace mailrig::load {

struct environment {
  std::string version, build, compiler;  ///< of mailrig
  std::string processor, kernel;         ///< of the machine that it runs on; empty: the system does not tell
  unsigned cores = 0;
  std::uint64_t memory = 0;  ///< octets
  std::string network;       ///< how the server is reached: "loopback", "another machine", with proxies and slow lines
  std::string mailboxes;     ///< what lies there at the start and what comes
  std::vector<server_identity> server;

  /// Name and value, for people and for programs that know no structure; only what there is.
  std::vector<std::pair<std::string, std::string>> facts() const;
};

/// `version`: of mailrig. `as_it_is`: nothing is put in before. Connects to the target, once for each protocol that the
/// plan uses; blocks.
environment describe_environment(plan const& p, std::string version, bool as_it_is);
/// What lies in between, in words.
std::string network_of(plan const& p);
/// What lies in the accounts at the start and what comes, in words.
std::string mailboxes_of(plan const& p, bool as_it_is);

}  // namespace mailrig::load
