// each_account: see each_account.hpp.
#include "load/each_account.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "base/side_by_side.hpp"

namespace mailrig::load {
namespace {

base::fault failure_of_rig(std::string const& why) { return {0, "rig", "the rig failed: " + why}; }

base::result<void> tried(account_work const& work, scenario::stage& st, std::size_t account) {
  try {
    return work.task(st, account);
  } catch (std::exception const& e) {
    return failure_of_rig(e.what());
  }
}

}  // namespace

base::result<void> each_account(scenario::target const& where, account_work work,
                                std::atomic<bool> const& interrupted) {
  auto const trust = net::tls_context::client(where.tls);
  if (!trust) return trust.error();
  work.allowed.interrupted = &interrupted;
  auto const& accounts = work.accounts;
  std::atomic<std::size_t> next{0}, done{0};
  std::mutex mutex;
  base::result<void> out;
  auto job = [&] {
    net::loop l;
    for (auto n = next++; n < accounts.size() && !interrupted; n = next++) {
      auto const& account = where.accounts[accounts[n]];
      check::judge nobody({}, nullptr, work.limits);
      scenario::stage st(l, where, account, nobody, nobody, work.limits, trust, work.allowed);
      st.add(work.session, where.imap ? history::protocol::imap : history::protocol::pop3);
      auto const did = tried(work, st, accounts[n]);
      std::lock_guard const lock(mutex);
      if (!did && out) {
        out = base::fault{0, did.error().rule, fmt::format("account {}: {}", account.user, did.error().text)};
        next = accounts.size();
      }
      if (work.progress) work.progress(++done, accounts.size());
    }
  };
  auto const thrown = base::side_by_side(std::min(work.jobs, accounts.size()), job);
  if (out && !thrown.empty()) out = failure_of_rig(thrown);
  return out;
}

}  // namespace mailrig::load
