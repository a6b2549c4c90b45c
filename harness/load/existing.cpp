// existing: see existing.hpp.
#include "load/existing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <numeric>
#include <optional>

#include "base/text.hpp"
#include "load/each_account.hpp"
#include "scenario/mailbox_removal.hpp"
#include "scenario/stage.hpp"

namespace mailrig::load {
namespace {

constexpr std::size_t most_mailboxes = 1000;  ///< of an account that are looked at

std::optional<std::uint64_t> messages_in(scenario::stage& st, scenario::player& p, std::string const& name) {
  auto const told = st.command(p, fmt::format("STATUS \"{}\" (MESSAGES)", name));
  if (!told) return std::nullopt;  // \Noselect
  for (auto const& a : *told)
    if (a->response.is("STATUS")) return a->response.args().next().at(1).number();
  return std::nullopt;
}

/// Those of the INBOX that mailrig has not written.
base::result<std::uint64_t> others_mail(scenario::stage& st, scenario::player& p) {
  if (auto const open = st.command(p, "EXAMINE INBOX"); !open)
    return base::fault{0, "existing", "EXAMINE INBOX: " + open.error().text};
  auto const found = st.command(p, "SEARCH NOT HEADER X-Mailrig-Owner \"\"");
  if (!found) return base::fault{0, "existing", "SEARCH: " + found.error().text};
  std::uint64_t n = 0;
  for (auto const& a : *found) {
    if (a->response.is("SEARCH"))
      for (auto v = a->response.args(); v; v = v.next()) n += v.number().has_value();
    if (a->response.is("ESEARCH")) n += a->octets.find("ALL") != std::string::npos;
  }
  (void)st.command(p, "CLOSE");
  return n;
}

base::result<existing_mail> look_at_account(scenario::stage& st, scenario::player& p, bool must_be_ours) {
  if (auto const in = st.log_in(p, session::login_goal::authenticated); !in) return in.error();
  existing_mail out;
  out.accounts = 1;
  if (p.proto == history::protocol::pop3) {
    auto const told = st.pop3_command(p, "STAT");
    if (!told) return base::fault{0, "existing", "STAT: " + told.error().text};
    auto const words = base::words((*told)->line);
    auto const n = words.size() > 1 ? base::number(words[1]).value_or(0) : 0;
    out.mailboxes = 1;
    out.messages = out.largest = n;
    out.inboxes = {n};
    (void)st.pop3_command(p, "QUIT");
    if (must_be_ours && n > 0)
      return base::fault{0, "occupied", fmt::format("the maildrop has {} messages, which may not be mailrig's", n)};
    return out;
  }
  auto names = scenario::mailbox_names(st, p, "LIST", "*");
  if (names.size() > most_mailboxes) names.resize(most_mailboxes);
  if (std::ranges::none_of(names, [](auto const& n) { return base::iequals(n, "INBOX"); })) names.push_back("INBOX");
  for (auto const& name : names) {
    if (name.find_first_of("\"\\\r\n") != name.npos) continue;
    auto const n = messages_in(st, p, name);
    if (!n) continue;
    ++out.mailboxes;
    out.messages += *n;
    out.largest = std::max(out.largest, *n);
    if (base::iequals(name, "INBOX")) out.inboxes.push_back(*n);
  }
  if (must_be_ours && !out.inboxes.empty() && out.inboxes[0] > 0) {
    auto const others = others_mail(st, p);
    if (!others) return others.error();
    if (*others > 0)
      return base::fault{0, "occupied", fmt::format("the inbox has {} messages that are not mailrig's", *others)};
  }
  (void)st.command(p, "LOGOUT");
  return out;
}

}  // namespace

void existing_mail::add(existing_mail const& other) {
  accounts += other.accounts;
  mailboxes += other.mailboxes;
  messages += other.messages;
  largest = std::max(largest, other.largest);
  inboxes.insert(inboxes.end(), other.inboxes.begin(), other.inboxes.end());
  std::ranges::sort(inboxes);
}

std::string in_words(existing_mail const& m) {
  return fmt::format("{} accounts with {} mailboxes of {} messages, the largest of {}; inboxes of {} to {}, median {}",
                     m.accounts, m.mailboxes, m.messages, m.largest, m.inboxes.empty() ? 0 : m.inboxes.front(),
                     m.inboxes.empty() ? 0 : m.inboxes.back(), m.inbox_median());
}

base::result<existing_mail> look_at_existing(plan const& p, std::size_t from, std::size_t to, bool may_change,
                                             std::atomic<bool> const& interrupted) {
  bool const must_be_ours = p.who->plays_changes() && !may_change;
  std::mutex mutex;
  existing_mail sum;
  account_work work;
  work.session = "existing";
  work.accounts.resize(to > from ? to - from : 0);
  std::iota(work.accounts.begin(), work.accounts.end(), from);
  work.limits = p.limits;
  work.limits.scenario = std::chrono::hours(1);
  work.task = [&](scenario::stage& st, std::size_t) -> base::result<void> {
    auto const found = look_at_account(st, st.at(0), must_be_ours);
    if (!found) return found.error();
    std::lock_guard const lock(mutex);
    sum.add(*found);
    return {};
  };
  auto const all = each_account(*p.where, std::move(work), interrupted);
  if (all) return sum;
  auto fault = all.error();
  if (fault.rule == "occupied") fault.text += ", and this profile's devices change mail; --allow-destructive lets them";
  return fault;
}

}  // namespace mailrig::load
