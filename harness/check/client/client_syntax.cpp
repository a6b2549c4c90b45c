// client_syntax: commands follow the grammar strictly (RFC 3501 §2.2.1), in lines of a length that servers take
// (RFC 7162 §4, which widens RFC 2683 §3.2.1.5).
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "check/client/client_checker.hpp"
#include "wire/imap/client_literals.hpp"
#include "wire/imap/command_grammar.hpp"

namespace mailrig::check::client_syntax {
namespace {

constexpr std::size_t advised_length = 8192;

/// The octets of a command that are not in its literals.
std::size_t length_without_literals(std::string_view command) {
  std::size_t in_literals = 0;
  for (auto const& l : wire::imap::client_literals(command))
    if (l.size <= wire::imap::command_reader::kept_literal) in_literals += l.size;
  return command.size() - std::min(command.size(), in_literals);
}

/// What is sent while one of these waits for a line of another kind is no command to begin with.
bool waits_for_line(model::imap_command const& c) {
  return (c.is("IDLE") && !c.released) || (c.is("AUTHENTICATE") && c.sent.arguments.size() < 2);
}

class client_syntax final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (!i.imap) return;
    auto const& c = *i.command;
    auto const others = [&](auto const& other) { return other.serial < c.serial && waits_for_line(other); };
    if (std::ranges::any_of(i.imap->in_progress, others)) return;
    if (auto const wrong = wire::imap::command_violation(c.sent.octets, i.imap->syntax.utf8))
      out.add(i, {"grammar",
                  fmt::format("{} breaks the grammar at {}: {}",
                              c.sent.name.empty() ? "a command" : base::printable(c.sent.name.substr(0, 40)),
                              wrong->rule, wrong->text),
                  {fmt::format("{} as the formal syntax has it", wrong->rule)},
                  wrong->offset});
    if (auto const length = length_without_literals(c.sent.octets); length > advised_length)
      out.add(i, {"length",
                  fmt::format("a command of {} octets that are in no literal", length),
                  {"several commands, ranges, or literals: at most about 8192 octets"}});
  }
};

client_checker_kind const kind{
    {"client-syntax",
     "The client's commands follow the formal syntax.",
     {{"grammar", "RFC3501-2.2.1-01", "A command has the words, spaces and arguments that the formal syntax gives it."},
      {"length", "RFC7162-4-01", "A command is not longer than servers have to take."}},
     +[]() -> std::unique_ptr<checker> { return std::make_unique<client_syntax>(); },
     false,
     kinds::commands,
     told::completions}};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::client_syntax
