// visibility: see visibility.hpp.
#include "stress/visibility.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "scenario/delivery.hpp"
#include "scenario/housekeeping.hpp"

namespace mailrig::stress {
namespace {

using history::protocol;
using scenario::player;

class measuring {
 public:
  measuring(arena const& a, visibility_options const& o, scenario::stage& s, std::string box)
      : arena_(a), options_(o), stage_(s), box_(std::move(box)) {}

  base::result<std::vector<visibility_row>> run() {
    for (auto const* name : {"actor", "idler", "poller"}) {
      auto& p = stage_.add(name, protocol::imap);
      p.endpoint = stage_.size() == 2 ? options_.writer : options_.reader;
      if (auto const in = stage_.log_in(p, session::login_goal::authenticated); !in) return in.error();
    }
    auto const can = [&](std::string_view capability) {
      return std::ranges::find(arena_.offered.imap, capability) != arena_.offered.imap.end();
    };
    if (auto const made = stage_.command(actor(), "CREATE " + box_); !made) return made.error();
    for (auto* p : {&actor(), &idler(), &poller()})
      if (auto const in = stage_.command(*p, "SELECT INBOX"); !in) return in.error();
    idles_ = can("IDLE");
    event("APPEND", "EXISTS", [&] { return append(); });
    event("STORE", "FETCH", [&] { return tick("STORE 1 FLAGS (\\Flagged)", "STORE 1 FLAGS (\\Seen)"); });
    event("EXPUNGE", "EXPUNGE", [&] { return removed(); });
    if (can("MOVE"))
      event("MOVE", "EXPUNGE", [&] { return stage_.command(actor(), "MOVE 1 " + box_) ? now() : none(); });
    // By which endpoint mail comes and goes otherwise is not the writer's choice.
    if (options_.writer > 0) return std::move(rows_);
    if (arena_.where.pop3) event("POP3 DELE+QUIT", "EXPUNGE", [&] { return popped(); });
    if (arena_.where.how != scenario::delivery::append) event("delivery", "EXISTS", [&] { return delivered(); });
    return std::move(rows_);
  }

 private:
  player& actor() { return stage_.at(1); }
  player& idler() { return stage_.at(2); }
  player& poller() { return stage_.at(3); }
  std::optional<base::instant> now() { return stage_.loop().now(); }
  static std::optional<base::instant> none() { return std::nullopt; }

  std::optional<base::instant> append() {
    scenario::message const m{"letter", "Subject: seen when\r\nX-Mailrig-Made: 1\r\n\r\nnow\r\n", {}};
    return stage_.append(actor(), "INBOX", {m}) ? now() : none();
  }
  std::optional<base::instant> tick(std::string const& one, std::string const& other) {
    return stage_.command(actor(), (flip_ = !flip_) ? one : other) ? now() : none();
  }
  std::optional<base::instant> removed() {
    if (!stage_.command(actor(), "STORE 1 +FLAGS.SILENT (\\Deleted)")) return none();
    return stage_.command(actor(), "EXPUNGE") ? now() : none();
  }
  std::optional<base::instant> popped() {
    auto& p = stage_.size() > 4 ? stage_.at(4) : stage_.add("pop3", protocol::pop3);
    if (!stage_.log_in(p, session::login_goal::authenticated)) return none();
    if (!stage_.pop3_command(p, "DELE 1") || !stage_.pop3_command(p, "QUIT")) return none();
    auto const at = now();
    p.channel->close();
    return at;
  }
  std::optional<base::instant> delivered() {
    scenario::message const m{"letter", "Subject: delivered when\r\nX-Mailrig-Made: 1\r\n\r\nnow\r\n", {}};
    return scenario::deliver(stage_.loop(), arena_.where, stage_.account().user, m) ? now() : none();
  }

  static bool came(player& p, std::string_view name) {
    return std::ranges::any_of(p.arrivals, [&](auto const& a) {
      return a->what == scenario::arrival::kind::untagged && a->response.name == name;
    });
  }

  /// Messages enough to take away from, everyone told of them.
  bool settle() {
    // What APPEND was answered with OK and no EXISTS tells of is not there for us, however much more of it is put in.
    constexpr int most = 4;
    auto const told = [this] {
      auto const* c = stage_.conversation(actor());
      return c && c->imap().view.size() >= 2;
    };
    for (int n = 0; !told(); ++n)
      if (n == most || !append() || (!told() && !stage_.command(actor(), "NOOP"))) return false;
    for (auto* p : {&idler(), &poller()})
      if (!stage_.command(*p, "NOOP")) return false;
    return true;
  }

  void begin_to_idle() {
    idler().channel->send("I IDLE\r\n");
    stage_.wait(
        [&] {
          return std::ranges::any_of(idler().arrivals,
                                     [](auto const& a) { return a->what == scenario::arrival::kind::continuation; });
        },
        options_.limit);
    // Whoever has just begun to idle may not have been noticed yet; that is not what is measured.
    stage_.wait([] { return false; }, std::chrono::milliseconds(20));
  }

  visibility_row row(std::string const& event, char const* by) const {
    auto const& ends = arena_.where.endpoints(protocol::imap).all;
    auto const called = [&](std::size_t endpoint) { return ends.size() > 1 ? ends[endpoint].name : std::string(); };
    return {event, by, called(options_.writer), called(options_.reader), {}, 0};
  }

  template <class Act>
  void event(std::string name, std::string_view tells, Act act) {
    auto by_idle = row(name, "IDLE"), by_noop = row(name, "NOOP");
    for (std::size_t n = 0; n < options_.samples; ++n) {
      if (options_.progress) options_.progress(name, n);
      if (untold_ > most_untold || stage_.is_cut_short()) break;
      if (!settle()) break;
      for (auto* p : {&idler(), &poller()}) p->arrivals.clear();
      if (idles_) begin_to_idle();
      std::optional<base::instant> told_idle, told_noop;
      auto const done = act();
      if (!done) break;
      auto look = [&] {
        auto const t = stage_.loop().now();
        if (idles_ && !told_idle && came(idler(), tells)) told_idle = t;
        if (!told_noop && came(poller(), tells)) told_noop = t;
      };
      look();
      auto const until = *done + options_.limit;
      std::size_t polls = 0;
      while ((!told_noop || (idles_ && !told_idle)) && stage_.loop().now() < until && !stage_.is_cut_short()) {
        if (!told_noop) {
          auto const tag = fmt::format("P{}", ++polls);
          poller().channel->send(tag + " NOOP\r\n");
          stage_.wait(
              [&] {
                look();
                return std::ranges::any_of(poller().arrivals, [&](auto const& a) {
                  return a->what == scenario::arrival::kind::tagged && a->response.tag == tag;
                });
              },
              options_.limit);
        }
        stage_.wait(
            [&] {
              look();
              return told_noop && (!idles_ || told_idle);
            },
            options_.poll);
      }
      if (stage_.is_cut_short()) break;  // not told in time by nobody's fault
      auto note = [&](visibility_row& row, std::optional<base::instant> const& told) {
        told ? row.told.record(std::uint64_t(std::max<std::int64_t>(0, (*told - *done).count()))) : (void)++row.untold;
      };
      if (idles_) note(by_idle, told_idle);
      note(by_noop, told_noop);
      untold_ = told_noop || told_idle ? 0 : untold_ + 1;
      if (idles_) {
        idler().channel->send("DONE\r\n");
        stage_.wait(
            [&] {
              return std::ranges::any_of(idler().arrivals,
                                         [](auto const& a) { return a->what == scenario::arrival::kind::tagged; });
            },
            options_.limit);
      }
    }
    if (idles_) rows_.push_back(std::move(by_idle));
    rows_.push_back(std::move(by_noop));
  }

  arena const& arena_;
  visibility_options const& options_;
  scenario::stage& stage_;
  std::string box_;
  bool idles_ = false, flip_ = false;
  static constexpr std::size_t most_untold = 3;  ///< in a row: the next would be waited for as long, and in vain
  std::size_t untold_ = 0;
  std::vector<visibility_row> rows_;
};

}  // namespace

base::result<std::vector<visibility_row>> measure_visibility(arena const& a, visibility_options const& o) {
  net::loop l;
  check::judge nobody({}, nullptr, a.limits);
  scenario::stage st(l, a.where, a.where.accounts.front(), nobody, nobody, a.limits, a.trust, a.allowed);
  st.add("setup", protocol::imap);
  auto const box = scenario::prefix_for(a.where, a.offered) + "mailrig-seen";
  scenario::housekeeping house(st, a.where, box, a.offered.delimiter);
  if (auto const ready = house.prepare(a.where.ours || o.may_empty, {}); !ready) return ready.error();
  auto out = measuring(a, o, st, box).run();
  for (std::size_t i = 1; i < st.size(); ++i) st.at(i).channel.reset();
  st.begin_cleaning();
  if (auto const left = house.clean(); !left && out) return left.error();
  return out;
}

}  // namespace mailrig::stress
