// suite: see suite.hpp.
#include "scenario/suite.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <ctime>
#include <map>
#include <mutex>
#include <thread>

#include "base/text.hpp"

namespace mailrig::scenario {

using history::protocol;
using history::verdict;

bool selects(std::string_view selector, script const& s) {
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

namespace {

void keep(std::vector<std::string>& to, std::vector<std::string> const& more) {
  to.insert(to.end(), more.begin(), more.end());
}

base::result<void> probe_imap(stage& st, offer& out) {
  auto& p = st.add("probe", protocol::imap);
  if (auto const in = st.log_in(p, session::login_goal::greeting); !in) return in.error();
  if (auto const asked = st.command(p, "CAPABILITY"); asked) keep(out.imap, *st.conversation(p)->imap().capabilities);
  if (auto const in = st.log_in(p, session::login_goal::authenticated); !in) return in.error();
  if (auto const asked = st.command(p, "CAPABILITY"); asked) {
    auto list = *st.conversation(p)->imap().capabilities;
    std::erase(list, "LOGINDISABLED");  // what it says after a login is not about the greeting's LOGIN
    keep(out.imap, list);
  }
  if (auto const listed = st.command(p, "LIST \"\" \"\""); listed)
    for (auto const& a : *listed)
      if (a->response.is("LIST")) out.delimiter = a->response.args().next().text();
  (void)st.command(p, "LOGOUT");
  return {};
}

base::result<void> probe_pop3(stage& st, offer& out) {
  auto& p = st.add("probe", protocol::pop3);
  if (auto const in = st.log_in(p, session::login_goal::greeting); !in) return in.error();
  if (!st.conversation(p)->pop3().timestamp.empty()) out.pop3.push_back("APOP");
  for (int login = 0; login < 2; ++login) {
    auto const asked = st.pop3_command(p, "CAPA");
    if (asked) out.pop3.push_back("CAPA");
    if (asked)
      for (auto line : base::split((*asked)->body, '\n')) {
        auto const words = base::words(line.substr(0, line.find('\r')));
        if (words.empty()) continue;
        out.pop3.push_back(base::to_upper(words[0]));
        for (std::size_t i = 1; i < words.size() && words[0] == "SASL"; ++i)
          out.pop3.push_back("SASL=" + base::to_upper(words[i]));
      }
    if (login == 0)
      if (auto const in = st.log_in(p, session::login_goal::authenticated); !in) return in.error();
  }
  (void)st.pop3_command(p, "QUIT");
  return {};
}

}  // namespace

base::result<offer> probe(net::loop& l, target const& t, base::result<net::tls_context> const& trust) {
  offer out;
  check::judge nobody({}, nullptr);
  base::result<void> imap, pop3;
  {
    stage st(l, t, t.accounts.front(), nobody, nobody, {}, trust);
    if (t.imap) imap = probe_imap(st, out);
  }
  {
    check::judge also_nobody({}, nullptr);
    stage st(l, t, t.accounts.front(), also_nobody, also_nobody, {}, trust);
    if (t.pop3) pop3 = probe_pop3(st, out);
  }
  // A server that misbehaves here will do so under the scenarios' eyes too; only one that lets nobody in at all ends
  // the run.
  bool const none = (!t.imap || !imap) && (!t.pop3 || !pop3);
  if (none) return t.imap ? imap.error() : pop3.error();
  return out;
}

std::string missing(script const& s, target const& t, offer const& o) {
  if (s.uses(protocol::imap) && !t.imap) return "the target has no IMAP";
  if (s.uses(protocol::pop3) && !t.pop3) return "the target has no POP3";
  if (s.handles_server() && !t.power.kill && !t.simulate) return "the target's process is not ours to kill or freeze";
  for (auto const& need : s.needs) {
    bool const pop3 = need.starts_with("pop3:");
    auto const name = base::to_upper(pop3 ? std::string_view(need).substr(5) : std::string_view(need));
    auto const& list = pop3 ? o.pop3 : o.imap;
    if (std::ranges::find(list, name) == list.end())
      return fmt::format("the server does not offer {}{}", name, pop3 ? " in POP3" : "");
  }
  for (auto const& tag : s.tags)
    if (std::ranges::find(t.latitude, tag) != t.latitude.end())
      return fmt::format("the target takes the latitude '{}'", tag);
  return {};
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
  r.outcome = verdict::pass;
  for (auto const& f : r.findings) r.outcome = history::worse(r.outcome, f.outcome);
}

namespace {

/// An account, and whether this run has seen it empty: what lies there since is the run's own.
struct account {
  session::credentials who;
  bool seen_empty = false;
};

class account_pool {
 public:
  explicit account_pool(std::vector<session::credentials> const& all) {
    for (auto const& a : all) free_.push_back({a, false});
  }
  account take() {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [&] { return !free_.empty(); });
    auto one = std::move(free_.back());
    free_.pop_back();
    return one;
  }
  void put(account one) {
    {
      std::lock_guard const lock(mutex_);
      free_.push_back(std::move(one));
    }
    ready_.notify_one();
  }

 private:
  std::mutex mutex_;
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
    target const& t, std::vector<script> const& scripts, mailroom const& mail, history::catalogue const& requirements,
    suite_options const& options, std::function<void(history::scenario_result const&, std::size_t)> const& progress,
    std::atomic<bool> const& interrupted) {
  history::run_record record;
  record.target = t.name;
  record.target_version = t.version;
  record.seed = options.seed;
  record.started = utc_now();
  auto const began = base::now();
  auto const trust = net::tls_context::client(t.trust);
  offer offered;
  {
    net::loop l;
    auto asked = probe(l, t, trust);
    if (!asked)
      return base::fault{0, t.name,
                         fmt::format("the target does not let {} in: {}", t.accounts.front().user, asked.error().text)};
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
  account_pool pool(t.accounts);
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
        performance_options o;
        o.seed = options.seed;
        if (!options.trace_folder.empty()) o.trace = options.trace_folder / (s.id + ".jsonl");
        o.requirements = &requirements;
        o.checkers = checkers;
        o.limits = options.limits;
        o.trust = &trust;
        o.box = fmt::format("{}mailrig-{:x}-{}", t.prefix, options.seed & 0xFFFF, i);
        o.delimiter = offered.delimiter;
        auto account = pool.take();
        o.may_empty = t.ours || options.allow_destructive || account.seen_empty;
        auto const revived = [&] { return r.outcome != verdict::pass && t.revive && t.revive(); };
        r = perform(l, t, account.who, s, mail, o);
        if (revived()) {
          // Whoever ran beside may have been the cause: alone it shows.
          r = perform(l, t, account.who, s, mail, o);
          if (revived()) blame_end(r, s);
        }
        account.seen_empty = account.seen_empty || r.outcome != verdict::error;
        pool.put(account);
        drop_weaker(r, options.least);
        if (options.fail_fast && r.outcome >= verdict::fail) stop = true;
      }
      std::lock_guard const lock(mutex);
      ++done;
      if (progress) progress(r, done);
    }
  };
  std::vector<std::thread> threads;
  auto const count = std::max<std::size_t>(1, std::min({options.jobs, t.accounts.size(), scripts.size()}));
  for (std::size_t i = 0; i < count; ++i) threads.emplace_back(work);
  for (auto& thread : threads) thread.join();
  blame_flips(record);
  record.took = base::now() - began;
  return record;
}

}  // namespace mailrig::scenario
