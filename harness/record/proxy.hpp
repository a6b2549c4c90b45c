// proxy: stands between any clients and a server, passes on what each says and records it.
#pragma once

#include <list>
#include <memory>
#include <set>

#include "net/acceptor.hpp"
#include "record/relay.hpp"

namespace mailrig::record {

/// A place where clients come, and what of the server they are led to.
struct entrance {
  net::endpoint at;  ///< loopback; port 0 takes a free one
  passage leads;
};

/// On the loop's thread.
class proxy {
 public:
  /// `most` sessions at once; who comes beyond is closed. `trouble` is told where a server is not reached, or the disk
  /// is full.
  proxy(net::loop& l, recording& to, std::size_t most, std::function<void(std::string const&)> trouble);
  /// Ends the sessions that still run; trouble that was not told yet is told.
  ~proxy();

  /// The port that it listens on.
  base::result<std::uint16_t> open(entrance e);
  std::size_t sessions() const { return sessions_; }

 private:
  void accept(std::unique_ptr<net::connection> client, passage const& through);
  void over(relay const* which);
  void tell_trouble(relay const& of);

  net::loop& loop_;
  recording& to_;
  std::size_t most_, sessions_ = 0;
  std::function<void(std::string const&)> trouble_;
  std::list<entrance> entrances_;
  std::vector<std::unique_ptr<net::acceptor>> acceptors_;
  std::set<std::unique_ptr<relay>> relays_;
  std::set<std::string> told_;
  std::shared_ptr<char> alive_ = std::make_shared<char>();
};

}  // namespace mailrig::record
