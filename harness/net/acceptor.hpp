// acceptor: listens, and hands over each connection that comes.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/result.hpp"
#include "net/endpoint.hpp"
#include "net/loop.hpp"

namespace mailrig::net {

class connection;

/// On a loopback address, or in memory; on any where the endpoint is `remote`, for callers that its owner tells from
/// strangers. Port 0 takes a free one.
class acceptor {
 public:
  using handler = std::function<void(std::unique_ptr<connection>)>;
  static base::result<std::unique_ptr<acceptor>> listen(loop& l, endpoint const& at, handler h);
  ~acceptor();
  std::uint16_t port() const;

 private:
  struct state;
  explicit acceptor(std::shared_ptr<state> s);
  std::shared_ptr<state> state_;
};

}  // namespace mailrig::net
