// shrink: see shrink.hpp.
#include "stress/shrink.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "scenario/script_text.hpp"
#include "stress/plainer.hpp"

namespace mailrig::stress {

using scenario::operation;
using scenario::script;

std::string identity(history::finding const& f) {
  if (!f.rule.starts_with("expect.")) return f.rule;
  // Numbers, and the names that have some, are another play's own.
  std::string out;
  for (char c : fmt::format("expect: {} / {}", fmt::join(f.expected, " or "), f.text)) {
    bool const digit = c >= '0' && c <= '9';
    if (!digit || out.empty() || out.back() != '#') out += digit ? '#' : c;
  }
  return out;
}

history::finding const* foremost(history::scenario_result const& r) {
  history::finding const* best = nullptr;
  for (auto const& f : r.findings)
    if (!best || f.outcome > best->outcome || (f.outcome == best->outcome && f.at < best->at)) best = &f;
  return best;
}

namespace {

/// Operations that go together: what a session says or does, and the answers that it waits for.
std::vector<std::vector<std::size_t>> units_of(script const& s) {
  std::vector<std::vector<std::size_t>> out;
  std::map<std::size_t, std::size_t> open;  // session -> its unit
  for (std::size_t i = 0; i < s.operations.size(); ++i) {
    auto const& o = s.operations[i];
    if (o.what == operation::kind::expect && open.contains(o.session)) {
      out[open[o.session]].push_back(i);
      continue;
    }
    out.push_back({i});
    if (o.what == operation::kind::send || o.what == operation::kind::act) open[o.session] = out.size() - 1;
  }
  return out;
}

/// Without sessions that do nothing.
script tidy(script s) {
  std::set<std::size_t> used;
  for (auto const& o : s.operations)
    if (o.what == operation::kind::concurrently)
      for (auto const& b : o.branches)
        for (auto const& inner : b) used.insert(inner.session);
    else
      used.insert(o.session);
  if (used.empty()) return s;
  std::vector<std::size_t> now(s.sessions.size());
  std::vector<scenario::session_declaration> kept;
  for (std::size_t i = 0; i < s.sessions.size(); ++i) {
    now[i] = kept.size();
    if (used.contains(i)) kept.push_back(s.sessions[i]);
  }
  s.sessions = std::move(kept);
  auto move = [&](operation& o) { o.session = now[o.session]; };
  std::size_t line = 0;
  for (auto& o : s.operations) {
    move(o);
    o.line = ++line;
    for (auto& b : o.branches)
      for (auto& inner : b) move(inner);
  }
  return s;
}

class shrinking {
 public:
  shrinking(arena const& a, std::string const& wanted, shrink_options const& o)
      : arena_(a), wanted_(wanted), options_(o), until_(base::now() + o.most_time) {}

  base::result<shrunk> run(script s) {
    best_ = std::move(s);
    if (!fails(best_))
      return base::fault{0, "minimize", fmt::format("the script does not show {} when it is played", wanted_)};
    for (std::size_t before = 0; before != best_.operations.size() && !spent();) {
      before = best_.operations.size();
      sessions();
      operations();
    }
    mail();
    arguments();
    operations();
    mail();
    answers();
    shrunk out;
    out.script = best_;
    out.result = std::move(shown_);
    out.plays = plays_;
    prove(out);
    return out;
  }

 private:
  bool interrupted() const { return options_.interrupted && *options_.interrupted; }
  bool spent() const { return plays_ >= options_.most_plays || base::now() >= until_ || interrupted(); }

  /// Plays it as it will be played again: with the seed that everybody has, else with its own; on a server that has
  /// seen nothing else, else where it was found.
  void prove(shrunk& out) const {
    auto const seeds =
        options_.part.seed == 1 ? std::vector<std::uint64_t>{1} : std::vector<std::uint64_t>{1, options_.part.seed};
    for (bool const fresh : {true, false}) {
      if (!fresh && !options_.fresh) return;
      for (auto const seed : seeds) {
        out.fresh = fresh;
        out.seed = seed;
        for (out.shown = out.asked = 0; out.asked < 5 && !(interrupted() && out.asked); ++out.asked) {
          auto part = options_.part;
          part.seed = seed;
          auto const r = fresh && options_.fresh ? options_.fresh(best_, seed) : arena_.play(best_, part);
          if (shows(r)) ++out.shown, out.result = r;
        }
        if (out.shown) return;
      }
    }
  }

  bool shows(history::scenario_result const& r) const {
    return std::ranges::any_of(r.findings, [&](auto const& f) { return identity(f) == wanted_; });
  }

  bool fails(script const& s) {
    for (std::size_t i = 0; i < options_.tries && !spent(); ++i) {
      ++plays_;
      if (options_.progress) options_.progress(plays_, best_.operations.size());
      auto r = arena_.play(s, options_.part);
      if (!shows(r)) continue;
      shown_ = std::move(r);
      return true;
    }
    return false;
  }

  bool better(script s) {
    s = tidy(std::move(s));
    if (s.operations.empty() || spent() || !fails(s)) return false;
    best_ = std::move(s);
    return true;
  }

  script without(std::set<std::size_t> const& gone) const {
    auto out = best_;
    out.operations.clear();
    for (std::size_t i = 0; i < best_.operations.size(); ++i)
      if (!gone.contains(i)) out.operations.push_back(best_.operations[i]);
    return out;
  }

  void sessions() {
    for (std::size_t n = best_.sessions.size(); n-- > 0 && best_.sessions.size() > 1 && !spent();) {
      std::set<std::size_t> gone;
      for (std::size_t i = 0; i < best_.operations.size(); ++i)
        if (best_.operations[i].session == n) gone.insert(i);
      if (!gone.empty()) better(without(gone));
    }
  }

  /// Chunks of units, halved when none can go; from the end, since what follows the finding is of no use.
  void operations() {
    auto units = units_of(best_);
    for (auto size = std::max<std::size_t>(1, units.size() / 2); !spent();) {
      bool any = false;
      for (auto end = units.size(); end > 0 && !spent();) {
        auto const begin = end > size ? end - size : 0;
        std::set<std::size_t> gone;
        for (auto u = begin; u < end; ++u) gone.insert(units[u].begin(), units[u].end());
        if (gone.size() < best_.operations.size() && better(without(gone))) {
          any = true;
          units = units_of(best_);
          end = std::min(begin, units.size());
        } else {
          end = begin;
        }
      }
      if (size == 1 && !any) return;
      if (!any || size > units.size()) size = std::max<std::size_t>(1, std::min(size / 2, units.size()));
    }
  }

  void mail() {
    for (std::size_t m = best_.mail.size(); m-- > 0 && !spent();) {
      auto s = best_;
      s.mail.erase(s.mail.begin() + std::ptrdiff_t(m));
      if (better(s)) continue;
      for (std::size_t copies = 1; copies < best_.mail[m].copies && !spent(); ++copies) {
        s = best_;
        s.mail[m].copies = copies;
        if (better(s)) break;
      }
    }
  }

  void arguments() {
    for (std::size_t i = 0; i < best_.operations.size() && !spent(); ++i)
      for (std::size_t l = 0; l < best_.operations[i].lines.size(); ++l)
        while (plainer_line(i, l)) continue;
  }

  bool plainer_line(std::size_t i, std::size_t l) {
    for (auto const& simpler : plainer(best_.operations[i].lines[l])) {
      if (spent()) return false;
      auto s = best_;
      s.operations[i].lines[l] = simpler;
      if (better(s)) return true;
    }
    return false;
  }

  /// "OK" where any answer would have done: a correct server gives it, so the script says what is right. Where only the
  /// verdict of a checker counts, lines that need no answer wait for none.
  void answers() {
    for (std::size_t i = 0; i < best_.operations.size() && !spent(); ++i) {
      auto& e = best_.operations[i].expectations;
      if (e.size() != 1 || e[0].alternatives.size() < 2) continue;
      auto s = best_;
      auto& one = s.operations[i].expectations[0];
      one.alternatives.resize(1);
      one.text = one.alternatives[0].text();
      better(s);
    }
  }

  arena const& arena_;
  std::string const& wanted_;
  shrink_options const& options_;
  base::instant until_;
  script best_;
  history::scenario_result shown_;
  std::size_t plays_ = 0;
};

}  // namespace

base::result<shrunk> shrink(arena const& a, script s, std::string const& wanted, shrink_options const& o) {
  return shrinking(a, wanted, o).run(std::move(s));
}

std::string shrunk_text(shrunk const& s, std::string const& wanted, std::string const& target, std::string const& play,
                        std::vector<std::string> const& origin) {
  auto out = s.script;
  std::vector<std::string> remarks{fmt::format("Shows {} on {}, in {} of {} plays{}.", wanted, target, s.shown, s.asked,
                                               s.fresh ? " on a server that had seen nothing else" : "")};
  for (auto const& f : s.result.findings)
    if (identity(f) == wanted) {
      remarks.push_back(f.text);
      if (!f.requirement.empty()) out.proves = {f.requirement};
      break;
    }
  if (s.shown == 0)
    remarks.push_back("It needs what the plays before it left on the server: alone it does not show.");
  else if (!s.fresh)
    remarks.push_back(
        "It needs what earlier plays left on the server: one that had seen nothing else did not show it.");
  auto const& ops = out.operations;
  auto const drawn = [](operation const& o) {
    return o.what == operation::kind::concurrently || o.action == "explore";
  };
  if (s.seed != 1 && std::ranges::any_of(ops, drawn))
    remarks.push_back("It needs its seed: what is drawn at random decides.");
  remarks.push_back("Play it: " + play + (s.seed == 1 ? "" : fmt::format(" --seed {}", s.seed)));
  remarks.insert(remarks.end(), origin.begin(), origin.end());
  if (out.proves.empty())  // a file without any cannot be read
    out.proves = {out.uses(history::protocol::imap) ? "RFC3501-2.2.2-03" : "RFC1939-3-02"};
  return scenario::script_text(out, remarks);
}

}  // namespace mailrig::stress
