// expecting_misses: where what came is not what was expected: which of it came nearest, and what of that is missing or
// differs.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "scenario/expecting.hpp"

namespace mailrig::scenario {

/// With what of each alternative is missing in `a`.
outcome expecting::near(outcome o, arrival const& a) const {
  // A status that is plain can be compared, whatever else is wrong with its line.
  bool const plain =
      a.response.condition != wire::imap::status::none || a.line.starts_with("+OK") || a.line.starts_with("-ERR");
  o.unreadable = a.broken && !plain;
  for (auto const& x : o.failed->alternatives) o.misses.push_back(x.miss(a, v_).what);
  return o;
}

/// Which of what came is nearest to what was wanted, and what of it is missing.
std::optional<outcome> expecting::no_match(expectation const& e, std::vector<arrival*> const& data,
                                           std::vector<bool> const& used, std::string const& fallback) {
  arrival const* nearest = nullptr;
  arrival const* unreadable = nullptr;
  std::size_t agreed = 0;
  for (std::size_t i = 0; i < data.size(); ++i) {
    if (used[i]) continue;
    auto const& r = data[i]->response;
    for (auto const& x : e.alternatives) {
      if (data[i]->broken && (r.name.empty() || !r.known || base::iequals(r.name, x.name()))) unreadable = data[i];
      if (auto const m = x.miss(*data[i], v_); m.agreed >= agreed && m.agreed > 0) nearest = data[i], agreed = m.agreed;
    }
  }
  auto const name = e.alternatives[0].name();
  if (unreadable) nearest = unreadable;
  if (!nearest) return outcome{false, &e, "nothing that came matches", fallback, 0};
  return near({false, &e, fmt::format("no {} matches; this came", name), nearest->octets, 2}, *nearest);
}

/// No line of a body matches: which is nearest, and what of it differs.
outcome expecting::no_line(expectation const& e, std::vector<std::string_view> const& lines,
                           std::vector<bool> const& used, arrival const& a) const {
  outcome out{false, &e, "no line matches", a.octets, 0};
  out.unreadable = a.broken;
  for (auto const& x : e.alternatives) {
    near_miss best;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (used[i]) continue;
      auto const m = x.miss_line(lines[i], v_);
      if (m.agreed <= best.agreed) continue;
      best = m;
      out.offset = std::min(a.octets.size(), a.octets.find(lines[i]));
    }
    out.misses.push_back(best.what);
  }
  return out;
}

std::size_t expecting::first_difference(arrival const& a, expectation const& e) {
  std::optional<std::size_t> best;
  for (auto const& wanted : v_.meant_in_maildrop(e.alternatives[0].text().substr(2))) {
    auto const agreed = std::size_t(std::ranges::mismatch(a.body, wanted).in1 - a.body.begin());
    best = std::max(best.value_or(0), agreed);
  }
  return best ? std::min(a.octets.size(), a.line.size() + 2 + *best) : 0;
}

/// Of data that were awaited in vain: what came in their place, where it is of their kind.
std::optional<outcome> expecting::came_otherwise(player const& p, operation const& o, std::string const& waited) {
  std::vector<arrival*> data;
  for (auto const& a : p.arrivals)
    if (a->what == arrival::kind::untagged) data.push_back(a.get());
  for (auto const& e : o.expectations) {
    if (e.how != expectation::mode::required ||
        std::ranges::any_of(data, [&](arrival const* a) { return any_matches(e, *a); }))
      continue;
    auto out = no_match(e, data, std::vector<bool>(data.size()), {});
    if (!out || out->octets.empty()) return std::nullopt;
    out->text = fmt::format("no {} that matches came {}; this did", e.alternatives[0].name(), waited);
    return out;
  }
  return std::nullopt;
}

}  // namespace mailrig::scenario
