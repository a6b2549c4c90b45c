// meeting: a shard's side of a rendezvous, on a thread of its own while the run goes on; whoever runs it waits here for
// the others.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "load/rendezvous.hpp"
#include "load/rendezvous_link.hpp"

namespace mailrig::load {

/// What is heard meanwhile, on the meeting's thread.
struct meeting_news {
  std::function<void(std::string const& why)> aborted;         ///< once: the run of all is to end
  std::function<void(nlohmann::json const& second)> interval;  ///< to the first shard
  std::function<void(std::size_t how_many)> lost;              ///< to the first shard
};

/// Any thread; what waits blocks until it has come, the run is aborted, or `interrupted`. Goes in order: what was said
/// is sent first, for a few seconds at most.
class meeting {
 public:
  /// `where`: HOST:PORT or a folder. The fault says what is wrong with that.
  static base::result<std::unique_ptr<meeting>> open(rendezvous_terms const& terms, std::string const& where,
                                                     meeting_news news, std::atomic<bool> const& interrupted);
  ~meeting();
  meeting(meeting const&) = delete;

  /// When this round begins; its preparations are done, and it needs `lead` after it knows.
  base::result<base::instant> start(base::duration lead);
  /// Ends the run of all.
  void abort(std::string const& why);
  /// Why that was; empty: it was not.
  std::string aborted() const;

  /// Of this shard, when the round has begun.
  std::optional<shard_clock> clock() const;

  // The first shard's:
  /// Until all are here. How many there are.
  base::result<std::size_t> gather();
  void begin_round(nlohmann::json const& order);
  /// What the others came to in this round, by shard. Waits for as long as the terms say; who tells nothing is lost.
  std::map<unsigned, nlohmann::json> results();
  std::vector<lost_shard> lost() const;
  void finish(nlohmann::json const& verdict);

  // The others':
  /// What is to be played next; nothing when there is a verdict.
  base::result<std::optional<nlohmann::json>> order();
  void tell_interval(nlohmann::json const& second);
  void tell_result(nlohmann::json const& result);
  /// Waits for it, whether interrupted or not.
  base::result<nlohmann::json> verdict();

 private:
  class caller;
  meeting(rendezvous_terms const& terms, meeting_news news, std::atomic<bool> const& interrupted);
  void run(std::unique_ptr<rendezvous_link> link);
  /// Says what there is to say.
  void pump(rendezvous_link& link);
  void tell_news();
  /// With the lock held. False: the time was over.
  template <class Done>
  bool wait(std::unique_lock<std::mutex>& lock, Done const& done, base::instant until = base::instant::max());
  base::fault ended() const;

  rendezvous_terms terms_;
  meeting_news news_;
  std::atomic<bool> const& interrupted_;
  net::loop loop_;
  mutable std::mutex mutex_;  ///< of the two machines
  std::condition_variable changed_;
  rendezvous_lead* lead_ = nullptr;  ///< one of these is `party_`
  rendezvous_follower* follower_ = nullptr;
  std::unique_ptr<rendezvous_party> party_;
  std::unique_ptr<caller> caller_;
  std::size_t told_lost_ = 0;
  bool told_aborted_ = false, told_interrupted_ = false;
  std::atomic<bool> over_{false};
  std::thread thread_;
};

}  // namespace mailrig::load
