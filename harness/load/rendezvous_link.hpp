// rendezvous_link: carries a rendezvous' lines between shards: over TCP, or as files of a folder that all share.
#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"
#include "load/rendezvous.hpp"
#include "net/loop.hpp"

namespace mailrig::load {

/// Who hears a link. Called on the loop's thread.
class rendezvous_hearer {
 public:
  virtual ~rendezvous_hearer() = default;
  virtual void on_opened(rendezvous_channel c) = 0;
  virtual void on_line(rendezvous_channel c, std::string_view line) = 0;
  virtual void on_ended(rendezvous_channel c, std::string_view why) = 0;
  /// Octets that one line of it may have.
  virtual std::size_t longest_line(rendezvous_channel c) const = 0;
};

/// Used on the loop's thread. A first shard waits for the others, another calls the first until it answers.
class rendezvous_link {
 public:
  virtual ~rendezvous_link() = default;
  virtual void send(rendezvous_channel c, std::string const& line) = 0;
  /// When what was sent has gone.
  virtual void close(rendezvous_channel c) = 0;
  /// Some ten times a second.
  virtual void poll() = 0;
  /// What was sent has gone, and what is to be closed is.
  virtual bool idle() const = 0;
};

/// Whether it names a folder, and not HOST:PORT: it has a slash, or is there.
bool names_folder(std::string const& where);
/// Whether others than this machine can come there; a folder's owner says who may write in it.
bool is_open_to_others(std::string const& where);

/// "HOST:PORT". A first shard listens on that loopback address, or, where it is none, on all of the machine's.
base::result<std::unique_ptr<rendezvous_link>> link_by_tcp(net::loop& l, std::string const& where, bool leads,
                                                           rendezvous_hearer& hearer);
/// Makes the folder where it is not there.
base::result<std::unique_ptr<rendezvous_link>> link_by_folder(std::string const& where, bool leads,
                                                              rendezvous_hearer& hearer);

}  // namespace mailrig::load
