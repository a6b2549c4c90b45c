// shard_run: a process' part in a run that several generators play together: which it is, when it begins, and how the
// first makes one result of all.
#pragma once

#include <atomic>
#include <memory>
#include <optional>

#include "app/load_setup.hpp"
#include "load/meeting.hpp"
#include "load/sum_view.hpp"

namespace mailrig::app {

/// Of --shard and the environment.
base::result<load::shard> shard_of(load_options const& o);
/// Whether it meets the others.
bool meets(load_options const& o, load::shard const& place);

/// --shard, --rendezvous and what belongs to them.
void add_shard_options(options& c, load_options& o);

/// Reports of one run by who writes them. `{shard}` in a name becomes the shard's number.
struct shard_reports {
  std::vector<std::string> own;  ///< of this shard
  std::vector<std::string> sum;  ///< of all of them; only the first has any
};
shard_reports shared_reports(load_options const& o, load::shard const& place);

/// Digest of what is to be played against which accounts: equal in all shards of a plan.
std::string plan_digest(load_options const& o, load_setup const& s);

/// Says on stderr which of them this is, where there are several.
void tell_place(load::shard const& place);

/// From before the accounts are prepared until all are done. When it goes without finish(), the run of all is ended.
class shard_run {
 public:
  /// At the first: until all are here. The others go on at once.
  static base::result<std::unique_ptr<shard_run>> meet(load_options const& o, load_setup const& s,
                                                       std::atomic<bool> const& interrupted);
  ~shard_run();

  bool leads() const { return place_.leads(); }
  /// The first tells the others what comes next.
  void announce(nlohmann::json const& round);
  /// What the first has announced; nothing when all is over.
  base::result<std::optional<nlohmann::json>> next();
  /// Lets the run begin with the others', and the first show the sum to `listener`; lasts until result().
  void join(load::run_options& o, std::function<void(load::series_row const&, load::load_record const&)> listener);
  /// The sum, at the first; the others tell theirs, and have nothing. Its clock and its exit code go into `own`.
  base::result<std::optional<load::load_record>> result(load::load_record& own);
  /// At the first: whether a shard is lost.
  bool lacks() const { return !meeting_->lost().empty(); }
  /// Ends the run of all.
  void abort(std::string const& why) { meeting_->abort(why); }
  /// The first tells the others how it ended.
  void finish(int code);
  /// How the first says that it ended; a fault where it is gone.
  base::result<int> verdict();

 private:
  shard_run(load_options const& o, load::shard place) : options_(o), place_(std::move(place)) {}
  base::result<std::optional<load::load_record>> sum_with(nlohmann::json const& own);
  void heard_second(nlohmann::json const& second);
  void lost(std::size_t how_many);

  load_options const& options_;
  load::shard place_;
  std::mutex mutex_;  ///< of the view
  std::shared_ptr<load::sum_view> view_;
  std::vector<load::slo> slos_;
  bool finished_ = false;
  std::unique_ptr<load::meeting> meeting_;  ///< last: its thread uses what stands above
};

}  // namespace mailrig::app
