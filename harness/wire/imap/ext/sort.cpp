// SORT and THREAD, RFC 5256: message numbers in an order, and in trees.
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap {
namespace {

bool sort(cursor& c) {
  while (c.peek() == ' ' && c.peek(1) != '(') {
    c.advance(1);
    if (!c.nz_number("sort-data")) return false;
  }
  if (c.peek() != ' ') return true;
  c.advance(1);
  // RFC 7162 §7: search-sort-mod-seq.
  std::size_t field = 0;
  return c.list(
      "search-sort-mod-seq",
      [&] {
        if (++field == 1)
          return c.looking_at("MODSEQ ") ? c.atom("search-sort-mod-seq") : c.fail("sort-data", "expected MODSEQ");
        return field == 2 ? c.nz_number64("mod-sequence-value") : c.fail("search-sort-mod-seq", "expected ')'");
      },
      2);
}

bool thread_list(cursor& c);

/// thread-nested = 2*thread-list: two at least, nothing between them.
bool nested(cursor& c) {
  for (std::size_t lists = 0; lists < 2 || c.peek() == '('; ++lists)
    if (!thread_list(c)) return false;
  return true;
}

/// thread-list = "(" (thread-members / thread-nested) ")"; what is nested ends the list.
bool thread_list(cursor& c) {
  bool ended = false;
  return c.list(
      "thread-list",
      [&] {
        if (ended) return c.fail("thread-list", "expected ')'");
        if (c.peek() == '(') return ended = true, nested(c);
        return c.nz_number("thread-members");
      },
      1);
}

bool thread(cursor& c) {
  if (c.peek() != ' ') return true;
  c.advance(1);
  do {
    if (!thread_list(c)) return false;
  } while (c.peek() == '(');
  return true;
}

extension const sorting{
    .name = "SORT", .rfc = "RFC 5256", .rules = {{place::data, "SORT", sort}}, .commands = {{"SORT", 4, true, true}}};
extension const threading{.name = "THREAD",
                          .rfc = "RFC 5256",
                          .rules = {{place::data, "THREAD", thread}},
                          .commands = {{"THREAD", 4, true, true}}};
base::registrar const registered[] = {base::registrar{sorting}, base::registrar{threading}};

}  // namespace
}  // namespace mailrig::wire::imap
