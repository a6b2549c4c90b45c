// trace_shrink: see trace_shrink.hpp.
#include "stress/trace_shrink.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "check/judge.hpp"
#include "history/foremost.hpp"

namespace mailrig::stress {
namespace {

/// The same finding in a trace of which parts were left out: it is about the same octets.
using place = std::tuple<std::string, history::session_id, base::instant>;
place place_of(history::finding const& f) { return {f.rule, f.session, f.at}; }

class shrinking_trace {
 public:
  shrinking_trace(record::kept_trace const& from, history::catalogue const& requirements, base::instant until,
                  std::atomic<bool> const& interrupted)
      : all_(record::steps_of(from)),
        requirements_(requirements),
        until_(until),
        interrupted_(interrupted),
        kept_(all_.steps.size(), true) {}

  base::result<shrunk_trace> run(std::string const& rule) {
    auto const found = findings(kept_);
    for (auto const& f : found) whole_.insert(f.rule);
    if (auto const* first = history::foremost(found, rule))
      want(*first);
    else
      return base::fault{0, all_.trace.file.string(),
                         fmt::format("{}: the checkers do not find {} in it", all_.trace.file.string(),
                                     rule.empty() ? "anything" : rule)};
    connections();
    steps();
    shrunk_trace out{record::without_steps(all_, kept_), wanted_, std::size_t(std::ranges::count(kept_, true)),
                     kept_.size()};
    return out;
  }

 private:
  std::vector<history::finding> findings(std::vector<bool> const& kept) const {
    check::judge judge(base::registry<check::checker_kind>::all(), &requirements_);
    judge.lacks(all_.trace.gaps);
    auto const there = record::events_of(all_, kept);
    for (std::size_t e = 0; e < there.size(); ++e)
      if (there[e]) judge.take(record::event_of(all_.trace.events[e]));
    return judge.take_findings();
  }

  void want(history::finding const& f) {
    wanted_ = f;
    auto const* kind = base::registry<check::checker_kind>::find(f.rule.substr(0, f.rule.find('.')));
    of_effects_ = kind && kind->whole_store;
  }

  /// What is wanted is found, said in the same words, and no rule is broken that the whole trace does not break.
  bool shows(std::vector<bool> const& kept) const {
    bool here = false;
    for (auto const& f : findings(kept)) {
      here = here || (place_of(f) == place_of(wanted_) && f.text == wanted_.text);
      if (!whole_.contains(f.rule)) return false;
    }
    return here;
  }

  /// What is found may be what this did: of an effect that nobody can have caused, its cause must stay. The checkers do
  /// not miss it: to them it is one thing less that could have.
  bool may_be_cause(record::trace_step const& s) const {
    if (!of_effects_ || s.events.empty() || all_.trace.events[s.events.front()].at > wanted_.at) return false;
    return s.changes || (s.reads && wanted_.rule.starts_with("flag"));
  }

  /// Who came and went before the session in which it was found leaves what is there when that begins.
  bool may_be_cause(std::size_t connection) const {
    base::instant last{}, begun = base::instant::max();
    bool causes = false;
    for (auto const& s : all_.steps) {
      if (s.events.empty()) continue;
      auto const& e = all_.trace.events[s.events.front()];
      if (s.connection == connection) last = std::max(last, all_.trace.events[s.events.back()].at);
      if (s.connection == connection) causes = causes || may_be_cause(s);
      if (e.session == wanted_.session && s.what == record::trace_step::kind::beginning && e.at <= wanted_.at)
        begun = e.at;
    }
    return causes && last > begun;
  }

  bool spent() const { return interrupted_ || base::now() >= until_; }

  void try_without(std::vector<std::size_t> const& gone) {
    auto fewer = kept_;
    for (auto const s : gone) fewer[s] = false;
    if (fewer != kept_ && shows(fewer)) kept_ = std::move(fewer);
  }

  void connections() {
    std::size_t count = 0;
    for (auto const& s : all_.steps) count = std::max(count, s.connection + 1);
    for (auto c = count; c-- > 0 && !spent();) {
      std::vector<std::size_t> gone;
      for (std::size_t s = 0; s < all_.steps.size(); ++s)
        if (all_.steps[s].connection == c) gone.push_back(s);
      if (!may_be_cause(c)) try_without(gone);
    }
  }

  /// From the end, in chunks that are halved; connections stay.
  void steps() {
    std::vector<std::size_t> left;
    for (std::size_t s = 0; s < all_.steps.size(); ++s)
      if (kept_[s] && all_.steps[s].what != record::trace_step::kind::beginning && !may_be_cause(all_.steps[s]))
        left.push_back(s);
    for (auto size = std::max<std::size_t>(1, left.size() / 2); !spent(); size /= 2) {
      for (auto end = left.size(); end > 0 && !spent(); end -= std::min(end, size)) {
        auto const begin = end - std::min(end, size);
        try_without({left.begin() + std::ptrdiff_t(begin), left.begin() + std::ptrdiff_t(end)});
      }
      std::erase_if(left, [&](std::size_t s) { return !kept_[s]; });
      if (size <= 1) return;
    }
  }

  record::stepped_trace all_;
  history::catalogue const& requirements_;
  base::instant until_;
  std::atomic<bool> const& interrupted_;
  std::vector<bool> kept_;
  std::set<std::string> whole_;  ///< rules that it breaks
  history::finding wanted_;
  bool of_effects_ = false;  ///< its checker holds what came against what all sessions did
};

}  // namespace

base::result<shrunk_trace> shrink_trace(record::kept_trace const& from, std::string const& rule,
                                        history::catalogue const& requirements, base::instant until,
                                        std::atomic<bool> const& interrupted) {
  return shrinking_trace(from, requirements, until, interrupted).run(rule);
}

}  // namespace mailrig::stress
