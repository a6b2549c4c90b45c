// hunt: see hunt.hpp.
#include "stress/fuzz/hunt.hpp"

#include <fmt/format.h>

#include "base/run_end.hpp"
#include "stress/fuzz/drawing.hpp"
#include "stress/fuzz/find_record.hpp"

namespace mailrig::stress {

using history::protocol;
using history::verdict;

namespace {

constexpr std::size_t most_unwell = 5;  ///< plays, one after another, that could not be prepared

class hunter {
 public:
  hunter(arena const& a, corpus& kept, hunt_options const& o, std::function<void(hunt_progress const&)> const& progress,
         std::atomic<bool> const& interrupted)
      : arena_(a),
        kept_(kept),
        options_(o),
        progress_(progress),
        interrupted_(interrupted),
        until_(o.duration.count() > 0 ? base::now() + o.duration : base::instant{}),
        words_(o.proto, imap() ? a.offered.imap : with_optional(a.offered.pop3), a.offered.delimiter),
        round_(words_),
        found_(a, o, interrupted, until_) {}

  base::result<history::run_record> run() {
    record_.target = arena_.where.name;
    record_.target_version = arena_.where.version;
    record_.started = scenario::utc_now();
    auto const began = base::now();
    auto const memory = options_.memory ? options_.memory() : 0;
    auto const run = begin();
    if (!run) return run.error();
    record_.seed = seed_;
    remember();
    while (!over()) {
      play(draw(words_, round_, kept_, seed_, ++number_), true);
      if (lost_) return *lost_;
      if (auto const written = kept_.write({seed_, number_}); !written) return written.error();
    }
    record_.results = std::move(found_.results);
    summary(base::now() - began, memory);
    record_.took = base::now() - began;
    return std::move(record_);
  }

 private:
  bool imap() const { return options_.proto == protocol::imap; }

  /// CAPA is an extension itself; what it does not name may be there all the same (RFC 1939 has TOP and UIDL).
  static std::vector<std::string> with_optional(std::vector<std::string> offered) {
    if (!offered.empty()) offered.emplace_back("CAPA");
    for (auto const* more : {"TOP", "UIDL"}) offered.emplace_back(more);
    return offered;
  }

  base::result<void> begin() {
    seed_ = options_.seed;
    if (!options_.resume) return {};
    auto const last = kept_.last_run();
    if (!last) return last.error();
    if (*last) seed_ = (*last)->seed, number_ = (*last)->plays;
    return {};
  }

  bool over() const {
    return interrupted_ || !gave_up_.empty() || (until_.count() > 0 && base::now() >= until_) ||
           (options_.inputs > 0 && so_far_.inputs >= options_.inputs) ||
           (options_.findings > 0 && found_.results.size() >= options_.findings);
  }

  /// What earlier runs kept is known before anything is drawn.
  void remember() {
    std::vector<input> some;
    auto const size = kept_.size();
    for (std::size_t i = 0; i < size && !over(); ++i) {
      some.push_back(kept_.at(i));
      if (some.size() < inputs_of_a_play && i + 1 < size) continue;
      play(std::exchange(some, {}), false);
    }
  }

  void play(std::vector<input> inputs, bool drawn) {
    auto const b = join(std::move(inputs), {bool(arena_.where.imap), bool(arena_.where.simulate)});
    watcher seen(arena_.limits);
    arena::part p;
    p.seed = seed_;
    p.may_empty = true;
    p.watch_end = true;
    p.listener = &seen;
    bool cut = false;
    p.cut_short = &cut;
    if (until_.count() > 0 && !arena_.where.simulate) p.until = until_ + std::chrono::seconds(5);
    auto const r = arena_.play(b.script, p);
    so_far_.plays += 1;
    so_far_.inputs += drawn ? b.inputs.size() : 0;
    so_far_.commands += seen.commands();
    learn(b, r, seen, drawn);
    judge(b, r, seen);
    look_at_another(b);
    well(r, cut);
    so_far_.sights = sights_.size();
    so_far_.kept = kept_.size();
    tell({});
  }

  void learn(batch const& b, history::scenario_result const& r, watcher& seen, bool drawn) {
    std::vector<std::size_t> fresh(b.inputs.size());
    for (auto const& [id, sights] : seen.seen()) {
      auto const name = id < r.sessions.size() ? r.sessions[id] : std::string();
      auto const n = sights_.add(sights);
      if (auto const owner = b.owner(name)) fresh[*owner] += n;
    }
    for (std::size_t i = 0; drawn && i < fresh.size(); ++i)
      if (fresh[i] > 0 && kept_.size() < most_kept)
        if (auto const added = kept_.add(b.inputs[i], fresh[i]); !added) lost_ = added.error();
  }

  void judge(batch const& b, history::scenario_result const& r, watcher& seen) {
    bool const regular = std::ranges::none_of(b.inputs, &input::odd);
    for (auto const& f : r.findings) {
      if (f.outcome < verdict::warn || f.outcome == verdict::unknown || follows(f, r)) continue;
      auto const name = f.session < r.sessions.size() ? r.sessions[f.session] : std::string();
      auto const owner = b.owner(name);
      // Who is told that no more comes may go, and without a word.
      if (f.rule == "state.no-bye" && owner && b.inputs[*owner].half_closes()) continue;
      if (comes_in_later(f, name)) continue;
      bool const plain = (regular || !owner) && holds_of_plain_words(f);
      if (!plain && !holds_whatever_was_said(f, seen, owner ? octets_of(b.inputs[*owner]) : std::string())) continue;
      found_.take(b, seed_, f, r, [&](std::string const& doing) { tell(doing); });
      so_far_.findings = found_.results.size();
    }
  }

  static bool of_script(history::finding const& f) {
    return f.rule.starts_with("expect.") || f.rule.starts_with("action.");
  }

  /// A session that was closed is not served: that it was closed says it better.
  static bool follows(history::finding const& f, history::scenario_result const& r) {
    auto const closed = [](auto const& other) { return other.rule == "state.no-bye"; };
    return of_script(f) && std::ranges::any_of(r.findings, closed);
  }

  static bool says_unserved(history::finding const& f) {
    return of_script(f) || f.rule == "state.no-bye" || f.rule == "server.ended";
  }

  /// What a server says wrongly to everybody, it says to who is served, too.
  static bool is_served(history::scenario_result const& r) {
    return r.outcome == verdict::pass || (!r.findings.empty() && std::ranges::none_of(r.findings, says_unserved));
  }

  /// How long a maildrop stays locked behind a connection that broke off, and that had asked for much, a server says
  /// for itself: who may come in a little later is served.
  bool comes_in_later(history::finding const& f, std::string_view session) const {
    if (options_.proto != protocol::pop3 || arena_.where.simulate || session != "after" || !of_script(f)) return false;
    arena::part p;
    p.may_empty = true;
    return is_served(arena_.play(visit(options_.proto, true), p));
  }

  /// Another user of the same server. A simulated one has nobody else.
  void look_at_another(batch const& b) {
    if (arena_.where.simulate || arena_.where.accounts.size() < 2 || interrupted_) return;
    auto const s = visit(options_.proto);
    arena::part p;
    p.account = 1;
    p.may_empty = true;
    auto r = arena_.play(s, p);
    if (is_served(r) || interrupted_) return;
    r = arena_.play(s, p);
    if (is_served(r) || interrupted_) return;
    history::finding f;
    f.rule = "fuzz.stranger";
    f.requirement = s.proves.front();
    f.text = fmt::format("another user is not served any more: {}", why_not(r));
    f.expected = {"a server that serves others as before"};
    found_.take(b, seed_, f, r, [&](std::string const& doing) { tell(doing); });
  }

  static std::string why_not(history::scenario_result const& r) {
    auto const of_it = std::ranges::find_if(r.findings, says_unserved);
    return of_it == r.findings.end() ? r.reason : of_it->text;
  }

  void well(history::scenario_result const& r, bool cut) {
    bool const unwell = !r.reason.empty() && r.findings.empty() && !cut;
    unwell_ = unwell ? unwell_ + 1 : 0;
    if (unwell_ >= most_unwell) gave_up_ = fmt::format("{} plays in a row came to nothing: {}", unwell_, r.reason);
  }

  void summary(base::duration took, std::uint64_t memory_before) {
    history::scenario_result r;
    r.id = imap() ? "fuzz/imap" : "fuzz/pop3";
    r.title = fmt::format("{} inputs, {} commands in {} plays; {} kinds of answers seen, {} inputs kept",
                          so_far_.inputs, so_far_.commands, so_far_.plays, sights_.size(), kept_.size());
    r.took = took;
    r.proves = {imap() ? "RFC3501-2.2.2-03" : "RFC1939-5-01"};
    if (found_.again > 0) r.notes.push_back(fmt::format("{} findings of kinds that are told once", found_.again));
    if (found_.doubtful > 0)
      r.notes.push_back(
          fmt::format("{} findings that the embedded server would show too: not held against it", found_.doubtful));
    if (memory_before > 0)
      r.notes.push_back(fmt::format("the server's processes had {:.1f} MB of memory before, and {:.1f} MB afterwards",
                                    double(memory_before) / 1e6, double(options_.memory()) / 1e6));
    r.outcome = so_far_.inputs > 0 ? verdict::pass : verdict::skip;
    if (so_far_.inputs == 0) r.reason = "nothing was played";
    if (!gave_up_.empty()) r.outcome = verdict::unknown, r.reason = gave_up_;
    if (interrupted_) r.outcome = verdict::unknown, r.reason = base::end_words();
    record_.results.insert(record_.results.begin(), std::move(r));
  }

  void tell(std::string const& doing) {
    so_far_.doing = doing;
    if (progress_) progress_(so_far_);
  }

  static constexpr std::size_t most_kept = 5000;

  arena const& arena_;
  corpus& kept_;
  hunt_options const& options_;
  std::function<void(hunt_progress const&)> const& progress_;
  std::atomic<bool> const& interrupted_;
  base::instant until_;
  grammar words_;
  argument_round round_;
  find_record found_;
  coverage sights_;
  std::uint64_t seed_ = 1, number_ = 0;
  history::run_record record_;
  hunt_progress so_far_;
  std::size_t unwell_ = 0;
  std::string gave_up_;
  std::optional<base::fault> lost_;  ///< what could not be written
};

}  // namespace

base::result<history::run_record> hunt(arena const& a, corpus& from, hunt_options const& o,
                                       std::function<void(hunt_progress const&)> const& progress,
                                       std::atomic<bool> const& interrupted) {
  return hunter(a, from, o, progress, interrupted).run();
}

}  // namespace mailrig::stress
