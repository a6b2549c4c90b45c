// shrink: see shrink.hpp.
#include "stress/shrink.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "model/fetch_request.hpp"
#include "scenario/beginning.hpp"
#include "scenario/needs.hpp"
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

class shrinking {
 public:
  shrinking(arena const& a, std::string const& wanted, shrink_options const& o)
      : arena_(a), wanted_(wanted), options_(o), until_(base::now() + o.most_time) {}

  base::result<shrunk> run(script s) {
    best_ = std::move(s);
    if (!fails(best_, true))
      return base::fault{0, "minimize", fmt::format("the script does not show {} when it is played", wanted_)};
    needed_ = scenario::needs_of(best_);
    passes_ = options_.correct && is_right(best_);
    for (std::size_t before = 0; before != best_.operations.size() && !spent();) {
      before = best_.operations.size();
      beginnings();
      sessions();
      operations();
    }
    deposits();
    mail();
    lines();
    arguments();
    octets();
    operations();
    beginnings();
    mail();
    expectations();
    answers();
    shrunk out;
    out.script = best_;
    out.result = std::move(shown_);
    out.plays = plays_;
    out.passes = passes_;
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
          if (base::now() >= until_ + std::chrono::seconds(5)) return;
          auto part = bounded();
          part.seed = seed;
          auto const r = fresh && options_.fresh ? options_.fresh(best_, seed) : arena_.play(best_, part);
          if (shows(r)) ++out.shown, out.result = r;
        }
        if (out.shown) return;
      }
    }
  }

  /// A play ends with the time that there is for all; simulated ones cost none.
  arena::part bounded() const {
    auto part = options_.part;
    part.until = arena_.where.simulate ? base::instant{} : until_ + std::chrono::seconds(5);
    return part;
  }

  bool shows(history::scenario_result const& r) const {
    return std::ranges::any_of(r.findings, [&](auto const& f) { return identity(f) == wanted_; });
  }

  /// A script that waits for what only its missing lines would have brought fails on every server: what it was to show
  /// would stand beside a finding that is its own making.
  bool accuses_more(history::scenario_result const& r) const {
    return std::ranges::any_of(r.findings, [&](auto const& f) {
      return of_the_script(f) && identity(f) != wanted_ && !told_.contains(identity(f));
    });
  }

  static bool of_the_script(history::finding const& f) {
    return f.rule.starts_with("expect.") || f.rule.starts_with("action.");
  }

  bool fails(script const& s, bool whole = false) {
    for (std::size_t i = 0; i < options_.tries && !spent(); ++i) {
      ++plays_;
      if (options_.progress) options_.progress(plays_, best_.operations.size());
      auto r = arena_.play(s, bounded());
      if (!shows(r)) continue;
      if (whole)
        for (auto const& f : r.findings) told_.insert(identity(f));
      if (accuses_more(r)) return false;
      if (passes_ && !is_right(s)) return false;
      shown_ = std::move(r);
      return true;
    }
    return false;
  }

  /// Nothing is found on a server that is right, and the script is played to its end there.
  bool is_right(script const& s) const {
    auto const r = options_.correct(s, 1);
    return r.outcome == history::verdict::pass || r.outcome == history::verdict::info;
  }

  bool better(script s) {
    s = scenario::without_unused_messages(scenario::without_idle_sessions(std::move(s)));
    auto const left = scenario::needs_of(s);
    auto const in = [](auto const& list, std::string const& n) { return std::ranges::find(list, n) != list.end(); };
    std::erase_if(s.needs, [&](std::string const& n) { return in(needed_, n) && !in(left, n); });
    if (s.operations.empty() || spent() || (options_.may_accuse && !options_.may_accuse(s)) || !fails(s)) return false;
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

  /// Sessions begin where their first lines would bring them.
  void beginnings() {
    for (std::size_t n = 0; n < best_.sessions.size() && !spent(); ++n)
      for (auto s = best_; scenario::begin_later(s, n) && better(s); s = best_)
        if (n >= best_.sessions.size()) break;
  }

  /// Messages that are put into INBOX lie there from the beginning.
  void deposits() {
    for (std::size_t i = 0; i < best_.operations.size() && !spent();)
      if (auto s = best_; !scenario::lie_there(s, i) || !better(s)) ++i;
  }

  /// Single lines of those that leave together, each with its answer.
  void lines() {
    for (std::size_t i = 0; i < best_.operations.size() && !spent(); ++i)
      for (auto l = best_.operations[i].lines.size(); l-- > 0 && best_.operations[i].lines.size() > 1 && !spent();) {
        auto s = best_;
        s.operations[i].lines.erase(s.operations[i].lines.begin() + std::ptrdiff_t(l));
        auto answer = i + 1;
        for (std::size_t before = 0; answer < s.operations.size(); ++answer) {
          auto const& o = s.operations[answer];
          if (o.session == s.operations[i].session && o.completion() && before++ == l) break;
        }
        if (answer < s.operations.size()) s.operations.erase(s.operations.begin() + std::ptrdiff_t(answer));
        better(s);
      }
  }

  /// What is waited for besides the status, and waits for nothing else.
  void expectations() {
    for (auto i = best_.operations.size(); i-- > 0 && !spent();) {
      if (i >= best_.operations.size()) continue;
      auto const& all = best_.operations[i].expectations;
      if (!all.empty() && !best_.operations[i].completion()) {
        better(without({i}));
        continue;
      }
      for (auto e = all.size(); e-- > 0 && !spent();) {
        auto const& o = best_.operations[i];
        if (e >= o.expectations.size() || &o.expectations[e] == o.completion()) continue;
        auto s = best_;
        auto& left = s.operations[i].expectations;
        left.erase(left.begin() + std::ptrdiff_t(e));
        better(s);
      }
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
      for (std::size_t copies = 1; copies < best_.mail[m].copies && !spent();
           copies += std::max<std::size_t>(1, copies / 2)) {
        s = best_;
        s.mail[m].copies = copies;
        if (better(s)) break;
      }
      plainer_mail(m);
    }
    auto s = best_;
    auto& all = s.mail;
    for (std::size_t m = all.size(); m-- > 1;)
      if (all[m].name == all[m - 1].name && all[m].flags == all[m - 1].flags && all[m].date == all[m - 1].date) {
        all[m - 1].copies += all[m].copies;
        all.erase(all.begin() + std::ptrdiff_t(m));
      }
    if (all.size() < best_.mail.size()) better(s);
  }

  void plainer_mail(std::size_t m) {
    auto s = best_;
    s.mail[m].name = "plain";
    if (best_.mail[m].name != "plain") better(s);
    s = best_;
    s.mail[m].flags.clear();
    if (!best_.mail[m].flags.empty()) better(s);
    s = best_;
    s.mail[m].date.clear();
    if (!best_.mail[m].date.empty() && !asks_for_dates()) better(s);
  }

  /// Whether mail without a date was put there in one second or in two differs from play to play.
  bool asks_for_dates() const {
    return std::ranges::any_of(best_.operations,
                               [](auto const& o) { return std::ranges::any_of(o.lines, &asks_for_a_date); });
  }

  static bool asks_for_a_date(std::string const& line) {
    auto const upper = base::to_upper(line);
    if (upper.find("SORT ") != upper.npos && upper.find("ARRIVAL") != upper.npos) return true;
    auto const at = upper.find("FETCH ");
    if (at == upper.npos) return false;
    auto const items = model::requested_items(wire::imap::read_command("x " + upper.substr(at) + "\r\n"));
    return std::ranges::find(items, "INTERNALDATE", &model::requested_item::label) != items.end();
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

  /// Ever smaller chunks of what is sent as it stands: their ends, then their middles.
  void octets() {
    for (std::size_t i = 0; i < best_.operations.size() && !spent(); ++i) {
      if (best_.operations[i].action != "raw") continue;
      for (auto const& simpler : plainer_octets(best_.operations[i].argument)) {
        auto s = best_;
        s.operations[i].argument = simpler;
        if (spent() || !better(s)) continue;
        --i;  // once more, of what is left
        break;
      }
    }
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
  std::set<std::string> told_;  ///< what the whole script shows
  std::size_t plays_ = 0;
  std::vector<std::string> needed_;  ///< by the lines of the whole script
  bool passes_ = false;              ///< where the server is right
};

}  // namespace

base::result<shrunk> shrink(arena const& a, script s, std::string const& wanted, shrink_options const& o) {
  return shrinking(a, wanted, o).run(std::move(s));
}

std::string shrunk_text(shrunk const& s, std::string const& wanted, std::string const& target, std::string const& play,
                        std::vector<std::string> const& origin) {
  auto out = s.script;
  std::vector<std::string> remarks{fmt::format("Shows {} on {}, in {} of {} plays{}{}.", wanted, target, s.shown,
                                               s.asked, s.fresh ? " on a server that had seen nothing else" : "",
                                               s.passes ? "; passes on the embedded server" : "")};
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
