// suite: see suite.hpp.
#include "scenario/suite.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

#include "base/run_end.hpp"
#include "base/side_by_side.hpp"
#include "base/text.hpp"
#include "scenario/account_pool.hpp"
#include "scenario/obstacle.hpp"
#include "scenario/run_finding.hpp"
#include "scenario/trait_flips.hpp"

namespace mailrig::scenario {

using history::protocol;
using history::verdict;

bool is_big(script const& s) { return std::ranges::find(s.tags, "big") != s.tags.end(); }

bool asks_for(std::string_view selector, script const& s) {
  return (!is_big(s) && !s.is_slow()) || (is_big(s) && selector == "big") || (s.is_slow() && selector == "slow") ||
         selector == s.id || s.file.ends_with("/" + std::string(selector)) || selector == s.file;
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

namespace {

/// What a server sent may be no text at all, and people and programs read this.
void make_printable(history::finding& f) {
  f.text = base::printable(f.text);
  for (auto* list : {&f.expected, &f.misses})
    for (auto& line : *list) line = base::printable(line);
}

history::scenario_result unplayed(script const& s, verdict outcome, std::string why) {
  history::scenario_result r;
  r.outcome = outcome;
  r.id = s.id;
  r.title = s.title;
  r.file = s.file;
  r.proves = s.proves;
  r.reason = std::move(why);
  return r;
}

/// One suite on one target: whoever plays takes the next scenario and an account.
class suite {
 public:
  suite(target const& t, std::vector<script> const& scripts, mailroom const& mail,
        history::catalogue const& requirements, suite_options const& options,
        std::function<void(history::scenario_result const&, std::size_t)> const& progress,
        std::atomic<bool> const& interrupted)
      : target_(t),
        scripts_(scripts),
        mail_(mail),
        requirements_(requirements),
        options_(options),
        progress_(progress),
        interrupted_(interrupted),
        trust_(net::tls_context::client(t.tls)),
        traces_(trace_files(options.trace_folder, scripts)),
        accounts_(t.accounts, *t.pace) {
    for (auto const& a : t.odd) odd_[a.name] = std::make_unique<account_pool>(std::vector{a.who}, *t.pace);
  }

  history::run_record play() {
    record_.target = target_.name;
    record_.target_version = target_.version;
    record_.seed = options_.seed;
    record_.started = utc_now();
    auto const began = base::now();
    if (ask_what_is_offered()) {
      record_.results.resize(scripts_.size());
      auto const thrown = base::side_by_side(players(), [this] { take_scenarios(); });
      for (std::size_t i = 0; i < scripts_.size(); ++i)
        if (record_.results[i].id.empty())
          record_.results[i] = unplayed(scripts_[i], verdict::error, "the rig failed: " + thrown);
      tell_once_of_flags(record_);
      tell_once_of_prefix();
      blame_flips(record_);
    }
    record_.took = base::now() - began;
    return std::move(record_);
  }

 private:
  net::loop::time clock() const { return target_.simulate ? net::loop::time::simulated : net::loop::time::real; }

  /// False: nobody is let in. What the scenarios are about stays unknown, and none of them hammers at a closed door.
  bool ask_what_is_offered() {
    net::loop l(clock());
    server_power unused;
    auto const simulated = target_.simulate ? target_.simulate(l, unused) : nullptr;
    auto asked = probe(l, target_, trust_);
    // Who is not let in by LOGIN may be by AUTHENTICATE; what is wrong with LOGIN, its scenarios tell.
    if (target_.imap && target_.imap_mechanism.empty() && (!asked || asked->imap_logged_in.empty())) {
      auto by_sasl = target_;
      by_sasl.imap_mechanism = "PLAIN";
      if (auto again = probe(l, by_sasl, trust_); again && !again->imap_logged_in.empty()) {
        asked = std::move(again);
        target_ = std::move(by_sasl);
      }
    }
    if (!asked) {
      auto const why = interrupted_ ? base::end_words()
                                    : fmt::format("the target does not let {} in: {}", target_.accounts.front().user,
                                                  asked.error().text);
      for (auto const& s : scripts_) record_.results.push_back(unplayed(s, verdict::unknown, why));
      if (!record_.results.empty()) blame(record_.results.front(), asked.error());
      return false;
    }
    offered_ = *asked;
    auto once = [](std::vector<std::string> list) {
      std::ranges::sort(list);
      list.erase(std::unique(list.begin(), list.end()), list.end());
      return list;
    };
    record_.imap_capabilities = once(offered_.imap);
    record_.pop3_capabilities = once(offered_.pop3);
    return true;
  }

  /// Whatever makes a mailbox there fails for it.
  void tell_once_of_prefix() {
    auto const spoke = [](auto const& r) { return r.outcome != verdict::skip; };
    auto const at = std::ranges::find_if(record_.results, spoke);
    if (offered_.prefix_refused.empty() || at == record_.results.end()) return;
    auto f = unusable_prefix(offered_.prefix_refused, offered_.prefix_is_no_name, &requirements_);
    at->outcome = history::worse(at->outcome, f.outcome);
    at->findings.push_back(std::move(f));
  }

  /// What keeps everybody out is told by one scenario.
  void blame(history::scenario_result& r, base::fault const& f) {
    auto found = obstacle::against(f, &requirements_);
    if (!found || blamed_.exchange(true)) return;
    r.outcome = history::worse(r.outcome, found->outcome);
    r.findings.push_back(std::move(*found));
  }

  history::scenario_result kept_out(script const& s) {
    auto r = unplayed(s, verdict::unknown, "nobody gets into IMAP there: " + offered_.imap_obstacle->text);
    blame(r, *offered_.imap_obstacle);
    return r;
  }

  /// Each player has met it, and no scenario that was played meanwhile came further.
  std::size_t most_silences() const { return std::max<std::size_t>(4, players()); }

  std::size_t players() const {
    // Who waits for a maildrop costs nobody anything.
    auto const jobs = target_.pace->delay({}).count() > 0 ? 8 * options_.jobs : options_.jobs;
    return std::max<std::size_t>(1, std::min({jobs, target_.accounts.size(), scripts_.size()}));
  }

  void take_scenarios() {
    std::optional<net::loop> l;
    for (std::size_t i = next_++; i < scripts_.size(); i = next_++) {
      // Nothing of one simulated server is left for the next, nor of its time.
      if (!l || target_.simulate) l.emplace(clock());
      auto const& s = scripts_[i];
      auto& r = record_.results[i];
      if (!s.put_off.empty())
        r = unplayed(s, verdict::skip, s.put_off);
      else if (offered_.imap_obstacle && s.uses(protocol::imap))
        r = kept_out(s);
      else if (auto const why = missing(s, target_, offered_); !why.empty())
        r = unplayed(s, verdict::skip, why);
      else if (s.is_attack() && !target_.ours && !options_.allow_destructive)
        r = unplayed(s, verdict::skip, "it attacks the server, which is for --allow-destructive");
      else if (interrupted_)
        r = unplayed(s, verdict::unknown, base::end_words() + " before it was played");
      else if (silences_ >= most_silences())
        r = unplayed(s, verdict::unknown,
                     fmt::format("not played: the server was too slow or silent to prepare {} scenarios in a row",
                                 most_silences()));
      else if (stop_)
        r = unplayed(s, verdict::unknown, "not played: --fail-fast stopped the run");
      else
        r = on_an_account(*l, s, i);
      std::lock_guard const lock(mutex_);
      ++done_;
      if (progress_) progress_(r, done_);
    }
  }

  /// One scenario's mishap is its own: the others are played.
  history::scenario_result played(net::loop& l, script const& s, pooled_account const& a, runner_options const& o) {
    try {
      return run(l, target_, a.who, s, mail_, o);
    } catch (std::exception const& e) {
      return unplayed(s, verdict::error, fmt::format("the rig failed: {}", e.what()));
    }
  }

  runner_options options_for(script const& s, std::size_t i) const {
    runner_options o;
    o.seed = options_.seed;
    if (!options_.trace_folder.empty()) o.trace = traces_[i];
    o.trace_budget = options_.trace_budget;
    o.requirements = &requirements_;
    o.checkers = checkers_;
    o.limits = options_.limits;
    o.allowed.interrupted = &interrupted_;
    o.trust = &trust_;
    o.delimiter = offered_.delimiter;
    if (s.is_slow()) o.limits.scenario += std::chrono::duration_cast<std::chrono::milliseconds>(s.waiting());
    o.utf8_only = is_offered(offered_.imap, "UTF8=ONLY");
    o.spread = options_.spread;
    if (!is_big(s)) return o;
    o.limits.step = std::max(o.limits.step, std::chrono::milliseconds(120'000));
    o.limits.scenario = std::max(o.limits.scenario, std::chrono::milliseconds(1'800'000));
    return o;
  }

  history::scenario_result on_an_account(net::loop& l, script const& s, std::size_t i) {
    auto& accounts = s.account.empty() ? accounts_ : *odd_.at(s.account);
    // Of the other user an attack needs to know that it is well.
    auto const wanted = s.is_attack() ? 2 : s.users();
    auto taken = accounts.take(s.account.empty() ? wanted : 1);
    if (!s.account.empty() && wanted > 1) taken.push_back(std::move(accounts_.take(1).front()));
    auto& account = taken.front();
    auto o = options_for(s, i);
    if (taken.size() > 1)
      o.second = second_user{taken[1].who, target_.ours || options_.allow_destructive || taken[1].seen_empty};
    o.may_empty = target_.ours || options_.allow_destructive || account.seen_empty;
    o.found_empty = &account.seen_empty;
    bool unclean = false;
    o.unclean = &unclean;
    std::unique_lock<std::mutex> alone(big_, std::defer_lock);
    if (is_big(s)) alone.lock();
    auto r = until_granted(l, s, account, o, i);
    auto const revived = [&] { return r.outcome != verdict::pass && target_.revive && target_.revive(); };
    if (revived()) {
      // Whoever ran beside may have been the cause: alone it shows.
      r = played(l, s, account, o);
      if (revived()) blame_end(r, s);
    }
    for (auto const& need : s.needs)
      r.exercised.insert(need.starts_with("pop3:") ? "pop3:" + base::to_upper(need.substr(5)) : base::to_upper(need));
    for (auto& a : taken) {
      a.seen_empty = a.seen_empty || r.reason.empty() || r.outcome == verdict::skip;
      auto& home = &a == &account ? accounts : accounts_;
      if (unclean)
        home.retire(std::move(a));
      else
        home.put(std::move(a));
    }
    drop_weaker(r, options_.least);
    for (auto& f : r.findings) make_printable(f);
    if (options_.fail_fast && r.outcome >= verdict::fail) stop_ = true;
    return r;
  }

  /// A server may refuse what it can do, and may close: then nothing was learnt, and it is asked again.
  history::scenario_result until_granted(net::loop& l, script const& s, pooled_account& a, runner_options& o,
                                         std::size_t i) {
    auto const box = fmt::format("{}mailrig-{:x}-{}", prefix_for(target_, offered_), options_.seed & 0xFFFF, i);
    history::scenario_result r;
    bool refused = false;
    o.refused = &refused;
    auto const began = base::now();
    auto const given = o.limits.scenario;
    bool silent = false;
    o.silent = &silent;
    base::duration stood_still{};
    o.stood_still = &stood_still;
    bool late = false;  // our own loop was: played again, it may be in time
    for (int plays = 0;
         plays < 4 && (plays == 0 || (((refused && r.outcome > verdict::pass) || late) && !interrupted_)); ++plays) {
      // All plays share one scenario's time; who must wait to log in again has another each time.
      auto const left = given - std::chrono::duration_cast<std::chrono::milliseconds>(base::now() - began);
      if (plays > 0 && left < given / 2 && target_.pace->delay({}).count() == 0) break;
      refused = false;
      // What could not be removed of the play before is not in the way.
      o.box = box + std::string(std::size_t(plays), 'r');
      o.may_empty = o.may_empty || a.seen_empty;
      r = played(l, s, a, o);
      late = !late && r.outcome == verdict::error && stood_still > base::duration{};
      // What an attack has done to the server, another play would only find undone; not what cut the attack itself
      // short.
      bool const harmed = std::ranges::any_of(
          r.findings, [](auto const& f) { return f.outcome == verdict::fail && !f.rule.starts_with("expect."); });
      if (s.is_attack() && harmed) break;
    }
    o.refused = o.silent = nullptr, o.stood_still = nullptr;
    silences_ = silent ? silences_ + 1 : 0;
    return r;
  }

  target target_;
  std::vector<script> const& scripts_;
  mailroom const& mail_;
  history::catalogue const& requirements_;
  suite_options const& options_;
  std::function<void(history::scenario_result const&, std::size_t)> const& progress_;
  std::atomic<bool> const& interrupted_;
  base::result<net::tls_context> trust_;
  std::vector<std::filesystem::path> traces_;
  account_pool accounts_;
  std::map<std::string, std::unique_ptr<account_pool>, std::less<>> odd_;
  std::vector<check::checker_kind const*> checkers_ = base::registry<check::checker_kind>::all();
  offer offered_;
  history::run_record record_;
  std::atomic<std::size_t> next_{0};
  std::atomic<bool> stop_{false};
  std::atomic<bool> blamed_{false};       ///< for what keeps everybody out
  std::atomic<std::size_t> silences_{0};  ///< scenarios in a row that the server's silence kept from being played
  std::mutex mutex_;
  std::mutex big_;  ///< what is big is played by itself, for the memory that it takes
  std::size_t done_ = 0;
};

}  // namespace

base::result<history::run_record> play_all(
    target const& t, std::vector<script> const& scripts, mailroom const& mail, history::catalogue const& requirements,
    suite_options const& options, std::function<void(history::scenario_result const&, std::size_t)> const& progress,
    std::atomic<bool> const& interrupted) {
  return suite(t, scripts, mail, requirements, options, progress, interrupted).play();
}

}  // namespace mailrig::scenario
