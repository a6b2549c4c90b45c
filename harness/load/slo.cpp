// slo: see slo.hpp.
#include "load/slo.hpp"

#include <fmt/format.h>

#include <charconv>

#include "base/quantile_interval.hpp"
#include "base/text.hpp"
#include "load/span.hpp"

namespace mailrig::load {
namespace {

base::fault wrong(std::string_view text, std::string_view why) {
  return {0, "--slo",
          fmt::format("'{}': {}; it should be like 'p99(fetch.header) < 300ms', 'errors < 0.1%', 'rate(login) > 100/s' "
                      "or 'findings = 0'",
                      text, why)};
}

/// "300ms" -> seconds, "0.1%" -> a share, "100/s", "5".
std::optional<double> read_value(std::string_view text) {
  double v = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), v);
  if (error != std::errc() || !(v >= 0 && v <= 1e15)) return std::nullopt;
  std::string_view const unit(end, std::size_t(text.data() + text.size() - end));
  if (unit.empty() || unit == "/s") return v;
  if (unit == "%") return v / 100;
  if (auto const d = base::read_duration(text)) return double(d->count()) / 1e9;
  return std::nullopt;
}

bool is_time(std::string_view figure) { return figure.starts_with('p') || figure == "mean" || figure == "max"; }

bool is_share(std::string_view figure) { return figure == "errors" || figure == "refused" || figure == "faults"; }

/// The fraction of "p99.9", or nothing.
std::optional<double> percentile(std::string_view figure) {
  if (!figure.starts_with('p')) return std::nullopt;
  double v = 0;
  auto const [end, error] = std::from_chars(figure.data() + 1, figure.data() + figure.size(), v);
  if (error != std::errc() || end != figure.data() + figure.size() || !(v > 0 && v <= 100)) return std::nullopt;
  return v / 100;
}

bool holds(slo const& s, double v) {
  switch (s.how) {
    case slo::relation::less: return v < s.value;
    case slo::relation::at_most: return v <= s.value;
    case slo::relation::more: return v > s.value;
    case slo::relation::at_least: return v >= s.value;
    case slo::relation::equal: return v == s.value;
  }
  return false;
}

std::string words(slo const& s, double v) {
  if (is_time(s.figure)) return written(base::duration(std::int64_t(v * 1e9)));
  if (is_share(s.figure)) return fmt::format("{:.3g} %", v * 100);
  if (s.figure == "rate") return fmt::format("{:.4g}/s", v);
  return fmt::format("{:.0f}", v);
}

/// Whether so few values tell what their percentile is, or at least that it is not as promised.
bool decides(slo const& s, base::latency_histogram const& h) {
  auto const q = percentile(s.figure);
  if (!q || *q >= 1 || base::carries(h.count(), *q)) return true;
  bool const below = s.how == slo::relation::less || s.how == slo::relation::at_most;
  return below && double(base::interval_of(h, *q).low) / 1e9 > s.value;
}

}  // namespace

base::result<slo> read_slo(std::string_view text) {
  slo out;
  out.text = base::trim(text);
  auto const sign = out.text.find_first_of("<>=");
  if (sign == std::string::npos) return wrong(text, "there is no <, <=, >, >= or =");
  auto left = std::string(base::trim(std::string_view(out.text).substr(0, sign)));
  bool const orequal = out.text.size() > sign + 1 && out.text[sign + 1] == '=';
  auto const right = base::trim(std::string_view(out.text).substr(sign + 1 + orequal));
  out.how = out.text[sign] == '<'   ? (orequal ? slo::relation::at_most : slo::relation::less)
            : out.text[sign] == '>' ? (orequal ? slo::relation::at_least : slo::relation::more)
                                    : slo::relation::equal;
  if (auto const open = left.find('('); open != left.npos) {
    if (!left.ends_with(')')) return wrong(text, "the parenthesis stays open");
    out.kinds = base::trim(std::string_view(left).substr(open + 1, left.size() - open - 2));
    left = base::trim(std::string_view(left).substr(0, open));
    if (out.kinds.ends_with(".service")) {
      out.service = true;
      out.kinds.resize(out.kinds.size() - 8);
    } else if (out.kinds.ends_with(".response")) {
      out.kinds.resize(out.kinds.size() - 9);
    }
  }
  out.figure = left;
  bool const known = percentile(left) || left == "mean" || left == "max" || is_share(left) || left == "rate" ||
                     left == "count" || left == "late" || left == "findings";
  if (!known) return wrong(text, fmt::format("'{}' is no figure", left));
  auto const value = read_value(right);
  if (!value) return wrong(text, fmt::format("'{}' is no value", right));
  if (is_time(left) && right.find_first_of("smhu") == right.npos) return wrong(text, "a time needs its unit");
  out.value = *value;
  return out;
}

slo_verdict judge(slo const& s, tally const& t, double seconds, std::size_t findings) {
  slo_verdict out;
  out.text = s.text;
  out.asked = s.asked;
  std::uint64_t count = 0;
  if (s.figure == "findings") {
    out.measured = out.decided = true;
    out.value = double(findings);
  } else {
    figures sum;
    for (auto const& [name, f] : t.kinds())
      if (base::glob(s.kinds, name) && (s.kinds != "*" || !is_compound(name))) sum.merge(*f);
    out.measured = sum.all() > 0;
    auto const& h = s.service ? sum.service : sum.response;
    if (auto const q = percentile(s.figure))
      out.value = double(h.quantile(*q)) / 1e9;
    else if (s.figure == "mean")
      out.value = h.mean() / 1e9;
    else if (s.figure == "max")
      out.value = double(h.max()) / 1e9;
    else if (s.figure == "errors")
      out.value = out.measured ? double(sum.failed + sum.late) / double(sum.all()) : 0;
    else if (s.figure == "refused")
      out.value = out.measured ? double(sum.refused()) / double(sum.all()) : 0;
    else if (s.figure == "faults")
      out.value = out.measured ? double(sum.failed + sum.late - sum.refused()) / double(sum.all()) : 0;
    else if (s.figure == "rate")
      out.value = seconds > 0 ? double(sum.done) / seconds : 0;
    else
      out.value = double(s.figure == "late" ? sum.late : sum.done);
    // A percentile of operations that all failed is no latency.
    bool const none = is_time(s.figure) && h.count() == 0 && out.measured;
    out.decided = out.measured && (none || decides(s, h));
    out.measured = out.measured && !none;
    count = h.count();
  }
  out.met = out.decided && out.measured && holds(s, out.value);
  out.came = out.decided && out.measured ? words(s, out.value)
             : out.decided               ? "none of them was done"
             : out.measured              ? fmt::format("too few samples: {}", count)
                                         : "nothing of it was measured";
  return out;
}

}  // namespace mailrig::load
