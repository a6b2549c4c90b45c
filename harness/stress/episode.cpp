// episode: see episode.hpp.
#include "stress/episode.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mailrig::stress {

using history::protocol;
using scenario::operation;

episode::episode(workload const& w, episode_options const& o)
    : workload_(w), random_(o.seed), rounds_(o.rounds ? o.rounds : w.rounds), patient_(o.patient) {
  script_.id = "stress/" + w.name;
  script_.title = w.title;
  script_.proves = w.proves;
  script_.needs = w.needs;
  script_.mail = w.mail;
  auto const count = o.devices ? o.devices : w.devices;
  std::map<std::string, unsigned> taken;
  for (std::size_t i = 0; i < count; ++i) {
    auto const& h = w.habits[i % w.habits.size()];
    device d;
    d.name = h.names[i / w.habits.size() % h.names.size()];
    if (auto const n = ++taken[d.name]; n > 1) d.name += std::to_string(n);
    d.proto = h.proto;
    d.does = &h;
    if (h.state == scenario::start_state::selected || h.state == scenario::start_state::examined) d.box = "INBOX";
    d.read_only = h.state == scenario::start_state::examined;
    devices_.push_back(std::move(d));
    script_.sessions.push_back({devices_.back().name, h.proto, h.state});
  }
  device auditor;
  auditor.name = "auditor";
  devices_.push_back(auditor);
  script_.sessions.push_back({"auditor", protocol::imap, scenario::start_state::authenticated});
  for (std::size_t i = 0; i < devices_.size(); ++i) devices_[i].session = i;
}

scenario::script episode::opening() const {
  auto out = script_;
  out.operations.clear();
  return out;
}

turn_writer episode::writer(scenario::stage& s, device& d) {
  auto const& p = s.at(d.session + 1);
  return {random_, d, s.is_open(p) ? s.conversation(p) : nullptr, notes_};
}

/// A connection may have ended since this was written: nothing can be said there, and nothing more will come.
bool episode::possible(scenario::stage& s, operation const& o) const {
  if (o.what == operation::kind::pause || o.action == "server") return true;
  auto const& p = s.at(o.session + 1);
  if (o.what == operation::kind::expect) return s.is_open(p) || !p.arrivals.empty();
  return s.is_open(p) || o.action == "login" || o.action == "try-login";
}

std::optional<operation> episode::next(scenario::stage& s) {
  for (;;) {
    auto o = draw(s);
    if (o && !possible(s, *o)) continue;
    if (!o) return o;
    o->line = script_.operations.size() + 1;
    if (o->what == operation::kind::send) commands_ += o->lines.size();
    script_.operations.push_back(*o);
    return o;
  }
}

void episode::finish() {
  rounds_ = std::min(rounds_, round_);
  if (stage_ == stage::round) stage_ = stage::calm;
}

std::optional<operation> episode::draw(scenario::stage& s) {
  // One thing after another: what is written next depends on how the last ended.
  while (ahead_.empty() && stage_ != stage::over) {
    switch (stage_) {
      case stage::prologue:
        prologue(s);
        stage_ = stage::round;
        break;
      case stage::round:
        round(s);
        if (++round_ % workload_.audit == 0 || round_ >= rounds_) stage_ = stage::calm;
        break;
      case stage::calm:
        calm(s);
        stage_ = stage::audit;
        break;
      case stage::audit:
        audit(s);
        stage_ = stage::poll;
        break;
      case stage::poll:
        poll(s);
        stage_ = round_ >= rounds_ ? stage::farewell : stage::round;
        break;
      case stage::farewell:
        farewell(s);
        stage_ = stage::over;
        break;
      case stage::over: break;
    }
  }
  if (ahead_.empty()) return std::nullopt;
  auto o = std::move(ahead_.front());
  ahead_.pop_front();
  return o;
}

void episode::prologue(scenario::stage& s) {
  for (auto const& d : devices_) {
    auto const* c = s.conversation(s.at(d.session + 1));
    if (d.proto != protocol::imap || d.box != "INBOX" || !c) continue;
    for (std::size_t n = 1; n <= c->imap().view.size(); ++n)
      if (auto const uid = c->imap().view.at(n).uid) notes_.uids.emplace(uid, fmt::format("$uid{}", n));
    break;
  }
  auto w = writer(s, devices_.back());
  for (auto const& suffix : workload_.boxes) {
    auto const box = "${box}" + suffix;
    w.command("CREATE " + box);
    w.command("EXAMINE " + box);  // that it is empty: what is there later has come by somebody's doing
    notes_.boxes.insert(box);
  }
  for (auto& o : w.lines) ahead_.push_back(std::move(o));
}

void episode::round(scenario::stage& s) {
  auto const most = std::min(workload_.together, devices_.size() - 1);
  auto const count = 1 + random_.below(most);
  std::vector<std::size_t> who(devices_.size() - 1);
  for (std::size_t i = 0; i < who.size(); ++i) who[i] = i;
  for (std::size_t i = 0; i < count; ++i) std::swap(who[i], who[i + random_.below(who.size() - i)]);
  std::vector<std::vector<operation>> turns;
  for (std::size_t i = 0; i < count; ++i) take_turn(s, devices_[who[i]], turns.emplace_back());
  interleave(std::move(turns));
}

/// Whoever lost its connection, or holds back, gets on with it first. True when that was the turn.
bool episode::come_back(turn_writer& w) {
  auto& d = w.who;
  if (!w.told || (d.proto == protocol::imap && w.imap().bye)) {
    d.box.clear();
    d.idling = d.stalled = d.held = false;
    if (d.proto == protocol::pop3) return false;
    if (w.told) w.act("drop");
    w.act("login");
    w.command(d.does && d.does->state == scenario::start_state::examined ? "EXAMINE INBOX" : "SELECT INBOX");
    d.box = "INBOX";
    d.read_only = d.does && d.does->state == scenario::start_state::examined;
    return true;
  }
  if (d.idling && !w.imap().runs("IDLE")) d.idling = false;
  if (d.idling) {
    if (w.chance(60)) return true;
    d.idling = false;
    w.command("DONE");
    return true;
  }
  if (d.stalled) {
    if (w.chance(50)) return true;
    d.stalled = false;
    w.act("resume");
    w.expect_any();
    return true;
  }
  return false;
}

void episode::take_turn(scenario::stage& s, device& d, std::vector<operation>& to) {
  auto w = writer(s, d);
  if (d.proto == protocol::imap && w.told && w.imap().state != model::imap_state::selected) d.box.clear();
  if (!come_back(w)) {
    using where = turn_kind::where;
    auto const here = !w.told ? where::closed
                      : d.proto == protocol::pop3
                          ? (w.told->pop3().state == model::pop3_state::transaction ? where::logged_in : where::closed)
                      : !w.selected() ? where::logged_in
                      : d.read_only   ? where::selected
                                      : where::writable;
    for (int tries = 0; tries < 12 && w.lines.empty(); ++tries) {
      auto left = random_.below(d.does->weight);
      auto at = d.does->turns.begin();
      while (left >= at->second) left -= (at++)->second;
      auto const* kind = base::registry<turn_kind>::find(at->first);
      bool const fits =
          kind->needs == where::closed ? here == where::closed : here != where::closed && kind->needs <= here;
      if (fits) (void)kind->write(w);
    }
    if (w.lines.empty() && d.proto == protocol::imap && d.box.empty()) {
      w.command("SELECT INBOX");
      d.box = "INBOX";
      d.read_only = false;
    }
  }
  to = std::move(w.lines);
}

void episode::interleave(std::vector<std::vector<operation>> turns) {
  std::vector<std::size_t> at(turns.size());
  for (;;) {
    std::vector<std::size_t> waiting, ready;
    for (std::size_t i = 0; i < turns.size(); ++i)
      if (at[i] < turns[i].size()) (turns[i][at[i]].what == operation::kind::expect ? waiting : ready).push_back(i);
    auto const& from = ready.empty() ? waiting : ready;
    if (from.empty()) return;
    auto const i = from[random_.below(from.size())];
    // Nothing is sent while the server stands still: who waits for "+" would wait for ever.
    bool const stands = turns[i][at[i]].action == "server";
    do ahead_.push_back(std::move(turns[i][at[i]++]));
    while (stands && at[i] < turns[i].size());
  }
}

/// Nobody waits for an answer any more.
void episode::calm(scenario::stage& s) {
  std::vector<std::vector<operation>> turns;
  for (auto& d : devices_) {
    if (&d == &devices_.back()) break;
    auto w = writer(s, d);
    if (!w.told || d.proto != protocol::imap) continue;
    if (d.stalled) w.act("resume"), w.expect_any();
    if (d.idling && !w.imap().runs("IDLE")) d.idling = false;
    if (d.idling && random_.below(2)) w.command("DONE"), d.idling = false;
    d.stalled = false;
    turns.push_back(std::move(w.lines));
  }
  interleave(std::move(turns));
}

/// All is quiet: the auditor looks at every mailbox afresh.
void episode::audit(scenario::stage& s) {
  auto w = writer(s, devices_.back());
  if (!w.told || w.imap().bye) {
    if (w.told) w.act("drop");
    w.act("login");
  }
  if (!notes_.boxes.empty()) w.command("LIST \"\" \"$box*\"");
  auto boxes = notes_.boxes;
  boxes.insert("INBOX");
  for (auto const& box : boxes) {
    w.command(fmt::format("STATUS {} (MESSAGES UIDNEXT UIDVALIDITY UNSEEN)", box));
    w.command("EXAMINE " + box);
    w.command(random_.below(4) == 0 ? "UID FETCH 1:* (FLAGS RFC822.SIZE INTERNALDATE BODY.PEEK[])"
                                    : "UID FETCH 1:* (FLAGS RFC822.SIZE INTERNALDATE)");
  }
  w.command("CLOSE");  // of a mailbox that is selected STATUS need not tell what is new
  for (auto& o : w.lines) ahead_.push_back(std::move(o));
}

/// POP3 devices leave, and one looks once more at what is left, when no lock can be held any longer.
void episode::farewell(scenario::stage& s) {
  device* last = nullptr;
  for (auto& d : devices_) {
    if (d.proto != protocol::pop3) continue;
    last = &d;
    auto w = writer(s, d);
    if (!w.told) continue;
    w.command("QUIT");
    w.expect("closed");
    for (auto& o : w.lines) ahead_.push_back(std::move(o));
  }
  if (!last) return;
  auto w = writer(s, *last);
  using namespace std::chrono_literals;
  for (int i = 0; patient_ && i < 3; ++i) w.pause(30s);
  w.act("try-login");
  w.command("UIDL");
  for (auto& o : w.lines) ahead_.push_back(std::move(o));
}

/// Everyone must see now what the auditor saw.
void episode::poll(scenario::stage& s) {
  for (auto& d : devices_) {
    if (&d == &devices_.back() || d.idling || d.proto != protocol::imap) continue;
    auto w = writer(s, d);
    if (!w.told || w.imap().bye) continue;
    w.command("NOOP");
    for (auto& o : w.lines) ahead_.push_back(std::move(o));
  }
}

}  // namespace mailrig::stress
