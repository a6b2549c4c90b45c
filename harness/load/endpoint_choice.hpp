// endpoint_choice: which of a target's endpoints one device connects to: by the policy, and where that cannot be
// reached, the next.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "history/event.hpp"
#include "load/operation.hpp"
#include "scenario/target.hpp"
#include "session/endpoint_list.hpp"

namespace mailrig::load {

/// What devices choose from; it outlives them.
struct endpoint_source {
  session::endpoint_list list;
  std::vector<kind_id> kept_as;  ///< by place: what an endpoint's figures are kept under
  std::uint64_t seed = 1;
};

/// Of a target; where the first endpoint is all that devices may take, there is nothing to choose from.
class endpoint_sources {
 public:
  endpoint_sources() = default;
  endpoint_sources(scenario::target const& t, std::uint64_t seed);
  endpoint_source const* of(history::protocol p) const;

 private:
  std::optional<endpoint_source> imap_, pop3_;
};

class endpoint_choice {
 public:
  /// Null: there is one endpoint, and nothing to choose. `user` and `device` are one device's of all.
  endpoint_choice(endpoint_source const* from, std::string user, std::string device)
      : from_(from), user_(std::move(user)), device_(std::move(device)) {}

  /// Where a connection that begins now goes. Who was refused where the policy would have it stays where it got in
  /// until it is refused there; under a policy that chooses anew each time, for that connection only.
  std::size_t next(base::rng& chance);
  /// The way there: what holds for the device, at next()'s address.
  session::access way(base::rng& chance, session::access const& usual);
  /// The connection could not be made. True: there is an endpoint that was not tried since the last one that could, and
  /// next() names it; false: the same is tried again, or, where each has been tried, one after the other from anew.
  bool could_not_connect();
  void connected();
  /// What the figures of the last choice are kept under.
  kind_id kept_as() const { return from_ && here_ ? from_->kept_as[*here_] : no_endpoint; }
  /// The last choice's predecessor was given up.
  kind_id left() const { return left_; }

 private:
  endpoint_source const* from_;
  std::string user_, device_;
  std::optional<std::size_t> here_;
  std::size_t tried_ = 0;  ///< endpoints in a row that could not be reached
  bool moved_ = false;     ///< from where the policy would have it
  kind_id left_ = no_endpoint;
};

}  // namespace mailrig::load
