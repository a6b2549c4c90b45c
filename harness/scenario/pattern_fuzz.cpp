// Fuzzes expectations: the first line of the input is one, each other line is held against it as a response.
#include "base/fuzz_input.hpp"
#include "base/text.hpp"
#include "scenario/pattern.hpp"

using namespace mailrig;
using scenario::arrival;

static void hold(scenario::pattern const& p, std::string_view line, history::protocol proto) {
  scenario::values values;
  arrival a;
  a.octets = std::string(line) + "\r\n";
  a.line = line;
  if (proto == history::protocol::imap) {
    wire::imap::read(a.octets, a.response, {});
    a.what = line.starts_with('*')   ? arrival::kind::untagged
             : line.starts_with('+') ? arrival::kind::continuation
                                     : arrival::kind::tagged;
  } else {
    a.what = arrival::kind::pop3;
    (void)p.matches_line(line, values);
    (void)p.miss_line(line, values);
  }
  (void)p.matches(a, values);
  (void)p.miss(a, values);
  (void)p.shown(values);
}

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  auto const lines = base::split(base::fuzz_text(data, size), '\n');
  for (auto const proto : {history::protocol::imap, history::protocol::pop3}) {
    auto const p = scenario::pattern::read(lines.front(), proto);
    if (!p) continue;
    for (std::size_t i = 1; i < lines.size(); ++i) hold(*p, lines[i], proto);
  }
  return 0;
}
