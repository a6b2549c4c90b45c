// timetable: see timetable.hpp.
#include "load/timetable.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "base/text.hpp"
#include "base/text_lines.hpp"
#include "load/span.hpp"

namespace mailrig::load {
namespace {

double seconds(base::duration d) { return double(d.count()) / 1e9; }
double area(stage const& s) { return (s.from + s.to) / 2 * seconds(s.length); }

/// Time within the stage at which its integral reaches `n`.
double when(stage const& s, double n) {
  auto const slope = (s.to - s.from) / std::max(1e-9, seconds(s.length));
  if (std::abs(slope) < 1e-12) return n / s.from;
  return (std::sqrt(std::max(0.0, s.from * s.from + 2 * slope * n)) - s.from) / slope;
}

}  // namespace

timetable::timetable(std::vector<stage> stages, pace p, std::uint64_t seed, double offset)
    : stages_(std::move(stages)),
      pace_(p),
      random_(seed),
      debt_(p == pace::constant ? offset : -std::log(random_.unit())) {}

std::optional<base::instant> timetable::next() {
  if (stages_.empty()) return at_ < list_.size() ? std::optional(list_[at_++]) : std::nullopt;
  if (begun_) debt_ = pace_ == pace::constant ? 1 : -std::log(random_.unit());
  begun_ = true;
  for (; stage_ < stages_.size(); ++stage_) {
    auto const& s = stages_[stage_];
    if (within_ + debt_ < area(s)) {
      within_ += debt_;
      return stage_began_ + base::duration(std::int64_t(when(s, within_) * 1e9));
    }
    debt_ -= area(s) - within_;
    within_ = 0;
    stage_began_ += s.length;
  }
  return std::nullopt;
}

double timetable::expected() const {
  double sum = double(list_.size());
  for (auto const& s : stages_) sum += area(s);
  return sum;
}

namespace {

std::optional<double> read_one_rate(std::string_view text) {
  double value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || !(value >= 0 && value <= 1e7)) return std::nullopt;
  std::string_view const unit(end, std::size_t(text.data() + text.size() - end));
  if (unit.empty() || unit == "/s") return value;
  if (unit == "/min" || unit == "/m") return value / 60;
  if (unit == "/h") return value / 3600;
  return std::nullopt;
}

}  // namespace

base::result<std::vector<stage>> read_rate(std::string_view text, base::duration length) {
  std::vector<stage> out;
  for (auto part : base::split(text, ',')) {
    auto const words = base::words(part);
    auto const wrong = base::fault{
        0, "--rate", fmt::format("'{}' should be like 200/s, 10/s..200/s, or stages 50/s 30s, 100/s 1m", text)};
    if (words.empty() || words.size() > 2) return wrong;
    auto const dots = words[0].find("..");
    auto const from = read_one_rate(words[0].substr(0, dots));
    auto const to = dots == words[0].npos ? from : read_one_rate(words[0].substr(dots + 2));
    auto const lasts = words.size() == 2 ? base::read_duration(words[1]) : std::optional(length);
    if (!from || !to || !lasts || (*from == 0 && *to == 0)) return wrong;
    out.push_back({*from, *to, *lasts});
  }
  return out;
}

base::result<std::vector<base::instant>> read_times(std::string_view text) {
  std::vector<base::instant> out;
  auto const lines = base::lines_of(text);
  if (!lines)
    return base::fault{lines.error().offset, "--arrivals",
                       fmt::format("line {}: {}", lines.error().offset, lines.error().text)};
  for (auto const& [number, whole] : *lines) {
    auto const line = base::trim(whole);
    if (line.empty() || line[0] == '#') continue;
    double s = 0;
    auto const [end, error] = std::from_chars(line.data(), line.data() + line.size(), s);
    if (error != std::errc() || end != line.data() + line.size() || !(s >= 0 && s <= 1e7))
      return base::fault{number, "--arrivals", fmt::format("line {}: '{}' is no time in seconds", number, line)};
    auto const at = base::instant(std::int64_t(s * 1e9));
    if (!out.empty() && at < out.back())
      return base::fault{number, "--arrivals", fmt::format("line {}: times must ascend", number)};
    out.push_back(at);
  }
  if (out.empty()) return base::fault{0, "--arrivals", "there are no times in it; each line is one, in seconds"};
  return out;
}

}  // namespace mailrig::load
