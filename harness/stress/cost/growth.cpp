// growth: see growth.hpp.
#include "stress/cost/growth.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace mailrig::stress {
namespace {

constexpr std::size_t fitted = 4;       ///< so many of the largest sizes
constexpr double clearly = 0.4;         ///< above the fair exponent
constexpr double least_of_step = 0.25;  ///< what each of the last two steps must add to the fair exponent
constexpr double tiny = 1e-9;           ///< no cost is nothing

struct point {
  double size, cost;
};

/// Least squares of log(cost) over log(size).
double slope(std::vector<point> const& points) {
  double x = 0, y = 0, xx = 0, xy = 0;
  for (auto const& p : points) {
    auto const a = std::log(p.size), b = std::log(std::max(p.cost, tiny));
    x += a, y += b, xx += a * a, xy += a * b;
  }
  auto const n = double(points.size());
  auto const spread = n * xx - x * x;
  return spread > 0 ? (n * xy - x * y) / spread : 0;
}

double step_between(point const& a, point const& b) { return slope({a, b}); }

/// How far the exponent may lie from that of the least takes: twice the deviation of each round's own exponent.
double uncertainty(std::vector<cost_at> const& window) {
  auto rounds = window.front().takes.size();
  for (auto const& s : window) rounds = std::min(rounds, s.takes.size());
  if (rounds < 2) return 0;
  std::vector<double> of;
  for (std::size_t r = 0; r < rounds; ++r) {
    std::vector<point> points;
    for (auto const& s : window) points.push_back({s.size, s.takes[r]});
    of.push_back(slope(points));
  }
  double mean = 0, square = 0;
  for (auto const e : of) mean += e / double(rounds);
  for (auto const e : of) square += (e - mean) * (e - mean) / double(rounds - 1);
  // What is judged is the least of all takes, whose error is that of one take divided by more than this.
  return 2 * std::sqrt(square / double(rounds));
}

/// What is dear at its last size alone: so much more there than at the one before that no law of sizes explains it.
bool is_cliff(point const& before, cost_at const& last, double cost) {
  constexpr double sheer = 50;
  return last.given_up && last.takes.size() > 1 && cost > sheer * std::max(before.cost, tiny);
}

}  // namespace

char const* name_of(growth::judgement j) {
  return j == growth::judgement::fair ? "fair" : j == growth::judgement::superlinear ? "superlinear" : "undecided";
}

growth judge_growth(std::vector<cost_at> sizes, growth_rule const& rule) {
  growth out;
  std::erase_if(sizes, [](cost_at const& s) { return s.takes.empty() || s.size <= 0; });
  std::ranges::sort(sizes, {}, &cost_at::size);
  if (sizes.size() < 2) {
    out.is = growth::judgement::undecided;
    out.why = "fewer than two sizes could be taken";
    return out;
  }
  std::vector<point> points;
  for (auto const& s : sizes)
    points.push_back({s.size, rule.most_of ? std::ranges::max(s.takes) : std::ranges::min(s.takes)});
  auto const first = points.front(), last = points.back();
  auto const window = std::min(fitted, points.size());
  std::vector<point> const upper(points.end() - std::ptrdiff_t(window), points.end());
  std::vector<cost_at> const takes(sizes.end() - std::ptrdiff_t(window), sizes.end());
  auto const around = uncertainty(takes);
  out.exponent = slope(upper);
  out.low = out.exponent - around;
  out.high = out.exponent + around;
  out.from = upper.front().size;
  out.to = last.size;
  if (last.cost - first.cost < rule.least) {
    out.why = "too cheap to matter";
    return out;
  }
  if (is_cliff(points[points.size() - 2], sizes.back(), last.cost)) {
    out.is = growth::judgement::superlinear;
    out.why = "not answered at the largest size, and at once at the one before";
    return out;
  }
  if (out.exponent < rule.fair + clearly) return out;
  auto undecided = [&](std::string why) {
    out.is = growth::judgement::undecided;
    out.why = std::move(why);
    return out;
  };
  if (points.size() < fitted) return undecided(fmt::format("only {} sizes could be taken", points.size()));
  for (std::size_t n = points.size() - 2; n < points.size(); ++n)
    if (step_between(points[n - 1], points[n]) < rule.fair + least_of_step)
      return undecided(fmt::format("it is one step that makes it so: from {} to {} the exponent is {:.2f}",
                                   points[n - 1].size, points[n].size, step_between(points[n - 1], points[n])));
  if (out.low < rule.fair + clearly)
    return undecided(fmt::format("the takes differ too much: it may be {:.2f} as well", out.low));
  out.is = growth::judgement::superlinear;
  return out;
}

}  // namespace mailrig::stress
