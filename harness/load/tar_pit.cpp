// tar_pit: see tar_pit.hpp.
#include "load/tar_pit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "load/span.hpp"

namespace mailrig::load {
namespace {

constexpr std::uint64_t shortest_hold = 200'000'000;  // nanoseconds
constexpr std::uint64_t fewest_held = 5;
constexpr double times_usual = 4;

bool is_held(std::uint64_t delay, std::uint64_t usual) {
  return delay >= shortest_hold && double(delay) >= times_usual * double(usual);
}

std::optional<tar_pit> held_refusals(std::string const& name, figures const& f) {
  auto const n = f.declined.count();
  tar_pit out{tar_pit::form::refusals, name, n, n, f.declined.quantile(0.5), f.service.quantile(0.5)};
  if (n < fewest_held || f.service.count() == 0 || !is_held(out.delay_ns, out.usual_ns)) return std::nullopt;
  return out;
}

/// The widest gap between two neighbours, in proportion; what lies above it is the part that was held.
std::optional<tar_pit> held_part(std::string const& name, base::latency_histogram const& h) {
  std::uint64_t before = 0, seen = 0, below = 0;
  double widest = 0;
  h.each([&](std::size_t bucket, std::uint64_t times) {
    auto const here = base::latency_histogram::upper_bound(bucket);
    auto const ratio = before > 0 ? double(here) / double(before) : 0;
    if (ratio > widest && here >= shortest_hold) widest = ratio, below = seen;
    before = here;
    seen += times;
  });
  auto const held = h.count() - below;
  if (widest < 2 || below == 0 || held < std::max<std::uint64_t>(fewest_held, h.count() / 100)) return std::nullopt;
  tar_pit const out{tar_pit::form::some,        name, held, h.count(), h.value_at(below + (held + 1) / 2),
                    h.value_at((below + 1) / 2)};
  return is_held(out.delay_ns, out.usual_ns) ? std::optional(out) : std::nullopt;
}

/// Load makes times differ; a timer makes them alike.
std::optional<tar_pit> all_held(std::string const& name, base::latency_histogram const& h) {
  auto const low = h.quantile(0.05), high = h.quantile(0.95);
  if (h.count() < 4 * fewest_held || low < shortest_hold || double(high) > 1.25 * double(low)) return std::nullopt;
  return tar_pit{tar_pit::form::all, name, h.count(), h.count(), h.quantile(0.5), 0};
}

}  // namespace

std::string_view name_of(tar_pit::form f) {
  constexpr std::string_view names[] = {"refusals", "some", "all"};
  return names[std::size_t(f)];
}

std::vector<tar_pit> find_tar_pits(tally const& t) {
  std::vector<tar_pit> out;
  for (auto const& [name, f] : t.kinds()) {
    if (name != "greeting" && name != "login") continue;
    if (auto p = held_refusals(name, *f)) out.push_back(std::move(*p));
    if (auto p = all_held(name, f->service))
      out.push_back(std::move(*p));
    else if (p = held_part(name, f->service); p)
      out.push_back(std::move(*p));
  }
  return out;
}

std::string in_words(tar_pit const& p) {
  auto const time = [](std::uint64_t ns) { return written(base::duration(std::int64_t(ns))); };
  switch (p.how) {
    case tar_pit::form::refusals:
      return fmt::format("{}: what is refused is answered after {}, what is not after {}: the server delays refusals",
                         p.operation, time(p.delay_ns), time(p.usual_ns));
    case tar_pit::form::some:
      return fmt::format("{}: {} of {} took {}, the others {}, and none a time between: the server holds some back",
                         p.operation, p.held, p.count, time(p.delay_ns), time(p.usual_ns));
    case tar_pit::form::all:
      return fmt::format("{}: all took nearly the same time, {}: the server holds each back", p.operation,
                         time(p.delay_ns));
  }
  return {};
}

}  // namespace mailrig::load
