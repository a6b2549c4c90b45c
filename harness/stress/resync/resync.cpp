// resync: see resync.hpp.
#include "stress/resync/resync.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

#include "model/esearch.hpp"
#include "scenario/housekeeping.hpp"
#include "stress/resync/away.hpp"

namespace mailrig::stress {
namespace {

using history::protocol;
using scenario::player;

/// Octets of the connection that was made last.
class octets_of_last final : public history::event_sink {
 public:
  explicit octets_of_last(history::event_sink& on) : on_(on) {}
  void take(history::event const& e) override {
    if (e.kind == history::event_kind::opened) last_ = e.session;
    if (e.session == last_ && e.kind == history::event_kind::sent) sent += e.octets.size();
    if (e.session == last_ && e.kind == history::event_kind::received) received += e.octets.size();
    on_.take(e);
  }
  std::uint64_t sent = 0, received = 0;

 private:
  history::event_sink& on_;
  history::session_id last_ = 0;
};

/// A device that comes back with a copy and asks until it is in step.
class returning_device {
 public:
  returning_device(scenario::stage& s, player& p, std::string box) : stage_(s), who_(p), box_(std::move(box)) {}

  mailbox_copy copy;
  std::size_t commands = 0;

  base::result<void> come_back(std::string_view way) {
    commands = 0;
    if (way == "qresync") return by_qresync();
    return way == "condstore" ? by_condstore() : by_plain();
  }

 private:
  base::result<std::vector<scenario::arrival_ptr>> ask(std::string const& line) {
    ++commands;
    auto answer = stage_.command(who_, line);
    if (!answer) return base::fault{0, who_.name, fmt::format("{}: {}", line, answer.error().text)};
    for (auto const& a : *answer) copy.take(a->response);
    return answer;
  }
  base::result<void> asked(std::string const& line) {
    auto const answer = ask(line);
    return answer ? base::result<void>() : answer.error();
  }

  base::result<void> by_qresync() {
    if (auto const on = asked("ENABLE QRESYNC"); !on) return on;
    auto const since = fmt::format("({} {})", copy.uidvalidity, copy.modseq);
    if (auto const in = asked(fmt::format("SELECT {} (QRESYNC {})", box_, since)); !in) return in;
    if (copy.exists == copy.mail.size()) return {};
    return asked(fmt::format("UID FETCH {}:* (FLAGS)", copy.largest_uid() + 1));
  }

  base::result<void> by_condstore() {
    auto const since = copy.modseq;
    if (auto const in = asked(fmt::format("SELECT {} (CONDSTORE)", box_)); !in) return in;
    if (copy.modseq != since)
      if (auto const told = asked(fmt::format("UID FETCH 1:* (FLAGS) (CHANGEDSINCE {})", since)); !told) return told;
    if (copy.exists == copy.mail.size()) return {};
    auto const all = ask("UID SEARCH ALL");
    if (!all) return all.error();
    std::set<std::uint32_t> here;
    for (auto const& a : *all) {
      if (a->response.is("SEARCH"))
        for (auto v = a->response.args(); v; v = v.next()) here.insert(std::uint32_t(v.number().value_or(0)));
      if (!a->response.is("ESEARCH")) continue;
      auto const told = model::read_esearch(a->response);  // so says IMAP4rev2 where nothing else is spoken
      if (told.all) here.insert(told.all->begin(), told.all->end());
    }
    copy.keep(here);
    return {};
  }

  base::result<void> by_plain() {
    if (auto const in = asked("SELECT " + box_); !in) return in;
    copy.mail.clear();
    return copy.exists == 0 ? base::result<void>() : asked("UID FETCH 1:* (FLAGS)");
  }

  scenario::stage& stage_;
  player& who_;
  std::string box_;
};

class resync_scene {
 public:
  resync_scene(arena const& a, resync_options const& o, scenario::stage& s, octets_of_last& counted, std::string box)
      : arena_(a), options_(o), stage_(s), counted_(counted), box_(std::move(box)), quoted_('"' + box_ + '"') {}

  base::result<std::vector<resync_row>> run() {
    for (auto const* name : {"actor", "device"}) stage_.add(name, protocol::imap);
    if (auto const ready = prepare(); !ready) return ready.error();
    std::vector<resync_row> rows;
    for (auto const changes : growing_changes(std::min(options_.changes, options_.messages))) {
      if (auto const done = change(changes); !done) {
        if (stage_.is_cut_short()) break;
        return done.error();
      }
      mailbox_copy truth;
      auto const first = rows.size();
      for (auto const* way : ways_) {
        resync_row row{changes, way, 0, 0, 0, {}, {}, {}};
        mailbox_copy end;
        repeat(row, end);
        if (row.way == "plain") truth = end;
        ends_.push_back(std::move(end));
        rows.push_back(std::move(row));
        if (stage_.is_cut_short()) break;
      }
      compare(std::span(rows).subspan(first), truth);
      if (stage_.is_cut_short()) break;
    }
    return rows;
  }

 private:
  player& actor() { return stage_.at(1); }
  player& device() { return stage_.at(2); }
  bool can(std::string_view capability) const {
    return std::ranges::find(arena_.offered.imap, capability) != arena_.offered.imap.end();
  }
  static scenario::message letter() {
    return {"letter", "Subject: while it was away\r\nX-Mailrig-Made: 1\r\n\r\nnews\r\n", {}};
  }

  /// The mailbox, and what a device knows of it that has looked at all.
  base::result<void> prepare() {
    if (auto const in = stage_.log_in(actor(), session::login_goal::authenticated); !in) return in;
    if (auto const made = stage_.command(actor(), "CREATE " + quoted_); !made) return made.error();
    std::vector<scenario::message> const mail(options_.messages, letter());
    if (auto const put = stage_.append(actor(), box_, mail); !put) return put;
    bool const conditional = can("CONDSTORE") || can("QRESYNC");
    returning_device first(stage_, actor(), quoted_ + (conditional ? " (CONDSTORE)" : ""));
    if (auto const in = first.come_back("plain"); !in) return in;
    known_ = std::move(first.copy);
    if (known_.mail.size() != options_.messages)
      return base::fault{0, "setup",
                         fmt::format("{} messages were put in, {} are there", options_.messages, known_.mail.size())};
    if (known_.modseq != 0 && can("QRESYNC") && can("ENABLE")) ways_.push_back("qresync");
    if (known_.modseq != 0 && conditional) ways_.push_back("condstore");
    ways_.push_back("plain");
    return {};
  }

  base::result<void> stored(std::vector<std::uint32_t> const& uids, std::string_view item) {
    constexpr std::size_t at_once = 400;  // command lines have their limits
    for (std::size_t from = 0; from < uids.size(); from += at_once) {
      auto const some = std::span(uids).subspan(from, std::min(at_once, uids.size() - from));
      auto const line = fmt::format("UID STORE {} {}", fmt::join(some, ","), item);
      if (auto const done = stage_.command(actor(), line); !done) return done.error();
    }
    return {};
  }

  /// What happens while the devices are away.
  base::result<void> change(std::size_t n) {
    auto const c = plan_changes(known_, n, random_);
    if (auto const done = stored(c.flagged, "+FLAGS.SILENT (\\Flagged)"); !done) return done;
    if (auto const done = stored(c.unflagged, "-FLAGS.SILENT (\\Flagged)"); !done) return done;
    if (auto const done = stored(c.gone, "+FLAGS.SILENT (\\Deleted)"); !done) return done;
    if (!c.gone.empty())
      if (auto const done = stage_.command(actor(), "EXPUNGE"); !done) return done.error();
    std::vector<scenario::message> const mail(c.come, letter());
    return stage_.append(actor(), box_, mail);
  }

  /// One way, from the same copy each time.
  void repeat(resync_row& row, mailbox_copy& end) {
    for (std::size_t n = 0; n < options_.samples && !stage_.is_cut_short(); ++n) {
      if (options_.progress) options_.progress(fmt::format("{} changes, {}", row.changes, row.way), n);
      device().tags = 0;
      auto const in = stage_.log_in(device(), session::login_goal::authenticated);
      returning_device back(stage_, device(), quoted_);
      back.copy = known_;
      auto const sent = counted_.sent, received = counted_.received;
      auto const began = stage_.loop().now();
      auto const done = in ? back.come_back(row.way) : in;
      auto const took = stage_.loop().now() - began;
      if (device().channel) device().channel->close();
      if (!done) {
        if (!stage_.is_cut_short()) row.refused = done.error().text;
        return;
      }
      row.time.record(std::uint64_t(std::max<std::int64_t>(0, took.count())));
      if (n > 0) continue;
      row.commands = back.commands;
      row.sent = counted_.sent - sent;
      row.received = counted_.received - received;
      end = std::move(back.copy);
    }
  }

  /// With what a look at all has found; that is what the devices know the next time.
  void compare(std::span<resync_row> rows, mailbox_copy const& truth) {
    auto const ends = std::exchange(ends_, {});
    bool const whole = rows.size() == ways_.size() && rows.back().time.count() > 0;
    if (!whole) return;
    for (std::size_t i = 0; i < rows.size(); ++i)
      if (rows[i].time.count() > 0) rows[i].differs = first_difference(ends[i], truth);
    auto modseq = truth.modseq;
    for (auto const& end : ends) modseq = std::max(modseq, end.modseq);
    known_ = truth;
    known_.modseq = modseq;
  }

  arena const& arena_;
  resync_options const& options_;
  scenario::stage& stage_;
  octets_of_last& counted_;
  std::string box_, quoted_;
  std::vector<char const*> ways_;  ///< "plain" is the last
  mailbox_copy known_;             ///< by the devices, when they left
  std::vector<mailbox_copy> ends_;
  base::rng random_{1};
};

}  // namespace

std::vector<std::size_t> growing_changes(std::size_t most) {
  std::vector<std::size_t> out{0};
  for (std::size_t n = 10; n < most; n *= 10) out.push_back(n);
  if (most > 0) out.push_back(most);
  return out;
}

base::result<std::vector<resync_row>> measure_resync(arena const& a, resync_options const& o) {
  if (!a.where.imap) return base::fault{0, a.where.name, "it has no IMAP"};
  net::loop l;
  check::judge nobody({}, nullptr, a.limits);
  octets_of_last counted(nobody);
  scenario::stage st(l, a.where, a.where.accounts.front(), nobody, counted, a.limits, a.trust, a.allowed);
  st.add("setup", protocol::imap);
  auto const box = scenario::prefix_for(a.where, a.offered) + "mailrig-resync";
  scenario::housekeeping house(st, a.where, box, a.offered.delimiter);
  if (auto const ready = house.prepare(a.where.ours || o.may_empty, {}); !ready) return ready.error();
  auto out = resync_scene(a, o, st, counted, box).run();
  for (std::size_t i = 1; i < st.size(); ++i) st.at(i).channel.reset();
  st.begin_cleaning();
  if (auto const left = house.clean(); !left && out) return left.error();
  return out;
}

}  // namespace mailrig::stress
