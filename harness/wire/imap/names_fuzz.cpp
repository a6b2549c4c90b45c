// Fuzzes modified UTF-7, sequence sets and the client command reader.
#include <cstdint>
#include <cstdlib>

#include "wire/imap/command.hpp"
#include "wire/imap/mutf7.hpp"
#include "wire/imap/sequence_set.hpp"

using namespace mailrig::wire::imap;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const octets(reinterpret_cast<char const*>(data), size);
  if (auto const utf8 = decode_mutf7(octets)) {
    auto const again = encode_mutf7(*utf8);
    if (!again || *again != octets) std::abort();  // strict decoding leaves one form
  }
  if (auto const set = sequence_set::parse(octets)) (void)set->expand(1000);
  command_reader reader;
  for (std::size_t at = 0; at < size;) {
    auto const step = reader.take(octets.substr(at));
    at += step.consumed;
    if (step.kind == command_reader::step::needs_continuation) reader.continued();
    if (step.kind == command_reader::step::whole) {
      (void)read_command(reader.octets());
      reader.reset();
    }
    if (step.consumed == 0 && step.kind != command_reader::step::needs_continuation) break;
  }
  return 0;
}
