// load_setup: what `mailrig load` and `mailrig capacity` make of their options: profile, target, plan.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <utility>

#include "app/load_options.hpp"
#include "base/memory_file.hpp"
#include "base/scratch_folder.hpp"
#include "history/requirement.hpp"
#include "load/existing.hpp"
#include "load/fill/fill.hpp"
#include "load/run.hpp"
#include "scenario/script.hpp"

namespace mailrig::app {

/// A name of `mailrig list profiles`, or a TOML file.
base::result<load::profile> find_profile(std::string const& name);
/// What one session may make us hold: there are many of them.
void bound_limits(base::limits& limits, load::profile const& who);
/// Octets that an account of the embedded server may have where it is filled.
inline constexpr std::uint64_t filled_quota = std::uint64_t(1) << 40;
/// A line on the terminal, again and again.
void show_filling(load::fill_progress const& p, char const* verb);

struct load_setup {
  load::profile who;
  std::optional<scenario::script> behaviour;  ///< instead of the profile
  scenario::target where;
  history::catalogue requirements;
  load::plan plan;  ///< points into the three above
  load::run_options run;
  std::string mode;    ///< in words, for the report
  std::string digest;  ///< of the plan; the same in all shards of it
  bool may_empty = false;
  bool as_it_is = false;                        ///< --existing: nothing is put in, nothing taken out
  std::optional<load::existing_mail> existing;  ///< what was found then

  /// The fault's text names the option or the line that is wrong.
  static base::result<std::unique_ptr<load_setup>> make(load_options const& o);
  /// Asks the server who it is, for the report, and how it wants to be treated.
  void get_acquainted(load_options const& o);
  base::result<void> prepare(std::size_t from, std::size_t to, std::atomic<bool> const& interrupted);
  /// Takes our mail out of accounts that are not ours.
  void clean_up() const;

 private:
  base::result<void> look_at_mail(std::size_t from, std::size_t to, std::atomic<bool> const& interrupted);
};

/// Worker processes' command lines, and what tells them of the target: a file, gone with this, and the accounts, which
/// lie in no folder.
class worker_files {
 public:
  static base::result<worker_files> write(load_options const& o, load_setup const& s);

 private:
  worker_files(base::scratch_folder folder, base::memory_file accounts)
      : folder_(std::move(folder)), accounts_(std::move(accounts)) {}
  base::scratch_folder folder_;
  base::memory_file accounts_;

 public:
  /// The descriptor that each has as its standard input.
  int accounts() const { return accounts_.descriptor(); }
  std::vector<std::vector<std::string>> commands;
};

/// One line a second on a terminal, nothing in a pipe.
class load_view {
 public:
  explicit load_view(load_options const& o);
  void show(load::series_row const& row, load::load_record const& so_far);
  void end();

 private:
  bool shown_;
  std::size_t lines_ = 0;
  double length_ = 0;
};

}  // namespace mailrig::app
