// maildrop_lock: see maildrop_lock.hpp.
#include "stress/maildrop_lock.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "net/timer.hpp"
#include "scenario/housekeeping.hpp"
#include "stress/retry_pause.hpp"

namespace mailrig::stress {
namespace {

using history::protocol;
using scenario::player;

/// A session that wants the maildrop while another has it.
struct contender {
  contender(std::size_t p, net::loop& l, lock_options const& o)
      : player(p), again(l), pause(o.pause, o.longest_pause) {}
  std::size_t player;
  net::timer again;  ///< when it was refused
  retry_pause pause;
  bool trying = false;
};

class lock_measurement {
 public:
  lock_measurement(arena const& a, lock_options const& o, scenario::stage& s) : arena_(a), options_(o), stage_(s) {}

  base::result<std::vector<lock_row>> run() {
    if (arena_.where.imap) {
      auto& p = stage_.add("laptop", protocol::imap);
      if (auto const in = stage_.log_in(p, session::login_goal::authenticated); !in) return in.error();
      if (auto const in = stage_.command(p, "SELECT INBOX"); !in) return in.error();
      laptop_ = stage_.size() - 1;
    }
    holder_ = stage_.size();
    stage_.add("holder", protocol::pop3);
    for (std::size_t n = 1; n <= options_.contenders; ++n) {
      contenders_.push_back(std::make_unique<contender>(stage_.size(), stage_.loop(), options_));
      stage_.add(fmt::format("contender{}", n), protocol::pop3);
    }
    std::vector<lock_row> out;
    for (auto const* way : {"QUIT", "FIN", "RST", "silence"}) {
      lock_row row{.release = way, .free = {}};
      auto const samples = row.release == "silence" ? std::min<std::size_t>(1, options_.samples) : options_.samples;
      for (std::size_t n = 0; n < samples && !stage_.is_cut_short(); ++n) {
        if (options_.progress) options_.progress(way, n);
        if (auto const done = sample(row); !done && !stage_.is_cut_short()) return done.error();
      }
      out.push_back(std::move(row));
    }
    return out;
  }

 private:
  player& holder() { return stage_.at(holder_); }
  player& of(contender const& c) { return stage_.at(c.player); }

  base::result<void> sample(lock_row& row) {
    if (auto const in = take_maildrop(); !in) return in;
    row.most = std::max<std::size_t>(row.most, 1);
    for (auto& c : contenders_) {
      c->pause.start_over();
      log_in(*c, row);
    }
    // While they wait, mail is read by IMAP: that must not release the lock.
    for (int i = 0; laptop_ && i < 3; ++i) (void)stage_.command(stage_.at(*laptop_), "NOOP");
    auto const before = row.refused;
    wait(
        row, [&] { return row.refused - before >= contenders_.size(); }, std::chrono::milliseconds(200));
    row.most = std::max(row.most, 1 + inside());
    auto const left = stage_.loop().now();
    leave(row.release);
    if (wait(
            row, [&] { return inside() > 0; }, options_.limit))
      row.free.record(std::uint64_t((stage_.loop().now() - left).count()));
    else if (!stage_.is_cut_short())
      ++row.held;
    // Whoever is in now holds it; nobody else may be.
    wait(
        row, [] { return false; }, std::chrono::milliseconds(20));
    row.most = std::max(row.most, inside() + (row.release == "silence" && stage_.is_open(holder()) ? 1 : 0));
    end_all();
    return {};
  }

  /// A holder of before may not have been noticed as gone; that was measured already.
  base::result<void> take_maildrop() {
    retry_pause pause(options_.pause, options_.longest_pause);
    auto const patience = stage_.loop().now() + std::chrono::seconds(30);
    for (;;) {
      auto in = stage_.log_in(holder(), session::login_goal::authenticated);
      if (in || stage_.loop().now() >= patience || stage_.is_cut_short()) return in;
      stage_.wait([] { return false; }, pause.next(random_));
    }
  }

  void leave(std::string const& way) {
    if (way == "QUIT") holder().channel->send("QUIT\r\n");
    if (way == "FIN") holder().channel->close();
    if (way == "RST") holder().channel->reset();
  }

  void end_all() {
    for (auto& c : contenders_) c->again.cancel();
    for (std::size_t i = holder_; i < stage_.size(); ++i)
      if (transaction(stage_.at(i))) stage_.at(i).channel->send("QUIT\r\n");
    stage_.wait([&] { return inside() == 0; }, std::chrono::seconds(5));
    for (std::size_t i = holder_; i < stage_.size(); ++i) {
      stage_.at(i).login.reset();
      stage_.at(i).channel.reset();
    }
  }

  void log_in(contender& c, lock_row& row) {
    ++row.attempts;
    c.trying = true;
    of(c).channel.reset();
    stage_.begin_login(of(c), session::login_goal::authenticated);
  }

  /// Meanwhile who is refused pauses and tries again.
  bool wait(lock_row& row, std::function<bool()> const& done, base::duration limit) {
    return stage_.wait(
        [&] {
          for (auto& c : contenders_) look_after(*c, row);
          return done();
        },
        limit);
  }

  void look_after(contender& c, lock_row& row) {
    auto const& result = of(c).login_result;
    if (!c.trying || (!result.ended && stage_.is_open(of(c)))) return;
    c.trying = false;
    if (result.ended && result.failure.empty()) return;
    ++row.refused;
    c.again.at(stage_.loop().now() + c.pause.next(random_), [this, &c, &row] { log_in(c, row); });
  }

  bool transaction(player const& p) const {
    auto const* c = stage_.conversation(p);
    return stage_.is_open(p) && c && c->pop3().state == model::pop3_state::transaction;
  }

  std::size_t inside() const {
    return std::size_t(
        std::ranges::count_if(contenders_, [&](auto const& c) { return transaction(stage_.at(c->player)); }));
  }

  arena const& arena_;
  lock_options const& options_;
  scenario::stage& stage_;
  std::optional<std::size_t> laptop_;
  std::size_t holder_ = 0;
  std::vector<std::unique_ptr<contender>> contenders_;
  base::rng random_{1};
};

}  // namespace

base::result<std::vector<lock_row>> measure_lock(arena const& a, lock_options const& o) {
  if (!a.where.pop3) return base::fault{0, a.where.name, "the target has no POP3"};
  if (auto const delay = a.where.pace->delay(a.where.accounts.front().user); delay.count() > 0)
    return base::fault{0, a.where.name,
                       fmt::format("the server lets nobody in again for {} s (LOGIN-DELAY), so that how long a lock "
                                   "lasts cannot be told",
                                   delay / std::chrono::seconds(1))};
  net::loop l;
  check::judge nobody({}, nullptr, a.limits);
  scenario::stage st(l, a.where, a.where.accounts.front(), nobody, nobody, a.limits, a.trust, a.allowed);
  st.add("setup", a.where.imap ? protocol::imap : protocol::pop3);
  scenario::housekeeping house(st, a.where, scenario::prefix_for(a.where, a.offered) + "mailrig-lock",
                               a.offered.delimiter);
  if (auto const ready = house.prepare(a.where.ours || o.may_empty, {}); !ready) return ready.error();
  auto out = lock_measurement(a, o, st).run();
  for (std::size_t i = 1; i < st.size(); ++i) st.at(i).channel.reset();
  st.begin_cleaning();
  if (auto const left = house.clean(); !left && out) return left.error();
  return out;
}

}  // namespace mailrig::stress
