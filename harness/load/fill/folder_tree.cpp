// folder_tree: see folder_tree.hpp.
#include "load/fill/folder_tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace mailrig::load {
namespace {

void grow(std::vector<std::string>& out, std::string const& name, unsigned wide, unsigned deep) {
  out.push_back(name);
  if (deep == 0) return;
  for (unsigned i = 1; i <= wide; ++i) grow(out, fmt::format("{}/{}", name, i), wide, deep - 1);
}

struct weighted_box {
  std::string name;
  double weight = 0;
};

std::vector<weighted_box> weighted_boxes(std::vector<folder_branch> const& branches) {
  std::vector<weighted_box> out;
  for (auto const& b : branches) {
    std::vector<std::string> names;
    grow(names, b.name, b.wide, b.wide > 0 ? b.deep : 0);
    for (auto const& name : names) {
      auto const at = std::ranges::find(out, name, &weighted_box::name);
      auto& box = at == out.end() ? out.emplace_back(weighted_box{name, 0}) : *at;
      box.weight += b.share / double(names.size());
    }
  }
  return out;
}

}  // namespace

std::size_t boxes_of(folder_branch const& b) {
  std::size_t sum = 1, level = 1;
  for (unsigned d = 0; b.wide > 0 && d < b.deep && sum < 1'000'000; ++d) sum += level *= b.wide;
  return sum;
}

std::vector<planned_box> planned_boxes(std::vector<folder_branch> const& branches, std::size_t messages) {
  auto const boxes = weighted_boxes(branches);
  auto const all =
      std::accumulate(boxes.begin(), boxes.end(), 0.0, [](double s, auto const& b) { return s + b.weight; });
  std::vector<planned_box> out;
  std::vector<double> lost;
  std::size_t given = 0;
  for (auto const& b : boxes) {
    auto const due = all > 0 ? double(messages) * b.weight / all : 0;
    auto const whole = std::size_t(std::floor(due + 1e-9));
    out.push_back({b.name, whole});
    lost.push_back(due - double(whole));
    given += whole;
  }
  std::vector<std::size_t> order(out.size());
  std::iota(order.begin(), order.end(), std::size_t(0));
  std::ranges::stable_sort(order, std::greater<>(), [&](std::size_t i) { return lost[i]; });
  for (std::size_t i = 0; all > 0 && given < messages; ++i, ++given) ++out[order[i % order.size()]].messages;
  return out;
}

}  // namespace mailrig::load
