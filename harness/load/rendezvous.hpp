// rendezvous: how the shards of a run meet: each says what it has come for, the first measures the others' clocks, all
// begin at one instant, a second's counts and results come to the first, and what ends one ends all. Machines without
// sockets: lines and time in, lines out. A line is a JSON object; reports/FORMATS.md has them.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "load/shard.hpp"
#include "load/shard_merge.hpp"

namespace mailrig::load {

/// A way to another shard, by a number that is not used twice.
using rendezvous_channel = unsigned;

struct rendezvous_terms {
  shard self;
  std::string version;                                ///< of mailrig: all must be the same program
  std::string plan;                                   ///< digest: all must play the same
  std::string token;                                  ///< that all must know; empty: none. It is not sent
  std::string host;                                   ///< for the report
  base::duration timeout = std::chrono::seconds(60);  ///< until all are here; later, how long one may be silent
  bool tolerate_lost = false;
};

/// What the first and the others have in common. Instants are on base::now()'s axis.
class rendezvous_party {
 public:
  virtual ~rendezvous_party() = default;
  virtual void opened(rendezvous_channel c, base::instant now) = 0;
  virtual void heard(rendezvous_channel c, std::string_view line, base::instant now) = 0;
  virtual void ended(rendezvous_channel c, std::string_view why, base::instant now) = 0;
  /// Some ten times a second.
  virtual void tick(base::instant now) = 0;
  /// Whether it has said who it is: what is not known may say little.
  virtual bool knows(rendezvous_channel c) const = 0;
  /// Ends the run of all shards, once.
  virtual void abort(std::string const& why) = 0;
  /// What this shard has prepared for the round, which it begins `lead` after it hears when, at least.
  virtual void ready(base::duration lead) = 0;

  struct said {
    rendezvous_channel to;
    std::string line;  ///< without its end
  };
  std::vector<said> take_said() { return std::exchange(said_, {}); }
  /// To be closed when what was said is sent.
  std::vector<rendezvous_channel> take_closed() { return std::exchange(closed_, {}); }
  /// Why the run of all was ended; empty: it was not.
  std::string const& aborted() const { return aborted_; }
  /// Why there will be no run; empty: there may be.
  std::string const& failed() const { return failed_; }
  /// When this round begins.
  std::optional<base::instant> const& start() const { return start_; }

 protected:
  void say(rendezvous_channel to, nlohmann::json const& what);

  std::vector<said> said_;
  std::vector<rendezvous_channel> closed_;
  std::string aborted_, failed_;
  std::optional<base::instant> start_;
};

/// How a shard's clock goes.
struct shard_clock {
  std::int64_t offset = 0;  ///< nanoseconds that it is ahead of the first shard's
  std::int64_t within = 0;  ///< half the shortest way there and back, nanoseconds
};

/// Proves that a shard knows the token; empty where there is none.
std::string rendezvous_proof(std::string const& token, std::string const& challenge, shard const& self);

/// The first shard's part.
class rendezvous_lead final : public rendezvous_party {
 public:
  /// The others have the terms' timeout from `now` on to come.
  rendezvous_lead(rendezvous_terms terms, base::instant now) : terms_(std::move(terms)), began_(now) {}

  void opened(rendezvous_channel c, base::instant now) override;
  void heard(rendezvous_channel c, std::string_view line, base::instant now) override;
  void ended(rendezvous_channel c, std::string_view why, base::instant now) override;
  void tick(base::instant now) override;
  bool knows(rendezvous_channel c) const override;
  void abort(std::string const& why) override;
  void ready(base::duration lead) override;

  /// All are here and their clocks measured, or those that are lacking are tolerated.
  bool gathered() const { return gathered_; }
  std::size_t here() const { return shards_.size() + 1; }
  /// What is to be played next, for others to read. What is left of the last round is forgotten.
  void begin_round(nlohmann::json const& order);
  /// All that are here have told what this round came to.
  bool complete() const;
  /// Who has not told it is lost.
  void give_up_results(std::string const& why);
  /// By shard, of this round.
  std::map<unsigned, nlohmann::json> take_results() { return std::exchange(results_, {}); }
  /// A second of one of the others; nothing when all were taken.
  std::vector<nlohmann::json> take_intervals() { return std::exchange(intervals_, {}); }
  std::vector<lost_shard> const& lost() const { return lost_; }
  /// The end of all rounds; the others go.
  void finish(nlohmann::json const& verdict);

  /// As it was known when the round began.
  std::optional<shard_clock> clock_of(unsigned number) const;

 private:
  struct other {
    unsigned number = 0;
    base::instant heard{}, asked{};
    std::uint64_t pings = 0, pongs = 0;
    bool waits_for_pong = false;
    std::optional<shard_clock> best;
    std::optional<base::duration> ready;
    bool told = false;
  };
  void admit(rendezvous_channel c, nlohmann::json const& hello, base::instant now);
  void refuse(rendezvous_channel c, std::string const& why);
  void ping(rendezvous_channel c, base::instant now);
  void pong(other& o, nlohmann::json const& said, base::instant now);
  void lose(rendezvous_channel c, std::string const& why);
  void look_who_is_here(base::instant now);
  void look_whether_all_are_ready(base::instant now);
  void say_to_all(nlohmann::json const& what);

  rendezvous_terms terms_;
  base::instant began_;
  std::map<rendezvous_channel, std::string> strangers_;  ///< with their challenges
  std::map<rendezvous_channel, other> shards_;
  std::map<unsigned, shard_clock> clocks_;
  std::vector<lost_shard> lost_;
  std::optional<base::duration> own_ready_;
  std::map<unsigned, nlohmann::json> results_;
  std::vector<nlohmann::json> intervals_;
  bool gathered_ = false, finished_ = false;
};

/// The others' part.
class rendezvous_follower final : public rendezvous_party {
 public:
  rendezvous_follower(rendezvous_terms terms, base::instant now) : terms_(std::move(terms)), heard_(now) {}

  void opened(rendezvous_channel c, base::instant now) override;
  void heard(rendezvous_channel c, std::string_view line, base::instant now) override;
  void ended(rendezvous_channel c, std::string_view why, base::instant now) override;
  void tick(base::instant now) override;
  bool knows(rendezvous_channel) const override { return true; }
  void abort(std::string const& why) override;
  void ready(base::duration lead) override;

  /// What is to be played next, once.
  std::optional<nlohmann::json> take_order() { return std::exchange(order_, std::nullopt); }
  void tell_interval(nlohmann::json const& second);
  void tell_result(nlohmann::json const& result);
  /// This one's, as the first shard has measured it.
  std::optional<shard_clock> const& clock() const { return clock_; }
  /// Of the whole run.
  std::optional<nlohmann::json> const& verdict() const { return verdict_; }

 private:
  void go(std::string const& why);

  rendezvous_terms terms_;
  base::instant heard_;
  std::optional<rendezvous_channel> lead_;
  std::optional<nlohmann::json> order_, verdict_;
  std::optional<shard_clock> clock_;
  bool met_ = false;
};

}  // namespace mailrig::load
