// suite: see suite.hpp.
#include "scenario/suite.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <ctime>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "base/text.hpp"

namespace mailrig::scenario {

using history::protocol;
using history::verdict;

bool is_big(script const& s) { return std::ranges::find(s.tags, "big") != s.tags.end(); }

bool asks_for(std::string_view selector, script const& s) {
  return !is_big(s) || selector == "big" || selector == s.id || s.file.ends_with("/" + std::string(selector)) ||
         selector == s.file;
}

bool selects(std::string_view selector, script const& s) {
  while (selector.size() > 1 && selector.ends_with('/')) selector.remove_suffix(1);  // as a shell completes a folder
  auto const path = std::filesystem::path(s.file);
  if (selector == s.id || s.id.starts_with(std::string(selector) + "/")) return true;
  if (selector.ends_with(".scn") &&
      (path == std::filesystem::path(selector) || s.file.ends_with("/" + std::string(selector))))
    return true;
  if (selector.find_first_of("*?") != selector.npos && base::glob(selector, s.id)) return true;
  if (std::ranges::find(s.tags, selector) != s.tags.end()) return true;
  auto of_requirement = [&](std::string const& id) {
    // RFC3501-7.4.1-05 by itself, by its section RFC3501-7.4.1, or by its RFC.
    return base::iequals(selector, id) || (base::istarts_with(id, selector) && id.size() > selector.size() &&
                                           (id[selector.size()] == '-' || id[selector.size()] == '.'));
  };
  if (std::ranges::any_of(s.proves, of_requirement)) return true;
  return std::ranges::any_of(s.operations,
                             [&](operation const& o) { return std::ranges::any_of(o.proves, of_requirement); });
}

std::vector<std::filesystem::path> trace_files(std::filesystem::path const& folder,
                                               std::vector<script> const& scripts) {
  std::vector<std::filesystem::path> out;
  std::set<std::string> taken;
  for (auto const& s : scripts) {
    std::filesystem::path const id(s.id);
    bool const below = id.is_relative() && std::ranges::none_of(id, [](auto const& part) {
                         return part == ".." || part == "." || part.empty();
                       });
    // A file from elsewhere is known by its name.
    auto const name = below ? s.id : id.filename().string();
    auto free = name;
    for (int n = 2; !taken.insert(free).second; ++n) free = fmt::format("{}-{}", name, n);
    out.push_back(folder / (free + ".jsonl"));
  }
  return out;
}

std::string utc_now() {
  auto const t = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&t, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                     parts.tm_hour, parts.tm_min, parts.tm_sec);
}

void drop_weaker(history::scenario_result& r, history::level least) {
  std::erase_if(r.findings, [&](history::finding const& f) { return f.weight > least; });
  if (r.outcome == verdict::error || r.outcome == verdict::skip) return;
  r.outcome = grade(r);
}

namespace {

/// An account, and whether this run has seen it empty: what lies there since is the run's own.
struct account {
  session::credentials who;
  bool seen_empty = false;
};

class account_pool {
 public:
  account_pool(std::vector<session::credentials> const& all, session::login_pace const& pace) : pace_(pace) {
    for (auto const& a : all) free_.push_back({a, false});
    left_ = free_.size();
  }
  account take() {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [&] { return !free_.empty(); });
    // Who may log in soonest; where all may, who was here last, so that no more accounts are used than are needed.
    auto const wait = [&](account const& a) { return pace_.wait(a.who.user, base::now()); };
    auto const best = std::ranges::min_element(free_.rbegin(), free_.rend(), {}, wait);
    auto one = std::move(*best);
    free_.erase(std::next(best).base());
    return one;
  }
  void put(account one) {
    {
      std::lock_guard const lock(mutex_);
      free_.push_back(std::move(one));
    }
    ready_.notify_one();
  }
  /// `one` is not to be played on any more, unless it is the last.
  void retire(account one) {
    {
      std::lock_guard const lock(mutex_);
      if (left_ > 1) {
        --left_;
        return;
      }
    }
    put(std::move(one));
  }

 private:
  session::login_pace const& pace_;
  std::mutex mutex_;
  std::size_t left_ = 0;
  std::condition_variable ready_;
  std::vector<account> free_;
};

/// A server may choose, but then it should choose alike.
void blame_flips(history::run_record& record) {
  std::map<std::string, std::pair<std::string, std::string>> first;  // trait -> label, scenario
  for (auto& r : record.results)
    for (auto const& [trait, label] : r.traits) {
      auto const [known, fresh] = first.emplace(trait, std::pair(label, r.id));
      if (fresh || known->second.first == label) continue;
      history::finding f;
      f.rule = "trait." + trait;
      if (!r.proves.empty()) f.requirement = r.proves.front();
      f.weight = history::level::should;
      f.outcome = history::verdict_of(f.weight);
      f.text = fmt::format("'{}' here, '{}' in {}", label, known->second.first, known->second.second);
      f.expected = {known->second.first};
      r.outcome = history::worse(r.outcome, f.outcome);
      r.findings.push_back(std::move(f));
    }
}

/// That APPEND drops flags is one finding, whatever number of scenarios have mail with flags: the first one has it.
void tell_once_of_flags(history::run_record& record) {
  bool told = false;
  for (auto& r : record.results) {
    auto const at = std::ranges::find(r.findings, flags_not_appended, &history::finding::rule);
    if (at == r.findings.end() || !std::exchange(told, true)) continue;
    r.findings.erase(at);
    r.outcome = grade(r);
  }
}

/// The server died, twice over the same scenario.
void blame_end(history::scenario_result& r, script const& s) {
  history::finding f;
  f.rule = "server.ended";
  f.requirement = s.uses(protocol::imap) ? "RFC3501-3.4-03" : "RFC1939-5-01";
  f.outcome = verdict::fail;
  f.text = "the server's process ended, or went deaf, during this scenario; it was started again";
  f.expected = {"a server that lives on"};
  r.outcome = verdict::fail;
  r.reason.clear();
  r.findings.insert(r.findings.begin(), std::move(f));
}

/// What a server sent may be no text at all, and people and programs read this.
void make_printable(history::finding& f) {
  f.text = base::printable(f.text);
  for (auto* list : {&f.expected, &f.misses})
    for (auto& line : *list) line = base::printable(line);
}

history::scenario_result unplayed(script const& s, std::string why) {
  history::scenario_result r;
  r.id = s.id;
  r.title = s.title;
  r.file = s.file;
  r.proves = s.proves;
  r.reason = std::move(why);
  return r;
}

}  // namespace

base::result<history::run_record> play_all(
    target const& given, std::vector<script> const& scripts, mailroom const& mail,
    history::catalogue const& requirements, suite_options const& options,
    std::function<void(history::scenario_result const&, std::size_t)> const& progress,
    std::atomic<bool> const& interrupted) {
  auto t = given;
  history::run_record record;
  record.target = t.name;
  record.target_version = t.version;
  record.seed = options.seed;
  record.started = utc_now();
  auto const began = base::now();
  auto const trust = net::tls_context::client(t.tls);
  offer offered;
  {
    net::loop l;
    auto asked = probe(l, t, trust);
    // Who is not let in by LOGIN may be by AUTHENTICATE; what is wrong with LOGIN, its scenarios tell.
    if (t.imap && t.imap_mechanism.empty() && (!asked || asked->imap_logged_in.empty())) {
      auto by_sasl = t;
      by_sasl.imap_mechanism = "PLAIN";
      if (auto again = probe(l, by_sasl, trust); again && !again->imap_logged_in.empty()) {
        asked = std::move(again);
        t = std::move(by_sasl);
      }
    }
    if (!asked) {
      // Nobody is let in: what the scenarios are about stays unknown, and none of them hammers at a closed door.
      for (auto const& s : scripts) {
        auto r =
            unplayed(s, fmt::format("the target does not let {} in: {}", t.accounts.front().user, asked.error().text));
        r.outcome = verdict::unknown;
        record.results.push_back(std::move(r));
      }
      record.took = base::now() - began;
      return record;
    }
    offered = *asked;
    auto once = [](std::vector<std::string> list) {
      std::ranges::sort(list);
      list.erase(std::ranges::unique(list).begin(), list.end());
      return list;
    };
    record.imap_capabilities = once(offered.imap);
    record.pop3_capabilities = once(offered.pop3);
  }
  auto const checkers = base::registry<check::checker_kind>::all();
  auto const traces = trace_files(options.trace_folder, scripts);
  account_pool pool(t.accounts, *t.pace);
  std::map<std::string, std::unique_ptr<account_pool>, std::less<>> odd;
  for (auto const& a : t.odd) odd[a.name] = std::make_unique<account_pool>(std::vector{a.who}, *t.pace);
  std::atomic<std::size_t> next{0};
  std::atomic<bool> stop{false};
  std::mutex mutex;
  std::size_t done = 0;
  record.results.resize(scripts.size());

  auto work = [&] {
    net::loop l;
    for (std::size_t i = next++; i < scripts.size(); i = next++) {
      auto const& s = scripts[i];
      auto& r = record.results[i];
      if (auto const why = missing(s, t, offered); !why.empty()) {
        r = unplayed(s, why);
      } else if (stop || interrupted) {
        r = unplayed(s, interrupted ? "interrupted" : "not run: --fail-fast");
      } else {
        runner_options o;
        o.seed = options.seed;
        if (!options.trace_folder.empty()) o.trace = traces[i];
        o.requirements = &requirements;
        o.checkers = checkers;
        o.limits = options.limits;
        o.trust = &trust;
        auto const box = fmt::format("{}mailrig-{:x}-{}", prefix_for(t, offered), options.seed & 0xFFFF, i);
        o.delimiter = offered.delimiter;
        bool const big = is_big(s);
        if (big) o.limits.step = std::max(o.limits.step, std::chrono::milliseconds(120'000));
        if (big) o.limits.scenario = std::max(o.limits.scenario, std::chrono::milliseconds(1'800'000));
        auto& accounts = s.account.empty() ? pool : *odd.at(s.account);
        auto account = accounts.take();
        o.may_empty = t.ours || options.allow_destructive || account.seen_empty;
        auto const revived = [&] { return r.outcome != verdict::pass && t.revive && t.revive(); };
        // A server may refuse what it can do, and may close: then nothing was learnt, and it is asked again.
        bool refused = false, unclean = false;
        o.refused = &refused;
        o.unclean = &unclean;
        o.found_empty = &account.seen_empty;
        for (int plays = 0; plays < 4 && (plays == 0 || (refused && r.outcome > verdict::pass && !interrupted));
             ++plays) {
          refused = false;
          // What could not be removed of the play before is not in the way.
          o.box = box + std::string(std::size_t(plays), 'r');
          o.may_empty = o.may_empty || account.seen_empty;
          r = run(l, t, account.who, s, mail, o);
        }
        if (revived()) {
          // Whoever ran beside may have been the cause: alone it shows.
          r = run(l, t, account.who, s, mail, o);
          if (revived()) blame_end(r, s);
        }
        for (auto const& need : s.needs)
          r.exercised.insert(need.starts_with("pop3:") ? "pop3:" + base::to_upper(need.substr(5))
                                                       : base::to_upper(need));
        account.seen_empty = account.seen_empty || r.reason.empty() || r.outcome == verdict::skip;
        if (unclean)
          accounts.retire(std::move(account));
        else
          accounts.put(std::move(account));
        drop_weaker(r, options.least);
        for (auto& f : r.findings) make_printable(f);
        if (options.fail_fast && r.outcome >= verdict::fail) stop = true;
      }
      std::lock_guard const lock(mutex);
      ++done;
      if (progress) progress(r, done);
    }
  };
  std::vector<std::thread> threads;
  // Who waits for a maildrop costs nobody anything.
  auto const jobs = t.pace->delay({}).count() > 0 ? 8 * options.jobs : options.jobs;
  auto const count = std::max<std::size_t>(1, std::min({jobs, t.accounts.size(), scripts.size()}));
  for (std::size_t i = 0; i < count; ++i) threads.emplace_back(work);
  for (auto& thread : threads) thread.join();
  tell_once_of_flags(record);
  blame_flips(record);
  record.took = base::now() - began;
  return record;
}

}  // namespace mailrig::scenario
