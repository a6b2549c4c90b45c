// words: how an explorer writes keywords, strings and sequence sets in the forms that the syntax has for them.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "scenario/explore/explorer.hpp"

namespace mailrig::scenario {

std::string explorer::cased(std::string_view form, std::string_view word) {
  if (form == "upper") return base::to_upper(word);
  if (form == "lower") return base::to_lower(word);
  std::string out(word);
  for (auto& c : out) c = random.below(2) ? base::upper(c) : base::lower(c);
  return out;
}

std::string explorer::string(std::string_view form, std::string_view value) const {
  if (form == "literal") return fmt::format("{{{}}}\r\n{}", value.size(), value);
  if (form == "literal+") return fmt::format("{{{}+}}\r\n{}", value.size(), value);
  auto special = [](char c) {
    return c <= ' ' || c > '~' || std::string_view("(){%*\"\\").find(c) != std::string_view::npos;
  };
  if (form == "atom" && !value.empty() && std::ranges::none_of(value, special)) return std::string(value);
  std::string out = "\"";
  for (char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string explorer::set(std::string_view form, bool uid) {
  auto const n = std::max<std::size_t>(1, messages());
  auto name = [&](std::size_t number) {
    auto const named = uid && number <= messages() ? imap().view.at(number).uid : 0;
    return std::to_string(named ? named : number);
  };
  // Two that differ, where there are two: a list of one message would be no list.
  auto const a = 1 + random.below(n), b = n == 1 ? a : 1 + (a + random.below(n - 1)) % n;
  auto const low = name(std::min(a, b)), high = name(std::max(a, b));
  if (form == "one") return low;
  if (form == "range") return low + ":" + high;
  if (form == "reversed") return high + ":" + low;
  if (form == "list") return low == high ? low : high + "," + low;
  if (form == "star") return "*";
  if (form == "to-star") return low + ":*";
  if (form == "from-star") return "*:" + low;
  if (form == "overlap") return fmt::format("{0}:{1},{1},{0}", low, high);
  return "1:*";
}

std::string explorer::letter() {
  auto const n = fresh();
  return fmt::format(
      "From: explorer <rig@example.test>\r\nSubject: letter {}\r\nDate: Mon, 5 Jan 2026 10:00:00 "
      "+0000\r\nX-Mailrig-Made: 1\r\n\r\n{}\r\n",
      n, std::string(1 + n % 50, 'y'));
}

}  // namespace mailrig::scenario
