// rendezvous_lead: the first shard's part; see rendezvous.hpp.
#include <fmt/format.h>

#include <algorithm>

#include "load/rendezvous.hpp"
#include "net/digest.hpp"

namespace mailrig::load {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

/// Of so many questions the one that was answered soonest tells a clock best.
constexpr std::uint64_t enough_pongs = 8;

double seconds_of(base::duration d) { return double(d.count()) / 1e9; }

}  // namespace

void rendezvous_lead::opened(rendezvous_channel c, base::instant) {
  auto const challenge = net::hex(net::random_octets(16));
  strangers_[c] = challenge;
  say(c, {{"challenge", challenge}});
}

void rendezvous_lead::heard(rendezvous_channel c, std::string_view line, base::instant now) {
  auto const said = json::parse(line, nullptr, false);
  auto const known = shards_.find(c);
  try {
    if (!said.is_object()) throw json::other_error::create(501, "it is no JSON object", nullptr);
    if (known == shards_.end()) {
      if (strangers_.contains(c)) admit(c, said, now);
      return;
    }
    auto& o = known->second;
    o.heard = now;
    if (said.contains("pong")) return pong(o, said, now);
    if (said.contains("ready")) {
      o.ready = base::duration(std::clamp<std::int64_t>(said["ready"].get<std::int64_t>(), 0, 60'000'000'000));
      return look_whether_all_are_ready(now);
    }
    if (said.contains("interval")) return intervals_.push_back(said["interval"]);
    if (said.contains("result")) {
      o.told = true;
      results_[o.number] = said["result"];
      return;
    }
    if (said.contains("abort")) return abort(fmt::format("shard {}: {}", o.number, said["abort"].get<std::string>()));
  } catch (json::exception const& e) {
    auto const why = fmt::format("what it says cannot be read: {}", e.what());
    if (known == shards_.end()) return refuse(c, why);
    closed_.push_back(c);
    lose(c, why);
  }
}

void rendezvous_lead::admit(rendezvous_channel c, json const& hello, base::instant now) {
  shard const who{hello.at("shard").get<unsigned>(), hello.at("of").get<unsigned>()};
  auto const version = hello.at("version").get<std::string>(), plan = hello.at("plan").get<std::string>();
  if (hello.at("proof").get<std::string>() != rendezvous_proof(terms_.token, strangers_.at(c), who))
    return refuse(c, "its MAILRIG_RENDEZVOUS_TOKEN is not that of the first shard");
  if (version != terms_.version)
    return refuse(c, fmt::format("it is mailrig {}, and the first shard is {}", version, terms_.version));
  if (who.of != terms_.self.of || who.number <= 1 || who.number > who.of)
    return refuse(c, fmt::format("it is shard {} of {}, and the first is 1 of {}", who.number, who.of, terms_.self.of));
  if (plan != terms_.plan)
    return refuse(c, fmt::format("it has another plan ({:.12}) than the first shard ({:.12}): all need the same "
                                 "profile, target and options",
                                 plan, terms_.plan));
  if (gathered_) return refuse(c, "it came late: the run has begun");
  if (std::ranges::any_of(shards_, [&](auto const& s) { return s.second.number == who.number; }))
    return refuse(c, fmt::format("shard {} is here already", who.number));
  strangers_.erase(c);
  auto& o = shards_[c];
  o.number = who.number;
  o.heard = now;
  ping(c, now);
}

void rendezvous_lead::refuse(rendezvous_channel c, std::string const& why) {
  say(c, {{"refused", why}});
  strangers_.erase(c);
  closed_.push_back(c);
}

void rendezvous_lead::ping(rendezvous_channel c, base::instant now) {
  auto& o = shards_.at(c);
  o.asked = now;
  o.waits_for_pong = true;
  say(c, {{"ping", ++o.pings}});
}

/// Its clock when it answered was, as well as can be known, ours in the middle between question and answer.
void rendezvous_lead::pong(other& o, json const& said, base::instant now) {
  if (said["pong"].get<std::uint64_t>() != o.pings || !o.waits_for_pong) return;
  o.waits_for_pong = false;
  ++o.pongs;
  auto const within = (now - o.asked).count() / 2;
  if (!o.best || within < o.best->within)
    o.best = {said.at("at").get<std::int64_t>() - o.asked.count() - within, within};
  if (o.pongs < enough_pongs)
    for (auto const& [c, other] : shards_)
      if (&other == &o) return ping(c, now);
  look_who_is_here(now);
}

void rendezvous_lead::look_who_is_here(base::instant now) {
  if (gathered_ || !failed_.empty()) return;
  bool const measured = std::ranges::all_of(shards_, [](auto const& s) { return s.second.pongs >= enough_pongs; });
  if (here() == terms_.self.of) {
    gathered_ = measured;
    return;
  }
  if (now - began_ < terms_.timeout) return;
  std::string lacking;
  for (unsigned n = 2; n <= terms_.self.of; ++n) {
    if (std::ranges::any_of(shards_, [n](auto const& s) { return s.second.number == n; })) continue;
    lacking += fmt::format("{}{}", lacking.empty() ? "" : ", ", n);
    if (terms_.tolerate_lost && measured)
      lost_.push_back({n, fmt::format("it did not come within {:.0f} s", seconds_of(terms_.timeout))});
  }
  if (terms_.tolerate_lost) {
    gathered_ = measured;
    return;
  }
  failed_ = fmt::format("of {} shards these did not come within {:.0f} s: {}", terms_.self.of,
                        seconds_of(terms_.timeout), lacking);
  abort(failed_);
}

void rendezvous_lead::ended(rendezvous_channel c, std::string_view why, base::instant) {
  strangers_.erase(c);
  if (shards_.contains(c)) lose(c, why.empty() ? "it ended" : fmt::format("it ended ({})", why));
}

void rendezvous_lead::lose(rendezvous_channel c, std::string const& why) {
  auto const gone = shards_.extract(c).mapped();
  if (finished_) return;
  // Before all are here, it may come again.
  if (!gathered_) return;
  if (gone.told) return;  // it has told all that it had
  lost_.push_back({gone.number, why});
  if (!terms_.tolerate_lost) abort(fmt::format("shard {} is lost: {}", gone.number, why));
}

void rendezvous_lead::tick(base::instant now) {
  std::vector<rendezvous_channel> silent;
  for (auto& [c, o] : shards_) {
    if (now - o.heard > terms_.timeout)
      silent.push_back(c);
    else if (o.pongs >= enough_pongs && !o.waits_for_pong && now - o.asked > 1s)
      ping(c, now);
  }
  for (auto const c : silent) {
    closed_.push_back(c);
    lose(c, fmt::format("nothing was heard of it for {:.0f} s", seconds_of(terms_.timeout)));
  }
  look_who_is_here(now);
  look_whether_all_are_ready(now);
}

void rendezvous_lead::begin_round(json const& order) {
  start_.reset();
  own_ready_.reset();
  results_.clear();
  for (auto& [c, o] : shards_) o.ready.reset(), o.told = false;
  say_to_all({{"round", order}});
}

void rendezvous_lead::ready(base::duration lead) { own_ready_ = lead; }

void rendezvous_lead::look_whether_all_are_ready(base::instant now) {
  if (start_ || !own_ready_ || !gathered_ || !aborted_.empty()) return;
  base::duration lead = *own_ready_, way{};
  for (auto const& [c, o] : shards_) {
    if (!o.ready) return;
    lead = std::max(lead, *o.ready);
    way = std::max(way, base::duration(2 * o.best->within));
  }
  start_ = now + lead + 2 * way + 200ms;
  for (auto const& [c, o] : shards_) {
    clocks_[o.number] = *o.best;
    say(c, {{"start", start_->count() + o.best->offset}, {"clock", {o.best->offset, o.best->within}}});
  }
}

bool rendezvous_lead::complete() const {
  return std::ranges::all_of(shards_, [](auto const& s) { return s.second.told; });
}

void rendezvous_lead::give_up_results(std::string const& why) {
  std::vector<rendezvous_channel> untold;
  for (auto const& [c, o] : shards_)
    if (!o.told) untold.push_back(c);
  for (auto const c : untold) {
    closed_.push_back(c);
    lose(c, why);
  }
}

bool rendezvous_lead::knows(rendezvous_channel c) const { return shards_.contains(c); }

void rendezvous_lead::abort(std::string const& why) {
  if (!aborted_.empty() || finished_) return;
  aborted_ = why;
  say_to_all({{"abort", why}});
}

void rendezvous_lead::finish(json const& verdict) {
  say_to_all({{"verdict", verdict}});
  for (auto const& [c, o] : shards_) closed_.push_back(c);
  finished_ = true;
}

void rendezvous_lead::say_to_all(json const& what) {
  for (auto const& [c, o] : shards_) say(c, what);
}

std::optional<shard_clock> rendezvous_lead::clock_of(unsigned number) const {
  auto const at = clocks_.find(number);
  return at == clocks_.end() ? std::nullopt : std::optional(at->second);
}

}  // namespace mailrig::load
