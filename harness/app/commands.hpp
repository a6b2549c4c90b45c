// commands: what the subcommands of mailrig do, after the command line has been read.
#pragma once

#include <atomic>
#include <filesystem>
#include <string>
#include <vector>

namespace mailrig::app {

/// Where scenarios/, fixtures/ and reports/ lie: $MAILRIG_DATA, beside the installed program, or the source tree.
std::filesystem::path data_folder();

struct check_options {
  std::vector<std::string> selectors, latitudes;
  std::string target = "embedded", defect, level = "may", baseline, trace;
  std::vector<std::string> reports;
  std::size_t jobs = 8;
  std::uint64_t seed = 1;
  bool fail_fast = false, allow_destructive = false;
  std::string command;           ///< as typed, for the report
  bool update_baseline = false;  ///< write the baseline file anew instead of judging by it
  bool gate_new = false;         ///< with it: do not write down which scenarios there are
};
int run_check(check_options const& o);

struct stress_options {
  std::vector<std::string> workloads, latitudes;
  std::string target = "embedded", defect, level = "may", baseline, trace, out = ".";
  std::vector<std::string> reports;
  std::size_t devices = 0, users = 1, operations = 0, rounds = 0, tries = 0;
  std::string duration;
  std::uint64_t seed = 1;
  bool keep_going = false, allow_destructive = false, no_shrink = false, sockets = false;
  std::string command;  ///< as typed, for the report
};
int run_stress(stress_options const& o);

struct minimize_options {
  std::string file;
  std::string target = "embedded", defect, rule, out;
  std::vector<std::string> latitudes;
  std::size_t tries = 0;
  std::uint64_t seed = 1;
  std::string limit = "120s";
  bool allow_destructive = false, sockets = false;
};
int run_minimize(minimize_options const& o);

struct measure_options {
  std::string what, target = "embedded", defect, json;
  std::vector<std::string> latitudes;
  std::size_t samples = 20, contenders = 50;
  bool allow_destructive = false;
  std::string command;  ///< as typed, for the report
};
int run_measure(measure_options const& o);
/// `mailrig measure rig`.
int run_calibration();

struct load_options {
  std::string profile, target = "embedded", defect, rate, arrivals = "poisson", trace, node, metrics, dashboard;
  std::string duration = "60s", ramp = "5s", patience = "30s";
  std::vector<std::string> slos, reports, sources, latitudes;
  std::size_t users = 0, concurrency = 0, processes = 1;
  unsigned threads = 0;
  double factor = 1;
  std::uint64_t seed = 1;
  bool day = false, no_judge = false, allow_destructive = false;
  std::string command;  ///< as typed, for the report
  // Of a worker process, which another mailrig has started:
  unsigned worker = 0, worker_of = 0;
  std::int64_t begin_at = 0;  ///< steady clock, nanoseconds
  std::string worker_target;  ///< a target file
};
int run_load(load_options const& o);

struct capacity_options {
  load_options load;
  std::string by = "users", soak = "60s";
  double least = 10, most = 2000, tolerance = 5;  ///< tolerance: per cent
  unsigned repeats = 3;
};
int run_capacity(capacity_options const& o);

struct diff_options {
  std::string before, after, json;
  double tolerance = 5;  ///< per cent that a percentile may be worse
};
int run_report_diff(diff_options const& o);

struct judge_options {
  std::vector<std::string> traces;
  std::string level = "may";
};
int run_judge(judge_options const& o);

struct list_options {
  std::string what;
  bool json = false, uncovered = false;
};
int run_list(list_options const& o);

struct matrix_options {
  std::vector<std::string> runs;
  std::string markdown, html;
  std::string command;  ///< as typed, for the report
};
int run_matrix(matrix_options const& o);

struct serve_options {
  std::string defect, imap = ":0", imaps = ":0", pop3 = ":0", pop3s = ":0", pattern = "u%d", password = "secret", delay;
  std::vector<std::string> latitudes;
  unsigned accounts = 64;
};
int run_serve(serve_options const& o);

int run_explain(std::string const& id);

/// From here on SIGINT and SIGTERM set it, and nothing else happens.
std::atomic<bool> const& catch_interrupts();

/// Prints a complaint to stderr and answers exit code 4.
int complain(std::string const& text);

}  // namespace mailrig::app
