// proxy: see proxy.hpp.
#include "record/proxy.hpp"

namespace mailrig::record {

proxy::proxy(net::loop& l, recording& to, std::size_t most, std::function<void(std::string const&)> trouble)
    : loop_(l), to_(to), most_(most), trouble_(std::move(trouble)) {}

proxy::~proxy() {
  for (auto const& r : relays_) tell_trouble(*r);
}

base::result<std::uint16_t> proxy::open(entrance e) {
  entrances_.push_back(std::move(e));
  auto const& kept = entrances_.back();
  auto door = net::acceptor::listen(loop_, kept.at, [this, &kept](std::unique_ptr<net::connection> client) {
    accept(std::move(client), kept.leads);
  });
  if (!door) return door.error();
  acceptors_.push_back(std::move(*door));
  return acceptors_.back()->port();
}

void proxy::accept(std::unique_ptr<net::connection> client, passage const& through) {
  if (relays_.size() >= most_) return client->close();
  ++sessions_;
  // What ends is let go of later: it may be in the middle of a call.
  auto const which = std::make_shared<relay const*>(nullptr);
  auto one =
      std::make_unique<relay>(loop_, std::move(client), through, to_, [this, which, alive = std::weak_ptr(alive_)] {
        loop_.post([this, which, alive] {
          if (!alive.expired()) over(*which);
        });
      });
  *which = one.get();
  relays_.insert(std::move(one));
}

void proxy::over(relay const* which) {
  auto const at = std::ranges::find(relays_, which, [](auto const& r) { return r.get(); });
  if (at == relays_.end()) return;
  tell_trouble(*which);
  relays_.erase(at);
}

void proxy::tell_trouble(relay const& of) {
  for (auto const& text : {of.trouble(), of.unwritten()})
    if (!text.empty() && told_.insert(text).second) trouble_(text);
}

}  // namespace mailrig::record
