// steps_pop3: what POP3 devices do.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/rng.hpp"
#include "load/step.hpp"

namespace mailrig::load::steps_pop3 {
namespace {

constexpr auto pop3 = history::protocol::pop3;

bool once(step_view& v, std::string_view text) {
  if (v.turn > 0) return false;
  v.out += text;
  return true;
}

void all_of_drop(step_view& v) {
  v.memory.todo.clear();
  for (auto n = std::min<std::uint64_t>(v.memory.drop, 1000); n > 0; --n) v.memory.todo.push_back(std::uint32_t(n));
}

/// One command for each message that is to be done, the first first.
bool each(step_view& v, std::string_view verb, std::string_view rest = {}) {
  if (v.memory.todo.empty()) return false;
  fmt::format_to(std::back_inserter(v.out), "{} {}{}", verb, v.memory.todo.back(), rest);
  v.memory.todo.pop_back();
  return true;
}

void heard_stat(step_view& v, model::item const& i) {
  auto const said = wire::pop3::read_stat(i.reply->text);
  v.memory.drop = said ? said->messages : 0;
  all_of_drop(v);
}

/// What has an id that is not known is new, and known from now on; ids that have gone are forgotten.
void heard_uidl(step_view& v, model::item const& i) {
  if (i.reply->status != wire::pop3::indicator::ok) return;
  auto& known = v.memory.unique_ids;
  std::vector<std::uint64_t> now;
  v.memory.todo.clear();
  for (auto const& line : wire::pop3::body_lines(i.reply->body)) {
    auto const one = wire::pop3::read_unique_id(line);
    if (!one) continue;
    now.push_back(base::fnv1a(one->second));
    if (!std::ranges::binary_search(known, now.back())) v.memory.todo.push_back(std::uint32_t(one->first));
  }
  std::ranges::reverse(v.memory.todo);
  std::ranges::sort(now);
  known = std::move(now);
}

/// `retr all`: the whole drop as STAT counted it; `retr new`: what UIDL showed as new.
bool retr(step_view& v) {
  if (v.turn == 0 && !v.words.empty() && v.words[0] == "all") all_of_drop(v);
  return each(v, "RETR");
}
bool dele(step_view& v) {
  if (v.turn == 0) all_of_drop(v);
  return each(v, "DELE");
}

step_kind const steps[] = {
    {.name = "stat",
     .proto = pop3,
     .operation = "stat",
     .summary = "STAT",
     .next = [](step_view& v) { return once(v, "STAT"); },
     .heard = &heard_stat,
     .read_only = true},
    {.name = "scan",
     .proto = pop3,
     .operation = "list",
     .summary = "LIST",
     .next = [](step_view& v) { return once(v, "LIST"); },
     .read_only = true},
    {.name = "uidl",
     .proto = pop3,
     .operation = "uidl",
     .summary = "UIDL of the whole drop; what it shows for the first time is new",
     .next = [](step_view& v) { return once(v, "UIDL"); },
     .heard = &heard_uidl,
     .read_only = true},
    {.name = "retr",
     .proto = pop3,
     .operation = "retr",
     .summary = "RETR of what is new (`retr new`, after uidl) or of all (`retr all`, after stat)",
     .next = &retr,
     .read_only = true,
     .beyond_size = "retr.beyond-size"},
    {.name = "top",
     .proto = pop3,
     .operation = "top",
     .summary = "TOP n 0 of what is new",
     .next = [](step_view& v) { return each(v, "TOP", " 0"); },
     .read_only = true},
    {.name = "dele",
     .proto = pop3,
     .operation = "dele",
     .summary = "DELE of the whole drop, as STAT counted it",
     .next = &dele},
    {.name = "ping",
     .proto = pop3,
     .operation = "noop",
     .summary = "NOOP",
     .next = [](step_view& v) { return once(v, "NOOP"); },
     .read_only = true},
};
base::registrar const registered{steps};

}  // namespace
}  // namespace mailrig::load::steps_pop3
