// prepare: see prepare.hpp.
#include "load/prepare.hpp"

#include <fmt/format.h>

#include <mutex>
#include <numeric>
#include <thread>

#include "load/fill/fill_session.hpp"
#include "load/population.hpp"
#include "scenario/housekeeping.hpp"

namespace mailrig::load {
namespace {

using work_on_account = std::function<base::result<void>(scenario::stage&, scenario::housekeeping&, std::size_t)>;

base::result<void> tried(work_on_account const& work, scenario::stage& st, scenario::housekeeping& house,
                         std::size_t account) {
  try {
    return work(st, house, account);
  } catch (std::exception const& e) {
    return base::fault{0, "rig", fmt::format("the rig failed: {}", e.what())};
  }
}

/// Those of [from, to) that this shard plays.
std::vector<std::size_t> accounts_of(plan const& p, std::size_t from, std::size_t to) {
  population const all(*p.who, std::max(p.users, to), 1, p.ours);
  std::vector<std::size_t> out;
  for (auto i = from; i < to; ++i)
    if (all.share_of(i) != population::elsewhere) out.push_back(i);
  return out;
}

/// Each account in a session of its own, several side by side; ends at the first fault.
base::result<void> each_account(plan const& p, std::size_t from, std::size_t to, preparation const& how,
                                std::atomic<bool> const& interrupted, work_on_account const& work) {
  auto const accounts = accounts_of(p, from, to);
  std::atomic<std::size_t> next{0}, done{0};
  std::mutex mutex;
  base::result<void> out;
  auto const trust = net::tls_context::client(p.where->tls);
  if (!trust) return trust.error();
  auto job = [&] {
    net::loop l;
    for (auto n = next++; n < accounts.size() && !interrupted; n = next++) {
      auto const i = accounts[n];
      auto limits = p.limits;
      session::allowance allowed;
      allowed.interrupted = &interrupted;
      // Several accounts are prepared at once, and little is asked.
      allowed.held_octets = allowed.answer_octets = 16u << 20;
      allowed.answer_lines = 1u << 18;
      if (base::run_end::flag()) allowed.cleaning = std::chrono::seconds(2);
      limits.scenario += std::chrono::milliseconds(50) * std::int64_t(p.who->mailbox);
      check::judge nobody({}, nullptr, limits);
      scenario::stage st(l, *p.where, p.where->accounts[i], nobody, nobody, limits, trust, allowed);
      st.add("setup", p.where->imap ? history::protocol::imap : history::protocol::pop3);
      scenario::housekeeping house(st, *p.where, p.where->prefix + "mailrig-", "/");
      auto const did = tried(work, st, house, i);
      std::lock_guard const lock(mutex);
      if (!did && out) {
        out = base::fault{0, did.error().rule,
                          fmt::format("account {}: {}", p.where->accounts[i].user, did.error().text)};
        next = accounts.size();
      }
      if (how.progress) how.progress(++done, accounts.size());
    }
  };
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < std::min(how.jobs, accounts.size()); ++t) threads.emplace_back(job);
  for (auto& t : threads) t.join();
  return out;
}

/// What lies in such a profile's accounts stays: it took long to come there, and is the same for the next run.
base::result<void> fill_accounts(plan const& p, std::size_t from, std::size_t to, preparation const& how,
                                 std::atomic<bool> const& interrupted) {
  fill_options o;
  o.seed = p.fill_seed;
  o.connections = how.jobs;
  o.beside_others = how.may_empty;
  o.limits = p.limits;
  if (how.filling) o.progress = how.filling;
  // Another shard fills its own.
  auto where = *p.where;
  where.accounts.clear();
  for (auto const i : accounts_of(p, from, to)) where.accounts.push_back(p.where->accounts[i]);
  auto const done = fill(where, 0, where.accounts.size(), fill_of(*p.who), o, interrupted);
  if (!done) return done.error();
  if (done->faults_all > 0) return base::fault{0, "fill", "account " + done->faults.front()};
  return {};
}

}  // namespace

base::result<void> prepare(plan const& p, std::size_t from, std::size_t to, preparation const& how,
                           std::atomic<bool> const& interrupted) {
  bool const nothing_to_do = p.who->mailbox == 0 && !p.who->fill && p.who->boxes.empty() && p.where->ours;
  if (nothing_to_do || !p.who->changes_mail() || from >= to) return {};
  if (p.who->fill) return fill_accounts(p, from, to, how, interrupted);
  std::vector<char> ours(to);  // what lies there is this run's; one octet each, since threads write side by side
  auto const data = fill_of(*p.who);
  auto const put_in = [&](scenario::stage& st, scenario::housekeeping& house, std::size_t i) -> base::result<void> {
    auto const& user = p.where->accounts[i].user;
    auto const ready = house.prepare(p.where->ours || how.may_empty, {});
    ours[i] = ready || house.found_empty();
    if (!ready) return ready;
    message_writer writer(1);
    fill_session session(st, st.at(0), data, writer, interrupted, {});
    for (auto const& at : places_of(data, p.seed, user, p.where->prefix, "/")) {
      if (p.where->imap && !at.is_inbox()) (void)session.create(at);  // a step that names it will tell
      std::vector<std::uint32_t> all(at.messages);
      std::iota(all.begin(), all.end(), 0);
      if (auto const put = session.put(at, all); !put) return put;
    }
    session.log_out();
    return {};
  };
  auto out = each_account(p, from, to, how, interrupted, put_in);
  if ((out && !interrupted) || p.where->ours) return out;
  auto quietly = how;
  quietly.progress = nullptr;
  std::atomic<bool> const never{false};
  auto const cleaned =
      each_account(p, from, to, quietly, never, [&](scenario::stage&, scenario::housekeeping& house, std::size_t i) {
        return ours[i] ? house.clean() : base::result<void>();
      });
  return out ? cleaned : out;
}

base::result<void> clean_up(plan const& p, std::size_t to, preparation const& how) {
  if (!p.who->changes_mail() || p.who->fill) return {};
  std::atomic<bool> const never{false};
  auto const until = base::now() + (base::run_end::flag() ? std::chrono::seconds(3) : std::chrono::minutes(10));
  return each_account(p, 0, to, how, never,
                      [until](scenario::stage& st, scenario::housekeeping& house, std::size_t) -> base::result<void> {
                        if (base::now() >= until)
                          return base::fault{0, "time", "left as it is: cleaning all of them took too long"};
                        st.begin_cleaning();
                        return house.clean();
                      });
}

}  // namespace mailrig::load
