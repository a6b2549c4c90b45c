// maildrop_lock: see maildrop_lock.hpp.
#include "stress/maildrop_lock.hpp"

#include <fmt/format.h>

#include "scenario/housekeeping.hpp"

namespace mailrig::stress {
namespace {

using history::protocol;
using scenario::player;

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
    for (std::size_t n = 1; n <= options_.contenders; ++n) stage_.add(fmt::format("contender{}", n), protocol::pop3);
    std::vector<lock_row> out;
    for (auto const* way : {"QUIT", "FIN", "RST", "silence"}) {
      lock_row row{way, {}, 0, 0, 0};
      auto const samples = row.release == "silence" ? std::min<std::size_t>(1, options_.samples) : options_.samples;
      for (std::size_t n = 0; n < samples; ++n) {
        if (options_.progress) options_.progress(way, n);
        if (auto const done = sample(row); !done) return done.error();
      }
      out.push_back(std::move(row));
    }
    return out;
  }

 private:
  player& holder() { return stage_.at(holder_); }

  base::result<void> sample(lock_row& row) {
    // A holder of before may not have been noticed as gone; that was measured already.
    base::result<void> in;
    auto const patience = stage_.loop().now() + std::chrono::seconds(30);
    do in = stage_.log_in(holder(), session::login_goal::authenticated);
    while (!in && stage_.loop().now() < patience);
    if (!in) return in.error();
    row.most = std::max<std::size_t>(row.most, 1);
    for (std::size_t i = holder_ + 1; i < stage_.size(); ++i) log_in(stage_.at(i));
    // While they wait, mail is read by IMAP: that must not release the lock.
    for (int i = 0; laptop_ && i < 3; ++i) (void)stage_.command(stage_.at(*laptop_), "NOOP");
    stage_.wait([&] { return answered(row, true) == stage_.size() - holder_ - 1; }, std::chrono::milliseconds(200));
    row.most = std::max(row.most, 1 + inside());
    auto const left = stage_.loop().now();
    if (row.release == "QUIT") holder().channel->send("QUIT\r\n");
    if (row.release == "FIN") holder().channel->close();
    if (row.release == "RST") holder().channel->reset();
    bool const free = stage_.wait(
        [&] {
          (void)answered(row, true);
          return inside() > 0;
        },
        options_.limit);
    if (free)
      row.free.record(std::uint64_t((stage_.loop().now() - left).count()));
    else
      ++row.held;
    // Whoever is in now holds it; nobody else may be.
    stage_.wait([] { return false; }, std::chrono::milliseconds(20));
    row.most = std::max(row.most, inside() + (row.release == "silence" && stage_.is_open(holder()) ? 1 : 0));
    for (std::size_t i = holder_; i < stage_.size(); ++i)
      if (stage_.is_open(stage_.at(i))) {
        if (transaction(stage_.at(i))) stage_.at(i).channel->send("QUIT\r\n");
      }
    stage_.wait([&] { return inside() == 0; }, std::chrono::seconds(5));
    for (std::size_t i = holder_; i < stage_.size(); ++i) stage_.at(i).channel.reset();
    return {};
  }

  void log_in(player& p) {
    stage_.connect(p);
    p.channel->send(fmt::format("USER {}\r\nPASS {}\r\n", stage_.account().user, stage_.account().password));
  }

  bool transaction(player const& p) const {
    auto const* c = stage_.conversation(p);
    return stage_.is_open(p) && c && c->pop3().state == model::pop3_state::transaction;
  }

  std::size_t inside() const {
    std::size_t n = 0;
    for (std::size_t i = holder_ + 1; i < stage_.size(); ++i) n += transaction(stage_.at(i));
    return n;
  }

  /// Contenders that have an answer; who was refused tries again.
  std::size_t answered(lock_row& row, bool again) {
    std::size_t n = 0;
    for (std::size_t i = holder_ + 1; i < stage_.size(); ++i) {
      auto& p = stage_.at(i);
      auto const* c = stage_.conversation(p);
      bool const refused = !stage_.is_open(p) || (c && c->pop3().refused);
      n += refused || transaction(p);
      if (!refused) continue;
      ++row.refused;
      if (again) log_in(p);
    }
    return n;
  }

  arena const& arena_;
  lock_options const& options_;
  scenario::stage& stage_;
  std::optional<std::size_t> laptop_;
  std::size_t holder_ = 0;
};

}  // namespace

base::result<std::vector<lock_row>> measure_lock(arena const& a, lock_options const& o) {
  if (!a.where.pop3) return base::fault{0, a.where.name, "the target has no POP3"};
  net::loop l;
  check::judge nobody({}, nullptr);
  scenario::stage st(l, a.where, a.where.accounts.front(), nobody, nobody, a.limits, a.trust);
  st.add("setup", a.where.imap ? protocol::imap : protocol::pop3);
  scenario::housekeeping house(st, a.where, scenario::prefix_for(a.where, a.offered) + "mailrig-lock",
                               a.offered.delimiter);
  if (auto const ready = house.prepare(a.where.ours || o.may_empty, {}); !ready) return ready.error();
  auto out = lock_measurement(a, o, st).run();
  for (std::size_t i = 1; i < st.size(); ++i) st.at(i).channel.reset();
  if (auto const left = house.clean(); !left && out) return left.error();
  return out;
}

}  // namespace mailrig::stress
