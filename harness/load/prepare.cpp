// prepare: see prepare.hpp.
#include "load/prepare.hpp"

#include <fmt/format.h>

#include <numeric>

#include "load/each_account.hpp"
#include "load/fill/fill_session.hpp"
#include "load/population.hpp"
#include "scenario/housekeeping.hpp"

namespace mailrig::load {
namespace {

using work_on_account = std::function<base::result<void>(scenario::stage&, scenario::housekeeping&, std::size_t)>;

/// Those of [from, to) that this shard plays.
std::vector<std::size_t> accounts_of(plan const& p, std::size_t from, std::size_t to) {
  population const all(*p.who, std::max(p.users, to), 1, p.ours);
  std::vector<std::size_t> out;
  for (auto i = from; i < to; ++i)
    if (all.share_of(i) != population::elsewhere) out.push_back(i);
  return out;
}

/// Of those of [from, to) that this shard plays, each with its housekeeping.
base::result<void> keep_house(plan const& p, std::size_t from, std::size_t to, preparation const& how,
                              std::atomic<bool> const& interrupted, work_on_account const& task) {
  account_work work;
  work.session = "setup";
  work.accounts = accounts_of(p, from, to);
  work.jobs = how.jobs;
  work.limits = p.limits;
  work.limits.scenario += std::chrono::milliseconds(50) * std::int64_t(p.who->mailbox);
  // Several accounts are prepared at once, and little is asked.
  work.allowed.held_octets = work.allowed.answer_octets = 16u << 20;
  work.allowed.answer_lines = 1u << 18;
  if (base::run_end::flag()) work.allowed.cleaning = std::chrono::seconds(2);
  work.progress = how.progress;
  work.task = [&](scenario::stage& st, std::size_t account) {
    scenario::housekeeping house(st, *p.where, p.where->prefix + "mailrig-", "/");
    return task(st, house, account);
  };
  return each_account(*p.where, std::move(work), interrupted);
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
  auto out = keep_house(p, from, to, how, interrupted, put_in);
  if ((out && !interrupted) || p.where->ours) return out;
  auto quietly = how;
  quietly.progress = nullptr;
  std::atomic<bool> const never{false};
  auto const cleaned =
      keep_house(p, from, to, quietly, never, [&](scenario::stage&, scenario::housekeeping& house, std::size_t i) {
        return ours[i] ? house.clean() : base::result<void>();
      });
  return out ? cleaned : out;
}

base::result<void> clean_up(plan const& p, std::size_t to, preparation const& how) {
  if (!p.who->changes_mail() || p.who->fill) return {};
  std::atomic<bool> const never{false};
  auto const until = base::now() + (base::run_end::flag() ? std::chrono::seconds(3) : std::chrono::minutes(10));
  return keep_house(p, 0, to, how, never,
                    [until](scenario::stage& st, scenario::housekeeping& house, std::size_t) -> base::result<void> {
                      if (base::now() >= until)
                        return base::fault{0, "time", "left as it is: cleaning all of them took too long"};
                      st.begin_cleaning();
                      return house.clean();
                    });
}

}  // namespace mailrig::load
