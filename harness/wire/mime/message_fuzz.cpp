// Fuzzes the reader of messages: views stay within the message, and addresses of any header are read or declined.
#include "base/fuzz_input.hpp"
#include "wire/mime/address.hpp"
#include "wire/mime/message.hpp"

using namespace mailrig;
using namespace mailrig::wire::mime;

static void walk(part const& p, std::string_view whole) {
  for (auto const view : {p.header, p.body})
    if (!view.empty() && (view.data() < whole.data() || view.data() + view.size() > whole.data() + whole.size()))
      std::abort();
  for (auto const& f : p.fields) (void)read_addresses(f.value);
  for (auto const& child : p.parts) walk(child, whole);
}

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  auto const octets = base::fuzz_text(data, size);
  walk(read_message(octets), octets);
  return 0;
}
