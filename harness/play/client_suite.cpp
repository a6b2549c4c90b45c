// client_suite: see client_suite.hpp.
#include "play/client_suite.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "base/child_process.hpp"
#include "base/run_end.hpp"
#include "base/side_by_side.hpp"
#include "base/text.hpp"
#include "scenario/suite.hpp"

namespace mailrig::play {
namespace {

std::string version_of(client_file const& c) {
  if (c.version.empty()) return {};
  auto const said = base::run_shell(c.version, {}, {}, std::chrono::seconds(20));
  return said ? base::printable(said->output.substr(0, said->output.find('\n'))) : std::string();
}

}  // namespace

bool selects(std::string_view selector, client_case const& c) {
  auto const has = [&](std::vector<std::string> const& list) {
    return std::ranges::find(list, selector) != list.end();
  };
  if (c.id == selector || has(c.tags) || has(c.proves)) return true;
  return c.id.starts_with(std::string(selector) + "/") || base::glob(selector, c.id);
}

history::run_record put_to_all(std::vector<client_case> const& cases, case_setting const& s,
                               client_suite_options const& o,
                               std::function<void(history::scenario_result const&, std::size_t done)> const& progress,
                               std::atomic<bool> const& interrupted) {
  history::run_record run;
  run.target = s.client.name;
  run.target_version = version_of(s.client);
  run.started = scenario::utc_now();
  auto const began = base::now();
  run.results.resize(cases.size());
  std::atomic<std::size_t> next{0};
  std::atomic<bool> failed{false};
  std::mutex mutex;
  std::size_t done = 0;
  auto const work = [&] {
    for (auto i = next++; i < cases.size(); i = next++) {
      auto& r = run.results[i];
      if (interrupted || (o.fail_fast && failed)) {
        r.id = cases[i].id;
        r.title = cases[i].title;
        r.file = cases[i].file;
        r.proves = cases[i].proves;
        r.outcome = interrupted ? history::verdict::error : history::verdict::skip;
        r.reason = interrupted ? base::end_words() : "another failed before";
        continue;
      }
      r = play_case(cases[i], s);
      if (r.outcome == history::verdict::fail) failed = true;
      std::lock_guard const lock(mutex);
      progress(r, ++done);
    }
  };
  auto const thrown = base::side_by_side(std::min(o.jobs, cases.size()), work);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    auto& r = run.results[i];
    if (!r.id.empty()) continue;
    r.id = cases[i].id;
    r.title = cases[i].title;
    r.outcome = history::verdict::error;
    r.reason = "the rig failed: " + thrown;
  }
  run.took = base::now() - began;
  return run;
}

}  // namespace mailrig::play
