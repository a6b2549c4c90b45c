// needs: see needs.hpp.
#include "scenario/needs.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "scenario/command_line.hpp"
#include "wire/imap/grammar.hpp"

namespace mailrig::scenario {

std::vector<std::string> needs_of(script const& s) {
  std::vector<std::string> out;
  auto const need = [&](std::string_view name) {
    if (std::ranges::find(out, name) == out.end()) out.emplace_back(name);
  };
  for (auto const& o : s.operations)
    for (auto const& line : o.lines) {
      if (s.sessions[o.session].proto != history::protocol::imap) continue;
      auto const* e = wire::imap::extension_of_command(base::to_upper(read_command_line(line).name));
      // What the protocol itself has is registered in shares, which no server announces.
      if (e && !e->name.starts_with("IMAP4rev1")) need(e->name);
      if (line.find("{mail+ ") != line.npos || line.find("{text+ ") != line.npos) need("LITERAL+");
    }
  return out;
}

}  // namespace mailrig::scenario
