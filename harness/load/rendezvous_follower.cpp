// rendezvous_follower: the other shards' part; see rendezvous.hpp.
#include <fmt/format.h>

#include <array>

#include "load/rendezvous.hpp"

namespace mailrig::load {
namespace {

using nlohmann::json;

}  // namespace

void rendezvous_follower::opened(rendezvous_channel c, base::instant now) {
  lead_ = c;
  heard_ = now;
}

void rendezvous_follower::heard(rendezvous_channel c, std::string_view line, base::instant now) {
  if (lead_ != c || !failed_.empty()) return;
  heard_ = now;
  auto const said = json::parse(line, nullptr, false);
  try {
    if (!said.is_object()) throw json::other_error::create(501, "it is no JSON object", nullptr);
    if (said.contains("challenge")) {
      auto const challenge = said["challenge"].get<std::string>();
      return say(c, {{"shard", terms_.self.number},
                     {"of", terms_.self.of},
                     {"version", terms_.version},
                     {"plan", terms_.plan},
                     {"host", terms_.host},
                     {"proof", rendezvous_proof(terms_.token, challenge, terms_.self)}});
    }
    if (said.contains("ping")) {
      met_ = true;
      return say(c, {{"pong", said["ping"]}, {"at", now.count()}});
    }
    if (said.contains("round")) {
      order_ = said["round"];
      start_.reset();
    }
    if (said.contains("clock")) {
      auto const clock = said["clock"].get<std::array<std::int64_t, 2>>();
      clock_ = {clock[0], clock[1]};
    }
    if (said.contains("start")) start_ = base::instant(said["start"].get<std::int64_t>());
    if (said.contains("abort") && aborted_.empty()) aborted_ = said["abort"].get<std::string>();
    if (said.contains("verdict")) {
      verdict_ = said["verdict"];
      closed_.push_back(c);
    }
    if (said.contains("refused")) go("the first shard refuses it: " + said["refused"].get<std::string>());
  } catch (json::exception const& e) {
    go(fmt::format("what the first shard says cannot be read: {}", e.what()));
  }
}

void rendezvous_follower::ended(rendezvous_channel c, std::string_view why, base::instant) {
  if (lead_ != c) return;
  lead_.reset();
  // Before they have met it is dialled again.
  if (!met_ || verdict_ || !failed_.empty()) return;
  go(fmt::format("the first shard is gone{}", why.empty() ? "" : fmt::format(" ({})", why)));
}

void rendezvous_follower::tick(base::instant now) {
  if (verdict_ || !failed_.empty() || now - heard_ <= terms_.timeout) return;
  auto const seconds = double(terms_.timeout.count()) / 1e9;
  go(met_ ? fmt::format("nothing was heard of the first shard for {:.0f} s", seconds)
          : fmt::format("the first shard was not met within {:.0f} s", seconds));
}

/// Without the first there is no sum and no verdict.
void rendezvous_follower::go(std::string const& why) {
  failed_ = why;
  if (aborted_.empty()) aborted_ = why;
  if (lead_) closed_.push_back(*lead_);
}

void rendezvous_follower::abort(std::string const& why) {
  if (!aborted_.empty() || verdict_) return;
  aborted_ = why;
  if (lead_) say(*lead_, {{"abort", why}});
}

void rendezvous_follower::ready(base::duration lead) {
  if (lead_) say(*lead_, {{"ready", lead.count()}});
}

void rendezvous_follower::tell_interval(json const& second) {
  if (lead_) say(*lead_, {{"interval", second}});
}

void rendezvous_follower::tell_result(json const& result) {
  if (lead_) say(*lead_, {{"result", result}});
}

}  // namespace mailrig::load
