// Fuzzes the POP3 reply reader: the first octet's bits say which replies have a body.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "wire/pop3/reply.hpp"

using namespace mailrig::wire::pop3;

static std::vector<std::string> replies_of(std::string_view octets, std::size_t step, std::uint8_t bodies) {
  reply_framer f;
  std::vector<std::string> out;
  for (std::size_t at = 0; at < octets.size(); at += step) {
    f.feed(octets.substr(at, step));
    reply r;
    while (f.next((bodies >> (out.size() % 8)) & 1, r)) {
      out.emplace_back(r.octets);
      if (r.violation && r.violation->offset > r.octets.size()) std::abort();
      for (auto const& line : body_lines(r.multi ? r.body : ".\r\n")) {
        (void)read_scan_listing(line);
        (void)read_unique_id(line);
      }
    }
  }
  return out;
}

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  if (size < 2) return 0;
  std::string_view const octets(reinterpret_cast<char const*>(data) + 1, size - 1);
  if (replies_of(octets, size, data[0]) != replies_of(octets, 1, data[0])) std::abort();
  return 0;
}
