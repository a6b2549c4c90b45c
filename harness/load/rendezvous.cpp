// rendezvous: what both sides have in common; see rendezvous.hpp.
#include "load/rendezvous.hpp"

#include <fmt/format.h>

#include "net/digest.hpp"

namespace mailrig::load {

using nlohmann::json;

void rendezvous_party::say(rendezvous_channel to, json const& what) {
  said_.push_back({to, what.dump(-1, ' ', false, json::error_handler_t::replace)});
}

std::string rendezvous_proof(std::string const& token, std::string const& challenge, shard const& self) {
  if (token.empty()) return {};
  return net::hex(net::hmac(net::digest_kind::sha256, token, fmt::format("{} {}/{}", challenge, self.number, self.of)));
}

}  // namespace mailrig::load
