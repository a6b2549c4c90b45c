// Fuzzes the reader of SCRAM's server messages: a fault lies within the message, and what was read is part of it.
#include <cstdint>
#include <cstdlib>

#include "wire/sasl/scram_message.hpp"

using namespace mailrig::wire::sasl;

static void require(bool holds) {
  if (!holds) std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const message(reinterpret_cast<char const*>(data), size);
  auto const first = read_server_first(message);
  if (!first)
    require(first.error().offset <= message.size());
  else if (!first->mandatory)
    require(message.starts_with("r=") && !first->nonce.empty() && first->iterations > 0);
  auto const last = read_server_final(message);
  if (!last)
    require(last.error().offset <= message.size());
  else
    require(last->verifier.empty() != last->error.empty());
  return 0;
}
