// runner: see runner.hpp.
#include "scenario/runner.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/secrets.hpp"
#include "base/text.hpp"
#include "check/by_account.hpp"
#include "history/secret_free.hpp"
#include "history/trace.hpp"
#include "net/connection.hpp"
#include "scenario/after_attack.hpp"
#include "scenario/given_names.hpp"
#include "scenario/housekeeping.hpp"
#include "scenario/obstacle.hpp"
#include "scenario/refusal.hpp"
#include "scenario/run_finding.hpp"
#include "scenario/script_play.hpp"
#include "scenario/second_account.hpp"
#include "scenario/transcript.hpp"

namespace mailrig::scenario {

using history::protocol;
using history::verdict;

namespace {

std::map<std::string, std::string, std::less<>> brought_along(script const& s) {
  std::map<std::string, std::string, std::less<>> out;
  for (auto const& m : s.messages) out.emplace(m.name, m.octets);
  return out;
}

/// The mail that a script declares, each message as often as it says.
base::result<std::vector<message>> declared_mail(script const& s, mailroom const& room) {
  constexpr std::size_t most = 512u << 20;
  std::vector<message> out;
  std::size_t octets = 0;
  for (auto const& d : s.mail) {
    auto m = room.read(d.name);
    if (!m) return m.error();
    m->flags = d.flags;
    m->date = d.date;
    if (octets += m->octets.size() * std::min<std::size_t>(d.copies, most); octets > most)
      return base::fault{0, "mail",
                         fmt::format("the mail comes to more than {} MB with {} x {} ({} octets each)", most >> 20,
                                     d.name, d.copies, m->octets.size())};
    for (std::size_t i = 1; i <= d.copies; ++i) out.push_back(d.copies > 1 ? numbered_copy(*m, i) : *m);
  }
  return out;
}

/// What a server may send and we hold: bounded by what there is to send.
void bound(base::limits& limits, session::allowance& allowed, std::vector<message> const& mail) {
  std::size_t all = 0, largest = 0;
  for (auto const& m : mail) all += m.octets.size() + 64, largest = std::max(largest, m.octets.size());
  auto const at_most = [](std::size_t& limit, std::size_t octets) { limit = std::min(limit, octets); };
  at_most(limits.literal_octets, (8u << 20) + 2 * largest);
  at_most(limits.response_octets, (12u << 20) + 3 * largest);
  at_most(limits.mailbox_messages, (1u << 20) + mail.size());
  at_most(allowed.held_octets, (20u << 20) + 24 * all);
  at_most(allowed.answer_octets, (20u << 20) + 24 * all);
  at_most(allowed.session_octets, (40u << 20) + 64 * all);
  at_most(allowed.answer_lines, (1u << 18) + 8 * all);
}

/// What a maildrop is asked for. LIST first: there is a server that adds a field to each message when it is asked for
/// unique ids.
constexpr char const* looks[] = {"LIST", "UIDL", "STAT"};

/// What the scenario's POP3 sessions left is seen by one more, so that it can be judged.
void look_again(stage& st) {
  auto& p = st.add("afterwards", protocol::pop3);
  if (!st.log_in(p, session::login_goal::authenticated)) return;  // they may hold the lock still
  for (auto const* look : looks)
    if (st.is_open(p)) (void)st.pop3_command(p, look);
  p.channel.reset();
}

/// A server may end any session (RFC 3501 §7.1.5): what this one had begun, the next begins anew.
base::result<void> prepared(housekeeping& house, stage& st, bool may_empty, std::vector<message> const& mail) {
  auto ready = house.prepare(may_empty, mail);
  for (int more = 3; !ready && more > 0 && st.was_dismissed(st.at(0)); --more)
    ready = house.prepare(may_empty || house.found_empty(), mail);
  return ready;
}

base::fault of_second(base::fault const& f) {
  return {f.offset, f.rule, fmt::format("the second user's account: {}", f.text)};
}

bool speaks_of_recent(std::vector<operation> const& operations) {
  auto const names = [](std::string_view text) {
    return std::ranges::any_of(base::words(base::to_upper(text)), [](std::string_view w) {
      while (w.starts_with('(') || w.starts_with('\\')) w.remove_prefix(1);
      while (w.ends_with(')')) w.remove_suffix(1);
      return w == "RECENT" || w == "NEW" || w == "OLD";
    });
  };
  return std::ranges::any_of(operations, [&](operation const& o) {
    return std::ranges::any_of(o.lines, names) || std::ranges::any_of(o.branches, speaks_of_recent) ||
           std::ranges::any_of(o.expectations, [&](expectation const& e) { return names(e.text); });
  });
}

/// A loop that was late for so long may have missed what a server would not wait for.
constexpr base::duration blamed_on_us = std::chrono::seconds(1);

/// One run: prepares the account, plays the script, cleans up, and gathers what was found on the way.
class scenario_run {
 public:
  scenario_run(script const& s, mailroom const& room, runner_options const& o)
      : script_(s), room_(room.with(brought_along(s))), options_(o) {
    result_.id = s.id;
    result_.title = s.title;
    result_.file = s.file;
    result_.proves = s.proves;
  }

  history::scenario_result run(net::loop& l, target const& t, session::credentials const& account) {
    auto mail = declared_mail(script_, room_);
    if (!mail) return error(fmt::format("{}: {}", script_.file, mail.error().text));
    auto limits = options_.limits;
    auto allowed = options_.allowed;
    bound(limits, allowed, *mail);
    auto const checkers = checkers_of_it();
    check::judge judge(checkers, options_.requirements, limits), others(checkers, options_.requirements, limits);
    check::by_account judges(
        [&](std::string_view user) { return options_.second && user == options_.second->who.user ? &others : &judge; });
    transcript words;
    session::event_fan fan, kept;
    std::optional<history::trace_writer> trace;
    if (!options_.trace.empty()) {
      auto opened = history::trace_writer::open(
          options_.trace, {{"scenario", script_.id}, {"target", t.name}, {"seed", std::to_string(options_.seed)}},
          options_.trace_budget);
      if (!opened) return error(opened.error().text);
      trace.emplace(std::move(*opened));
      kept.add(*trace);
    }
    kept.add(words);
    history::secret_free clean(kept, [&](history::session_id id, base::instant at) {
      if (trace) trace->lacks(check::written({{id, at, check::lack::content}}));
    });
    fan.add(clean);
    if (options_.listener) fan.add(*options_.listener);
    fan.add(judges);
    bool played = false;
    {
      stage st(l, t, account, judge, fan, limits, *options_.trust, allowed);
      st.judge_others(others);
      st.add("setup", t.imap ? protocol::imap : protocol::pop3);
      if (options_.second) second_.emplace(l, t, options_);
      housekeeping house(st, t, options_.box, options_.delimiter);
      auto ready = prepared(house, st, options_.may_empty, *mail);
      if (ready) ready = second_ready();
      if (options_.found_empty && house.found_empty()) *options_.found_empty = true;
      played = bool(ready);
      if (played)
        play(st, house, *mail);
      else
        unprepared(ready.error(), st, house, judge, words);
      result_.sessions = st.names();
      late_ = st.stood_still();
    }
    result_.notes = check::notes_of(judge, result_.sessions);
    std::ranges::copy(check::notes_of(others, result_.sessions), std::back_inserter(result_.notes));
    if (played) conclude(judge, others);
    if (late_ >= blamed_on_us) excuse();
    hide_secrets();
    if (options_.stood_still) *options_.stood_still = late_;
    if (options_.cut_short) *options_.cut_short = cut_short_;
    if (trace && !trace->good())
      lost(fmt::format("the trace {} could not be written: is its disk full?", options_.trace.string()));
    if (played && result_.outcome != verdict::pass) keep_transcript(std::move(words.lines));
    result_.took = base::now() - began_;
    return std::move(result_);
  }

 private:
  /// What is malformed on purpose means nothing, and a server that reads something into it breaks no rule.
  std::vector<check::checker_kind const*> checkers_of_it() const {
    bool const alone = std::ranges::find(script_.tags, "unjudged") != script_.tags.end();
    return alone ? std::vector<check::checker_kind const*>() : options_.checkers;
  }

  base::result<void> second_ready() {
    auto const ready = second_ ? second_->prepare() : base::result<void>();
    return ready ? ready : of_second(ready.error());
  }

  history::scenario_result error(std::string const& why) {
    result_.outcome = verdict::error;
    result_.reason = why;
    return result_;
  }

  /// Where it says what the server said.
  void hide_secrets() {
    auto const& secrets = base::known_secrets();
    if (secrets.empty()) return;
    result_.reason = secrets.hide(result_.reason, base::reading::wire);
    for (auto& note : result_.notes) note = secrets.hide(note, base::reading::wire);
  }

  /// What is found stays found.
  void lost(std::string const& what) {
    if (result_.outcome == verdict::fail)
      result_.notes.push_back(what);
    else
      error(what);
  }

  void unprepared(base::fault const& f, stage& st, housekeeping& house, check::judge& judge, transcript& words) {
    result_.transcript = std::move(words.lines);
    if (options_.refused && !st.gave_up() && (f.rule == "setup" || f.rule == "keywords")) *options_.refused = true;
    note_silence(st);
    result_.findings = judge.take_findings();
    if (auto broken = obstacle::against(f, options_.requirements)) result_.findings.push_back(std::move(*broken));
    result_.reason = f.rule == "occupied" ? f.text : "could not be prepared: " + f.text;
    cut_short_ = !st.cut_short().empty();
    if (cut_short_) result_.reason = "could not be prepared: " + st.cut_short();
    if (cut_short_ && *options_.allowed.interrupted) {
      result_.reason = st.cut_short() + " before it was played";
      result_.transcript.clear();
    }
    // What the server did wrong on the way stands by itself, whatever it refused.
    bool const ours = f.rule == "occupied" || (result_.findings.empty() && !cut_short_ && !reached(st.at(0)));
    result_.outcome = ours ? verdict::error : grade(result_);
    // RFC 3501 §7.1, PERMANENTFLAGS: clients may be unable to make new keywords, and APPEND may say so.
    if (f.rule == "keywords" && result_.findings.empty()) result_.outcome = verdict::skip;
    // What came in before it failed is the rig's own; a mailbox that was not ours to empty is left alone.
    st.begin_cleaning();
    if (options_.may_empty && f.rule != "occupied" && !house.clean() && options_.unclean) *options_.unclean = true;
  }

  void play(stage& st, housekeeping& house, std::vector<message> const& mail) {
    st.cut(script_.cut);
    script_play p(st, script_, room_, options_, result_);
    p.known().mail = mail;
    p.known().names = given_names(st.account(), options_.box, options_.delimiter);
    if (options_.second) p.known().names.merge(names_of_second(st.account(), options_.second->who));
    lost_flags_ = house.lost_flags();
    bool const recent_gone = !lost_flags_.empty() && speaks_of_recent(script_.operations);
    if (options_.playing) options_.playing(true);
    auto const stopped =
        recent_gone ? inconclusive("APPEND left out flags, and the STORE that set them has taken \\Recent away")
                    : p.run();
    if (options_.playing) options_.playing(false);
    result_.traits.insert(p.traits().begin(), p.traits().end());
    if (stopped) take(*stopped);
    if (stopped && (stopped->what == stop::why::unprepared || stopped->what == stop::why::cut)) note_silence(st);
    for (std::size_t i = 1; i < st.size(); ++i) st.at(i).channel.reset();
    net::connection::close_left_behind(st.loop());
    if (!stopped && script_.uses(protocol::pop3)) look_again(st);
    if (script_.is_attack() && (!stopped || stopped->what == stop::why::finding || stopped->what == stop::why::over))
      see_to_the_others(st);
    st.begin_cleaning();
    clean(st, house);
  }

  void see_to_the_others(stage& st) {
    for (auto const& u : unserved_after_attack(st, second_ ? &*second_ : nullptr, script_))
      result_.findings.push_back(not_served(u, options_.requirements));
  }

  void note_silence(stage const& st) {
    bool const late = st.gave_up() || !st.cut_short().empty();
    if (options_.silent && late && !*options_.allowed.interrupted) *options_.silent = true;
  }

  void take(stop const& s) {
    result_.reason = s.what == stop::why::unprepared ? "could not be prepared: " + s.reason : s.reason;
    if (s.what == stop::why::error) result_.outcome = verdict::error;
    cut_short_ = s.what == stop::why::cut;
    declined_ =
        !s.reason.empty() && (s.what == stop::why::over || (s.what == stop::why::unprepared && was_declined(s.reason)));
  }

  void clean(stage& st, housekeeping& house) {
    auto const of_other = second_ ? second_->clean() : base::result<void>();
    if (!of_other && options_.unclean) *options_.unclean = true;
    left_behind_ = house.clean();
    if (left_behind_) return;
    if (options_.refused) *options_.refused = true;
    if (options_.unclean) *options_.unclean = true;
    // Both were answered OK, and the mail lies there still, in an account that this run alone uses.
    if (left_behind_.error().rule == "kept" && house.agreed_to_empty())
      result_.findings.push_back(still_there(left_behind_.error().text, st.at(0).proto, options_.requirements));
  }

  /// What a script that was played comes to.
  void conclude(check::judge& judge, check::judge& others) {
    // The session that prepared the account is not what the scenario is about; what it shows, others show too.
    for (auto* one : {&judge, &others})
      for (auto& f : one->take_findings())
        if (f.session != 0) result_.findings.push_back(std::move(f));
    result_.findings_dropped = judge.dropped() + others.dropped();
    // A server that misbehaved may well not be cleaned; of one that did not, we know nothing to say.
    if (declined_ && !result_.findings.empty()) {
      declined_ = false;
      result_.reason.clear();
    }
    if (!left_behind_ && result_.findings.empty() && (declined_ || result_.reason.empty())) {
      declined_ = false;
      result_.reason = "the account could not be cleaned afterwards: " + left_behind_.error().text;
    }
    if (result_.outcome == verdict::error) return;
    result_.outcome = declined_ ? verdict::skip : grade(result_);
    if (lost_flags_.empty() || result_.outcome == verdict::skip) return;
    result_.findings.push_back(flags_left_out(lost_flags_, options_.requirements));
    result_.outcome = history::worse(result_.outcome, result_.findings.back().outcome);
  }

  /// A server may have closed, or given up on us, for what our own loop left undone meanwhile.
  void excuse() {
    if (result_.outcome < verdict::unknown) return;
    for (auto const& f : result_.findings)
      result_.notes.push_back(fmt::format("not held against the server: {}: {}", f.rule, f.text));
    result_.findings.clear();
    error(
        fmt::format("the rig itself stood still for {:.1f} s (it was stopped, or starved of processor); what failed "
                    "may be its fault: play it again",
                    double(late_.count()) / 1e9));
  }

  void keep_transcript(std::vector<history::transcript_line> lines) {
    result_.transcript = std::move(lines);
    // How the account was prepared is of interest only where that failed.
    bool const setup_matters =
        !result_.reason.empty() || std::ranges::any_of(result_.findings, [](auto const& f) { return f.session == 0; });
    if (!setup_matters) std::erase_if(result_.transcript, [](auto const& line) { return line.session == 0; });
  }

  script const& script_;
  mailroom room_;  ///< with what the script brings along
  runner_options const& options_;
  base::instant began_ = base::now();
  history::scenario_result result_;
  std::optional<second_account> second_;
  base::result<void> left_behind_;  ///< what the account could not be rid of
  std::string lost_flags_;          ///< flags that APPEND was given and did not keep
  base::duration late_{};           ///< our own loop
  bool cut_short_ = false;
  bool declined_ = false;  ///< the server would not do what the scenario needs, which is its right
};

}  // namespace

history::verdict grade(history::scenario_result const& r) {
  bool const by_itself =
      std::ranges::any_of(r.findings, [](auto const& f) { return f.because.empty() && f.outcome >= verdict::warn; });
  auto out = r.reason.empty() ? verdict::pass : verdict::unknown;
  for (auto const& f : r.findings)
    if (f.because.empty() || !by_itself) out = history::worse(out, f.outcome);
  return out;
}

history::scenario_result run(net::loop& l, target const& where, session::credentials const& account, script const& s,
                             mailroom const& mail, runner_options const& options) {
  target t = where;
  auto const simulated = where.simulate ? where.simulate(l, t.power) : nullptr;
  if (simulated) {  // its server is new, and so is its time
    t.pace = std::make_shared<session::login_pace>();
    t.silences = std::make_shared<silent_commands>();
  }
  return scenario_run(s, mail, options).run(l, t, account);
}

}  // namespace mailrig::scenario
