// coverage: see coverage.hpp.
#include "stress/fuzz/coverage.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "wire/imap/grammar.hpp"

namespace mailrig::stress {
namespace {

using model::item_kind;
using wire::imap::response_kind;
using wire::imap::status;

constexpr std::size_t most_said = 1u << 20;

/// What is no command is one kind, whatever its words are.
std::string command_name(model::imap_command const* c) {
  if (!c) return "-";
  bool const known = wire::imap::find_command(c->sent.name, c->sent.uid) != nullptr;
  return (c->sent.uid ? "UID " : "") + (known ? std::string(c->sent.name) : "?");
}

}  // namespace

watcher::watcher(base::limits const& limits) : models_({}, nullptr, limits) { models_.observe(this); }

void watcher::take(history::event const& e) {
  if (e.kind == history::event_kind::sent) {
    auto& said = said_[e.session];
    if (said.size() < most_said) said += e.octets;
  }
  models_.take(e);
}

void watcher::see(model::item const& i) {
  commands_ += i.kind == item_kind::command || i.kind == item_kind::pop3_command;
  if (i.imap) imap(i);
  if (i.pop3) pop3(i);
}

void watcher::imap(model::item const& i) {
  auto const state = model::name_of(i.imap->state);
  auto& seen = seen_[i.session];
  if (i.kind == item_kind::ended) seen.insert(fmt::format("{} ended: {}", state, i.octets.substr(0, 20)));
  if (i.kind != item_kind::response) return;
  auto const& r = *i.response;
  auto& untagged = untagged_[i.session];
  switch (r.kind) {
    case response_kind::untagged:
      if (r.condition != status::none)
        seen.insert(
            fmt::format("{} {} * {} [{}]", state, command_name(i.imap->oldest()), name_of(r.condition), r.code));
      else if (untagged.size() < 16)
        untagged.insert(r.known ? std::string(r.name) : "?");
      return;
    case response_kind::garbage: seen.insert(fmt::format("{} {} ?", state, command_name(i.imap->oldest()))); return;
    case response_kind::continuation:
      seen.insert(fmt::format("{} {} +", state, command_name(i.imap->oldest())));
      return;
    case response_kind::tagged:
      ++answered_[i.session][std::string(r.tag)];
      seen.insert(fmt::format("{} {} {} [{}]: {}", state, command_name(i.command), name_of(r.condition), r.code,
                              fmt::join(std::exchange(untagged, {}), " ")));
      return;
  }
}

void watcher::pop3(model::item const& i) {
  auto const state = model::name_of(i.pop3->state);
  auto& seen = seen_[i.session];
  if (i.kind == item_kind::ended) seen.insert(fmt::format("{} ended: {}", state, i.octets.substr(0, 20)));
  if (i.kind != item_kind::reply) return;
  constexpr std::string_view kinds[] = {"+OK", "-ERR", "+", "?"};
  auto const name = i.pop3_command_ ? i.pop3_command_->keyword.substr(0, 12) : "-";
  seen.insert(fmt::format("{} {}/{} {} [{}] {}", state, name, i.pop3_command_ ? i.pop3_command_->arguments.size() : 0,
                          kinds[std::size_t(i.reply->status)], i.reply->code, i.reply->body.empty() ? "" : "body"));
}

std::size_t coverage::add(std::set<sight> const& seen) {
  std::size_t fresh = 0;
  for (auto const& s : seen) fresh += seen_.insert(s).second;
  return fresh;
}

}  // namespace mailrig::stress
