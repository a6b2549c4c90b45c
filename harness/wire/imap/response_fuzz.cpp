// Fuzzes the IMAP framer and reader: any octets, and any split of them, give the same frames and never a crash.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "wire/imap/framer.hpp"
#include "wire/imap/response.hpp"

using namespace mailrig::wire::imap;

static std::vector<std::string> frames_of(std::string_view octets, std::size_t step) {
  mailrig::base::limits limits;
  limits.literal_octets = 4096;
  framer f(limits);
  response r;
  std::vector<std::string> out;
  for (std::size_t at = 0; at < octets.size(); at += step)
    f.feed(octets.substr(at, step), [&](frame const& x) {
      read(x.octets, r);
      if (r.violation && r.violation->offset > x.octets.size()) std::abort();
      for (auto v = r.args(); v; v = v.next()) (void)v.text();
      out.emplace_back(x.octets);
    });
  return out;
}

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const octets(reinterpret_cast<char const*>(data), size);
  if (frames_of(octets, size + 1) != frames_of(octets, 1)) std::abort();
  return 0;
}
