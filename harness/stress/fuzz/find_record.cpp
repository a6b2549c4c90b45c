// find_record: see find_record.hpp.
#include "stress/fuzz/find_record.hpp"

#include <fmt/format.h>

#include "base/file.hpp"
#include "base/shell_word.hpp"
#include "base/text.hpp"
#include "scenario/script_text.hpp"
#include "stress/fuzz/settle.hpp"

namespace mailrig::stress {

using history::verdict;
using scenario::operation;

namespace {

constexpr std::size_t most_looks = 4;  ///< into findings of one rule; making one small takes seconds
constexpr std::chrono::seconds longest_look{40};

/// What a script does, without what differs from one to the other: the commands' names, and kinds of octets.
std::string outline(scenario::script const& s) {
  std::string out;
  for (auto const& o : s.operations) {
    if (o.what == operation::kind::act && o.action != "may-close" && o.action != "try-login") out += o.action + ";";
    for (auto const& line : o.lines) out += base::to_upper(line.substr(0, line.find(' '))) + ";";
  }
  return out;
}

std::string file_name(std::string_view rule, std::string_view shape) {
  std::string out;
  for (char c : rule.substr(0, 40)) {
    bool const plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.';
    out += plain ? c : '-';
  }
  return fmt::format("{}-{:08x}", out, std::uint32_t(base::fnv1a(shape)));
}

bool shows(history::scenario_result const& r, std::string const& wanted) {
  return std::ranges::any_of(r.findings, [&](auto const& f) { return identity(f) == wanted; });
}

}  // namespace

find_record::find_record(arena const& a, hunt_options const& o, std::atomic<bool> const& interrupted,
                         base::instant until)
    : arena_(a), options_(o), interrupted_(interrupted), until_(until) {}

arena::part find_record::part(std::uint64_t seed) const {
  arena::part p;
  p.seed = seed;
  p.may_empty = true;
  p.watch_end = true;
  return p;
}

bool find_record::shown_by_reference(scenario::script const& s, std::string const& wanted) const {
  if (!options_.reference) return false;
  auto p = part(1);
  p.watch_end = false;
  return shows(options_.reference->play(s, p), wanted);
}

void find_record::take(batch const& b, std::uint64_t seed, history::finding const& f, history::scenario_result const& r,
                       std::function<void(std::string const&)> const& tell) {
  auto const wanted = identity(f);
  auto const shape = shape_of(f);
  auto& looks = looked_into_[wanted];
  if (interrupted_ || looks >= most_looks || (!f.rule.starts_with("expect.") && known_.contains(shape)))
    return void(++again);
  if (shown_by_reference(b.script, wanted)) return void(++doubtful);
  ++looks;
  history::scenario_result out = r;
  out.title = fmt::format("{} (seed {})", b.script.title, seed);
  out.rerun = fmt::format("{} --seed {}", options_.command, options_.seed);
  out.findings = {f};
  shrink_options s;
  s.part = part(seed);
  s.interrupted = &interrupted_;
  s.most_time = longest_look;
  if (until_.count() > 0)
    s.most_time = std::clamp(std::chrono::duration_cast<std::chrono::seconds>(until_ - base::now()),
                             std::chrono::seconds(5), longest_look);
  s.tries = arena_.where.simulate ? 1 : 2;
  s.fresh = options_.fresh;
  s.may_accuse = [&](scenario::script const& smaller) {
    return awaits_what_is_due(smaller) && !shown_by_reference(smaller, wanted);
  };
  s.progress = [&](std::size_t plays, std::size_t left) {
    tell(fmt::format("making {} small: {} steps after {} plays", wanted.substr(0, 40), left, plays));
  };
  auto const small = options_.shrink ? shrink(arena_, b.script, wanted, s)
                                     : base::result<shrunk>(base::fault{0, {}, "it was not to be made smaller"});
  bool const fresh = known_.insert(shape).second;
  if (!small) {
    if (fresh) not_again(b, small.error().text, out), results.push_back(std::move(out));
    return;
  }
  if (!known_.insert(wanted + outline(small->script)).second) return void(++again);
  made_small(*small, wanted, out);
  results.push_back(std::move(out));
}

/// It was seen once, and who looks for it has the whole conversation.
void find_record::not_again(batch const& b, std::string const& why, history::scenario_result& r) {
  auto const name = file_name(r.findings[0].rule, shape_of(r.findings[0]));
  r.id += "/" + name;
  r.outcome = verdict::unknown;
  r.reason = fmt::format("seen once, and not made a small scenario: {}", why);
  write(name, ".scn", scenario::script_text(b.script, {r.reason}), r);
}

std::string find_record::write(std::string const& name, std::string const& ending, std::string_view octets,
                               history::scenario_result& r) const {
  auto const file = options_.out / (name + ending);
  auto const written = base::write_file(file, octets);
  r.notes.push_back(written ? "written: " + file.string() : written.error().text);
  return file.string();
}

void find_record::made_small(shrunk const& small, std::string const& wanted, history::scenario_result& r) {
  auto const name = file_name(r.findings[0].rule.starts_with("expect.") ? "expect" : r.findings[0].rule,
                              wanted + outline(small.script));
  r.id += "/" + name;
  auto const file = options_.out / (name + ".scn");
  r.notes.push_back(
      fmt::format("reproduced {} of {}{}", small.shown, small.asked, small.fresh ? "" : ", after others only"));
  if (options_.reference) r.notes.push_back("the embedded server passes the same scenario");
  auto const origin = fmt::format("Found by `{}`, and made small in {} plays.", r.rerun, small.plays);
  auto const play = fmt::format("mailrig check {} {}", base::shell_word(file.string()), options_.where);
  write(name, ".scn", shrunk_text(small, wanted, arena_.where.name, play, {origin}), r);
  for (auto const& f : small.result.findings)
    if (identity(f) == wanted) {
      write(name, ".octets", f.octets, r);
      break;
    }
  auto again = part(small.seed);
  again.trace = options_.out / (name + ".jsonl");
  (void)arena_.play(small.script, again);
  r.notes.push_back("written: " + again.trace.string());
  if (small.shown == 0) return void(r.outcome = verdict::unknown);
  r.sessions = small.result.sessions;
  r.findings = small.result.findings;
  std::erase_if(r.findings, [&](auto const& f) { return identity(f) != wanted; });
  r.transcript = small.result.transcript;
  r.outcome = scenario::grade(r);
}

}  // namespace mailrig::stress
