// binary: BINARY of parts that are there and of such that are not, whole and in slices.
#include <fmt/format.h>

#include "scenario/explore/explorer.hpp"

namespace mailrig::scenario::binary {
namespace {

void play(explorer& x, choice const& c) {
  if (x.messages() == 0) return;
  // What is decoded is compared with the message as it is.
  if (!x.ask("FETCH 1:* (UID BODY.PEEK[])", "OK").ok()) return;
  auto const section = c["section"];
  auto const numbers = section == "whole" ? "" : section == "beyond" ? "77" : section == "inner" ? "1.1" : section;
  auto item = fmt::format("{}[{}]", x.cased(c["case"], c["item"]), numbers);
  auto const partial = c["partial"];
  if (partial != "absent" && !c.is("item", "BINARY.SIZE")) item += fmt::format("<{}>", partial);
  bool const uid = c.is("verb", "UID FETCH");
  auto const text = fmt::format("{} {} ({})", c["verb"], x.set(c["set"], uid), item);
  // NO: an encoding that is not known (RFC 3516 §4.3), or a part that nothing has.
  x.ask(text, section == "beyond" || section == "inner" ? "OK | NO | BAD" : "OK | NO");
  x.look();
}

exploration const kind{exploration_kind{"binary",
                                        "FETCH BINARY: parts, sizes, slices",
                                        history::protocol::imap,
                                        "RFC3516-4.3-01",
                                        {{"item", {{"BINARY"}, {"BINARY.PEEK"}, {"BINARY.SIZE"}}},
                                         {"section", {{"1"}, {"2"}, {"3"}, {"inner"}, {"beyond"}, {"whole"}}},
                                         {"partial", {{"absent"}, {"0.5"}, {"3.4"}, {"1.100000"}, {"100000.5"}}},
                                         {"verb", {{"FETCH"}, {"UID FETCH"}}},
                                         set_factor,
                                         case_factor},
                                        &play,
                                        "BINARY"}};

}  // namespace
}  // namespace mailrig::scenario::binary
