// fill: see fill.hpp.
#include "load/fill/fill.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <thread>

#include "base/clock.hpp"
#include "load/fill/fill_work.hpp"
#include "scenario/offer.hpp"

namespace mailrig::load {
namespace {

using namespace std::chrono_literals;

/// All connections of one filling, a thread each.
class filling {
 public:
  filling(scenario::target const& where, std::size_t from, std::size_t to, fill_data const& data,
          fill_options const& how, std::atomic<bool> const& interrupted, bool removes)
      : where_(where),
        data_(data),
        how_(how),
        interrupted_(interrupted),
        removes_(removes),
        from_(from),
        to_(to),
        work_(from, to) {}

  base::result<fill_result> run() {
    trust_ = net::tls_context::client(where_.tls);
    if (!trust_) return trust_.error();
    prefix_ = where_.prefix;
    if (where_.imap) {
      net::loop l;
      auto const offered = scenario::probe(l, where_, trust_);
      if (!offered) return offered.error();
      prefix_ = scenario::prefix_for(where_, *offered);
      delimiter_ = offered->delimiter;
    }
    auto const began = base::now();
    std::vector<std::thread> threads;
    auto const boxes = data_.boxes().size();
    auto const most = removes_ ? to_ - from_ : std::max<std::size_t>(to_ - from_, (to_ - from_) * data_.messages / 64);
    auto const n = std::clamp<std::size_t>(most, 1, how_.connections);
    for (std::size_t i = 0; i < n; ++i) threads.emplace_back([this] { connect(); });
    watch(n, began);
    for (auto& t : threads) t.join();
    out_.mailboxes = out_.accounts * boxes;
    out_.messages = put_;
    out_.octets = octets_;
    out_.too_big = too_big_;
    out_.interrupted = interrupted_;
    out_.seconds = double((base::now() - began).count()) / 1e9;
    return std::move(out_);
  }

 private:
  /// A connection's own things; made anew for each account.
  struct seat {
    seat(filling& all, net::loop& l, message_writer& writer, std::size_t account)
        : allowed{.interrupted = &all.at_once_},
          limits(all.endless()),
          nobody({}, nullptr, limits),
          stage(l, all.where_, all.where_.accounts[account], nobody, nobody, limits, all.trust_, allowed),
          player(stage.add("fill", all.where_.imap ? history::protocol::imap : history::protocol::pop3)),
          session(stage, player, all.data_, writer, all.interrupted_, [&all](put_mail const& m) {
            all.put_ += m.messages;
            all.octets_ += m.octets;
          }) {
      session.allow(all.how_.allowed);
    }
    session::allowance allowed;
    base::limits limits;
    check::judge nobody;
    scenario::stage stage;
    scenario::player& player;
    fill_session session;
  };

  base::limits endless() const {
    auto out = how_.limits;
    out.scenario = std::chrono::hours(24 * 30);
    return out;
  }

  void connect() {
    net::loop l;
    message_writer writer(1);
    try {
      while (auto const account = work_.account()) {
        seat here(*this, l, writer, *account);
        removes_ ? remove_of(here.session, *account) : fill_of_account(here.session, *account);
        close(here.session);
        if (interrupted_) break;
      }
      while (!removes_ && !interrupted_) {
        auto const account = work_.busiest();
        if (!account) break;
        seat here(*this, l, writer, *account);
        // A server may let so many connections of a user in and no more: then this one helps no further.
        bool const in = !where_.imap || here.session.log_in().has_value();
        if (in) put_lots(here.session, work_.lot(*account));
        close(here.session);
        if (!in) break;
      }
    } catch (std::exception const& e) {
      fail("", fmt::format("the rig failed: {}", e.what()));
      work_.end();
    }
    --working_;
  }

  void close(fill_session& s) {
    {
      std::lock_guard const lock(mutex_);
      if (!removes_) out_.ways.insert(s.way());
      for (auto const& n : s.notes()) out_.notes.insert(n);
      out_.unknown += s.unknown();
    }
    if (!interrupted_) s.log_out();
  }

  void fill_of_account(fill_session& s, std::size_t account) {
    auto lots = missing_lots(s, account);
    if (!lots) fail(where_.accounts[account].user, lots.error().text);
    work_.found(account, lots ? std::move(*lots) : std::vector<fill_lot>());
    put_lots(s, work_.lot(account));
  }

  void put_lots(fill_session& s, std::optional<fill_lot> lot) {
    for (; lot; lot = interrupted_ ? std::nullopt : work_.lot(lot->account)) {
      auto const account = lot->account;
      auto const too_big = s.too_big();
      auto const done = s.put(lot->at, lot->numbers);
      too_big_ += s.too_big() - too_big;
      if (!done) {
        if (!interrupted_) fail(lot->at.user, done.error().text);
        work_.drop(account);
      }
      bool const last = work_.done(account);
      if (!done) return;
      if (last && !interrupted_) verify(s, account);
    }
  }

  /// Looks at each mailbox, makes those that are not there.
  base::result<std::vector<fill_lot>> missing_lots(fill_session& s, std::size_t account) {
    std::vector<fill_lot> out;
    std::uint64_t there = 0, missing = 0, planned = 0, no_place = 0;
    auto const places = places_of(data_, how_.seed, where_.accounts[account].user, prefix_, delimiter_);
    for (auto const& at : places) {
      planned += at.messages;
      if (!where_.imap && !at.is_inbox()) {
        no_place += at.messages;
        continue;
      }
      auto const found = s.look(at, false);
      if (!found) return found.error();
      if (auto const free = is_free(at, *found); !free) return free.error();
      if (interrupted_) return out;
      if (!found->exists)
        if (auto const made = s.create(at); !made) return made.error();
      auto const numbers = found->marks.missing();
      there += at.messages - numbers.size();
      missing += numbers.size();
      for (std::size_t i = 0; i < numbers.size(); i += fill_work::lot_size)
        out.push_back({account,
                       at,
                       {numbers.begin() + std::ptrdiff_t(i),
                        numbers.begin() + std::ptrdiff_t(std::min(numbers.size(), i + fill_work::lot_size))}});
      std::lock_guard const lock(mutex_);
      expected_[{account, at.box}] = found->count + numbers.size();
    }
    std::lock_guard const lock(mutex_);
    ++out_.accounts;
    out_.planned += planned;
    out_.there += there;
    out_.no_place += no_place;
    missing_ += missing;
    ++looked_;
    return out;
  }

  /// Mail of others stays alone, unless it may have company.
  base::result<void> is_free(fill_place const& at, found_mail const& found) const {
    if (found.marks.twice() > 0)
      return base::fault{
          0, "fill", fmt::format("{} has {} messages twice: --clean, and fill it again", at.name, found.marks.twice())};
    if (found.marks.others() == 0 || (at.is_inbox() && how_.beside_others)) return {};
    return base::fault{
        0, "occupied",
        fmt::format("{} has {} messages that are not mailrig's; give it accounts of its own{}", at.name,
                    found.marks.others(), at.is_inbox() ? ", or --allow-destructive to fill beside them" : "")};
  }

  /// As many lie there as should.
  void verify(fill_session& s, std::size_t account) {
    auto const& user = where_.accounts[account].user;
    for (auto const& at : places_of(data_, how_.seed, user, prefix_, delimiter_)) {
      if (!where_.imap) return;  // the maildrop may still be on its way
      std::uint64_t due = 0;
      {
        std::lock_guard const lock(mutex_);
        due = expected_[{account, at.box}];
      }
      auto const n = s.count(at);
      if (!n) fail(user, n.error().text);
      if (n && *n > due && !(at.is_inbox() && how_.beside_others))
        fail(user, fmt::format("{} has {} messages, {} were to be there", at.name, *n, due));
      if (n && *n + too_big_ < due && where_.how == scenario::delivery::append)
        fail(user, fmt::format("{} has {} messages of {}: some that the server took are gone", at.name, *n, due));
    }
  }

  void remove_of(fill_session& s, std::size_t account) {
    auto const& user = where_.accounts[account].user;
    auto places = places_of(data_, how_.seed, user, prefix_, delimiter_);
    std::ranges::reverse(places);  // children before parents
    for (auto const& at : places) {
      if (interrupted_) break;
      if (!where_.imap && !at.is_inbox()) continue;
      auto const gone = s.remove(at);
      if (!gone && !interrupted_) fail(user, gone.error().text);
      if (gone) put_ += *gone;
    }
    work_.found(account, {});
    std::lock_guard const lock(mutex_);
    ++out_.accounts;
    ++looked_;
  }

  void fail(std::string const& user, std::string const& text) {
    constexpr std::size_t most = 20;
    std::lock_guard const lock(mutex_);
    if (++out_.faults_all <= most) out_.faults.push_back(user.empty() ? text : user + ": " + text);
  }

  /// Until all connections are done; tells how far they are.
  void watch(std::size_t n, base::instant began) {
    working_ += std::int64_t(n);
    std::optional<base::instant> ending;
    for (unsigned turn = 0; working_ > 0; ++turn) {
      std::this_thread::sleep_for(20ms);
      if (interrupted_ && !ending) {
        ending = base::now();
        work_.end();
      }
      // What is under way may be answered still; not for long.
      if (ending && base::now() > *ending + 500ms) at_once_ = true;
      if (!how_.progress || turn % 10 != 0) continue;
      fill_progress p;
      {
        std::lock_guard const lock(mutex_);
        p = {to_ - from_, looked_, missing_, put_, octets_, base::now() - began};
      }
      how_.progress(p);
    }
  }

  scenario::target const& where_;
  fill_data const& data_;
  fill_options const& how_;
  std::atomic<bool> const& interrupted_;
  bool removes_;
  std::size_t from_, to_;
  fill_work work_;
  base::result<net::tls_context> trust_ = base::fault();
  std::string prefix_, delimiter_ = "/";
  std::atomic<bool> at_once_{false};
  std::atomic<std::int64_t> working_{0};
  std::atomic<std::uint64_t> put_{0}, octets_{0}, too_big_{0};
  std::mutex mutex_;  ///< of what follows
  fill_result out_;
  std::map<std::pair<std::size_t, std::string>, std::uint64_t> expected_;
  std::size_t looked_ = 0;
  std::uint64_t missing_ = 0;
};

}  // namespace

base::result<fill_result> fill(scenario::target const& where, std::size_t from, std::size_t to, fill_data const& data,
                               fill_options const& how, std::atomic<bool> const& interrupted) {
  return filling(where, from, to, data, how, interrupted, false).run();
}

base::result<fill_result> remove_fill(scenario::target const& where, std::size_t from, std::size_t to,
                                      fill_data const& data, fill_options const& how,
                                      std::atomic<bool> const& interrupted) {
  return filling(where, from, to, data, how, interrupted, true).run();
}

}  // namespace mailrig::load
