// cost: see cost.hpp.
#include "stress/cost/cost.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "scenario/bystander.hpp"
#include "scenario/housekeeping.hpp"
#include "stress/cost/take.hpp"

namespace mailrig::stress {
namespace {

using history::protocol;

constexpr double least_seconds = 0.02, least_octets = 16e6;

std::string readable(double octets) { return fmt::format("{:.1f} MB", octets / 1e6); }
std::string in_milliseconds(double seconds) { return fmt::format("{:.1f} ms", seconds * 1000); }

/// One input against one server.
class costing {
 public:
  costing(arena const& a, growing_input const& i, cost_options const& o) : arena_(a), input_(i), options_(o) {
    row_.input = i.name;
    row_.title = i.title;
    row_.known = i.known;
    row_.by_cpu = bool(o.spent);
  }

  base::result<cost_row> run() {
    row_.skipped = why_not();
    if (!row_.skipped.empty()) return std::move(row_);
    if (auto const set = begin_anew(); !set) return set.error();
    auto const until = scene_->loop().now() + options_.all;
    sizes_ = sizes_of(input_);
    for (std::size_t round = 0; round < options_.takes && scene_->loop().now() < until; ++round)
      if (!all_sizes(round, until)) break;
    judge();
    if (!scene_) return std::move(row_);
    see_to_the_others();
    if (auto const left = scene_->clean(); !left && row_.ended.empty())
      row_.ended = "cleaning up: " + left.error().text;
    return std::move(row_);
  }

 private:
  std::string why_not() const {
    auto const& t = arena_.where;
    bool const pop3 = input_.proto == protocol::pop3;
    if (pop3 ? !t.pop3 : !t.imap) return fmt::format("the target has no {}", history::name_of(input_.proto));
    if (pop3 && !t.imap && input_.copies != "1") return "without IMAP no mail can be put there";
    if (t.accounts.size() < 2) return "the target has one account only, and another user's session is to be watched";
    auto const& offered = pop3 ? arena_.offered.pop3 : arena_.offered.imap;
    for (auto const& n : input_.needs)
      if (!scenario::is_offered(offered, n)) return "the server does not offer " + n;
    return {};
  }

  base::result<void> begin_anew() {
    scene_.reset();
    auto made = std::make_unique<attack_scene>(arena_, input_, options_);
    if (auto const ready = made->prepare(); !ready) return ready;
    scene_ = std::move(made);
    return {};
  }

  /// False when there is no more to be learnt.
  bool all_sizes(std::size_t round, base::instant until) {
    for (std::size_t k = 0; k < sizes_.size(); ++k) {
      if (round > 0 && scene_->loop().now() > until) return false;
      if (scene_->is_cut_short()) return false;
      if (options_.progress) options_.progress(input_.name, sizes_[k]);
      auto const t = scene_->take(sizes_[k], round);
      if (!t) return stop_at(k, t.error().text), k > 0;
      if (row_.answer.empty()) row_.answer = t->answer;
      if (t->answer != row_.answer && t->answer != "silence")
        return stop_at(k, fmt::format("{} is answered by {}", sizes_[k], t->answer)), k > 0;
      note(k, *t);
      bool const silent = t->answer == "silence";
      if (silent && !start_again(k)) return false;
      if (silent || t->seconds > std::chrono::duration<double>(options_.dear).count())
        stop_after(k, silent ? fmt::format("{} is not answered in {} s", sizes_[k],
                                           arena_.limits.step / std::chrono::seconds(1))
                             : fmt::format("{} costs {}", sizes_[k], in_milliseconds(t->seconds)));
    }
    return true;
  }

  /// A server that answers no more is none for the others; one of ours is started again.
  bool start_again(std::size_t k) {
    if (!arena_.where.power.kill) {
      stop_after(k, fmt::format("{} is not answered, and the server is not ours to start again", sizes_[k]));
      return false;
    }
    scene_.reset();
    arena_.where.power.kill();
    if (begin_anew()) return true;
    row_.ended = "after it the server could not be used any more";
    return false;
  }

  void stop_at(std::size_t k, std::string why) {
    if (k < row_.seconds.size()) {
      row_.seconds.resize(k), row_.octets.resize(std::min(k, row_.octets.size())), row_.waits.resize(k);
    }
    sizes_.resize(k);
    row_.ended = std::move(why);
  }
  void stop_after(std::size_t k, std::string why) {
    if (k + 1 == sizes_.size() && !row_.ended.empty()) return;
    sizes_.resize(k + 1);
    row_.ended = std::move(why);
  }

  void note(std::size_t k, cost_take const& t) {
    auto const add = [&](std::vector<cost_at>& to, double cost) {
      while (to.size() <= k) to.push_back({double(sizes_[to.size()]), {}, t.answer == "silence"});
      to[k].takes.push_back(cost);
      to[k].given_up = to[k].given_up && t.answer == "silence";
    };
    add(row_.seconds, t.seconds);
    add(row_.waits, t.waited);
    if (t.octets && t.answer != "silence") add(row_.octets, *t.octets);
  }

  void judge() {
    auto const rule = [](growth_rule r, double least) { return r.least = least, r; };
    row_.time = judge_growth(row_.seconds, rule(input_.time, least_seconds));
    row_.memory_seen = !row_.octets.empty();
    if (row_.memory_seen) row_.memory = judge_growth(row_.octets, rule(input_.memory, least_octets));
    tell("cost.time", row_.time, input_.time, row_.seconds, row_.by_cpu ? "processor time" : "time", in_milliseconds);
    if (row_.memory_seen)
      tell("cost.memory", row_.memory, input_.memory, row_.octets, input_.kept ? "memory that is kept" : "memory",
           readable);
    for (auto const& w : row_.waits)
      if (hold_up(w)) break;
  }

  /// Another user waited too long, each time that this size was asked.
  bool hold_up(cost_at const& size) {
    if (size.takes.size() < 2) return false;
    auto const least = std::ranges::min(size.takes);
    bool const late = least > std::chrono::duration<double>(input_.victim).count();
    if (late)
      row_.findings.push_back(
          {"cost.victim",
           fmt::format("another user waits {:.1f} s at least for the answer to NOOP while size {} is "
                       "asked, in each of {} takes; {:.1f} s may be",
                       least, size.size, size.takes.size(), std::chrono::duration<double>(input_.victim).count())});
    return late;
  }

  void tell(char const* rule, growth const& g, growth_rule const& fair, std::vector<cost_at> const& of,
            std::string_view what, std::string (*said)(double)) {
    if (g.is != growth::judgement::superlinear) return;
    auto const cost = [&](cost_at const& c) {
      return said(fair.most_of ? std::ranges::max(c.takes) : std::ranges::min(c.takes));
    };
    auto text =
        fmt::format("{} grows with exponent {:.2f} ({:.2f} to {:.2f}) from size {} to {}; {:g} is fair. It is {} at {}",
                    what, g.exponent, g.low, g.high, g.from, g.to, fair.fair, cost(of.front()), of.front().size);
    if (of.size() > 2) text += fmt::format(", {} at {}", cost(of[of.size() - 2]), of[of.size() - 2].size);
    text += fmt::format(", {}{} at {}", of.back().given_up ? "more than " : "", cost(of.back()), of.back().size);
    row_.findings.push_back({rule, g.why.empty() ? text : text + ": " + g.why});
  }

  /// Whoever has no part in it is served as before.
  void see_to_the_others() {
    auto const hold = [&](base::result<void> const& served, char const* rule, char const* whose) {
      if (!served && !scene_->is_cut_short())
        row_.findings.push_back({rule, fmt::format("afterwards, {}: {}", whose, served.error().text)});
    };
    auto& own = scene_->own();
    auto& other = scene_->other();
    hold(scenario::still_answers(own, own.at(0)), "attacked.session", "of the same user");
    hold(scenario::lets_in(own, input_.proto), "attacked.server", "of the same user");
    hold(scenario::still_answers(other, other.at(0)), "attacked.user", "of another user");
    hold(scenario::lets_in(other, input_.proto), "attacked.user", "of another user");
    bool const hurt = std::ranges::any_of(row_.findings, [](auto const& f) { return f.rule.starts_with("attacked"); });
    if (hurt && arena_.where.revive) arena_.where.revive();
  }

  arena const& arena_;
  growing_input const& input_;
  cost_options const& options_;
  cost_row row_;
  std::vector<std::uint64_t> sizes_;
  std::unique_ptr<attack_scene> scene_;
};

}  // namespace

base::result<cost_row> measure_cost(arena const& a, growing_input const& i, cost_options const& o) {
  return costing(a, i, o).run();
}

}  // namespace mailrig::stress
