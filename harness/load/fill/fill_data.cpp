// fill_data: see fill_data.hpp.
#include "load/fill/fill_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>

#include "base/rng.hpp"
#include "base/text.hpp"
#include "load/octets.hpp"

namespace mailrig::load {
namespace {

constexpr double seconds_of_year = 365.25 * 86400;
constexpr std::size_t most_boxes = 10'000;
constexpr std::uint64_t largest_letter = 64u << 20;

std::chrono::sys_days day_of(std::int64_t seconds) {
  return std::chrono::floor<std::chrono::days>(std::chrono::sys_seconds(std::chrono::seconds(seconds)));
}

std::string time_of_day(std::int64_t seconds) {
  auto const s = seconds - std::chrono::sys_seconds(day_of(seconds)).time_since_epoch().count();
  return fmt::format("{:02}:{:02}:{:02} +0000", s / 3600, s / 60 % 60, s % 60);
}

constexpr std::string_view month_names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/// "2016-01-31": its midnight, UTC.
std::optional<std::int64_t> read_day(std::string_view text) {
  auto const parts = base::split(text, '-');
  if (parts.size() != 3 || parts[0].size() != 4) return std::nullopt;
  auto const y = base::number(parts[0]), m = base::number(parts[1]), d = base::number(parts[2]);
  if (!y || !m || !d || *m > 12 || *d > 31) return std::nullopt;
  std::chrono::year_month_day const day{std::chrono::year(int(*y)), std::chrono::month(unsigned(*m)),
                                        std::chrono::day(unsigned(*d))};
  if (!day.ok() || *y < 1970) return std::nullopt;
  return std::chrono::sys_seconds(std::chrono::sys_days(day)).time_since_epoch().count();
}

/// "$Forwarded 0.05".
std::optional<flag_share> read_keyword(std::string_view text) {
  auto const words = base::words(text);
  if (words.size() != 2 || words[0].find_first_of("(){%*\"\\]") != std::string_view::npos) return std::nullopt;
  double share = 0;
  auto const [end, error] = std::from_chars(words[1].data(), words[1].data() + words[1].size(), share);
  bool const whole = error == std::errc() && end == words[1].data() + words[1].size();
  if (!whole || !(share >= 0 && share <= 1)) return std::nullopt;
  return flag_share{std::string(words[0]), share};
}

bool is_folder_name(std::string_view name) {
  return !name.empty() && name.front() != '/' && name.back() != '/' && name.find("//") == name.npos &&
         std::ranges::all_of(name, [](char c) {
           return c >= 0x20 && c < 0x7f && std::string_view("\"\\%*&.").find(c) == std::string_view::npos;
         });
}

void read_sizes(scenario::toml_table t, size_quantiles& to) {
  constexpr auto* example = "\"8k\" or \"1M\": octets";
  std::uint64_t median = 0, mean = 0, p99 = 0, most = 10u << 20;
  t.words("median", "size that half of the messages do not reach", example, median, read_octets);
  t.words("mean", "of a log-normal with that median", example, mean, read_octets);
  t.words("p99", "instead of the mean: 99 of 100 messages are no larger", example, p99, read_octets);
  t.words("most", "what would be larger is as large", example, most, read_octets);
  std::vector<size_quantiles::row> rows;
  for (auto const& said : t.texts("table", "instead of all these: sizes up to, and their weights, \"10k 40\"")) {
    auto const row = read_size_row(said);
    if (!row) return t.wrong("table", row.error().text);
    if (!rows.empty() && row->upto <= rows.back().upto) return t.wrong("table", "table has its sizes in growing order");
    rows.push_back(*row);
  }
  if (most > largest_letter || (!rows.empty() && rows.back().upto > largest_letter))
    return t.wrong(rows.empty() ? "most" : "table", "a message is 64M at most: each is made in memory");
  bool const by_law = t.has("median") || t.has("mean") || t.has("p99");
  if (!rows.empty() && by_law) return t.wrong("table", "sizes are a table, or a median with a mean or p99: not both");
  if (!rows.empty()) return void(to = size_quantiles::table(std::move(rows)));
  if (!by_law) return;
  if (median == 0) return t.wrong("median", "median = \"8k\" is missing");
  if ((mean > 0) == (p99 > 0)) return t.wrong("median", "a median needs a mean or p99, one of them");
  to = mean > 0 ? size_quantiles::by_mean(median, mean, most) : size_quantiles::by_p99(median, p99, most);
}

void read_flags(scenario::toml_table t, std::vector<flag_share>& to) {
  for (auto const& [key, flag] : {std::pair{"seen", "\\Seen"},
                                  {"answered", "\\Answered"},
                                  {"flagged", "\\Flagged"},
                                  {"draft", "\\Draft"},
                                  {"deleted", "\\Deleted"}})
    if (auto const share = t.number(key, "share of messages that have the flag", 0, 1); share && *share > 0)
      to.push_back({flag, *share});
  for (auto const& said : t.texts("keywords", "further flags and their shares, \"$Forwarded 0.05\"")) {
    auto const k = read_keyword(said);
    if (!k) return t.wrong("keywords", fmt::format("'{}' is no keyword and share; write it like \"Work 0.1\"", said));
    to.push_back(*k);
  }
}

void read_dates(scenario::toml_table t, date_spread& to) {
  constexpr auto* example = "\"2016-01-01\"";
  t.words("from", "day of the oldest message", example, to.from, read_day);
  t.words("to", "day after the newest message", example, to.to, read_day);
  if (auto const g = t.number("growth", "a year's mail to that of the year before", 0.1, 10)) to.growth = *g;
  bool const some = t.has("from") || t.has("to") || t.has("growth");
  if (some && !to.given()) t.wrong("from", "dates have a from and a later to, e.g. \"2016-01-01\"");
}

folder_branch read_folder(scenario::toml_table& t) {
  folder_branch out;
  out.name = t.text("name", "of the mailbox; \"/\" between levels", "");
  if (!is_folder_name(out.name))
    t.wrong("name", "a folder has a name of printable ASCII without . % * & \\ and quotes; \"/\" between levels");
  if (base::iequals(out.name, "INBOX")) out.name = "INBOX";
  if (auto const v = t.number("share", "weight of the mail in it and below it", 0, 1e9)) out.share = *v;
  if (auto const v = t.whole("wide", "folders below each, called 1, 2, 3 ...", 0, 1000)) out.wide = unsigned(*v);
  if (auto const v = t.whole("deep", "levels of them", 1, 20)) out.deep = unsigned(*v);
  if (out.name == "INBOX" && out.wide > 0) t.wrong("wide", "INBOX has no folders below it here: name another");
  return out;
}

}  // namespace

std::int64_t date_spread::at(double u) const {
  auto const length = double(to - from);
  auto const rate = std::log(growth) * length / seconds_of_year;  // mail grows by exp(rate) from one end to the other
  auto const share = std::abs(rate) < 1e-9 ? u : std::log1p(u * std::expm1(rate)) / rate;
  return std::min(to - 1, from + std::int64_t(share * length));
}

std::uint64_t box_seed(std::uint64_t seed, std::string_view user, std::string_view box) {
  return base::fnv1a(fmt::format("{}\n{}\n{}", seed, user, box));
}

letter_plan plan_letter(fill_data const& data, std::uint64_t box_seed, std::size_t number, std::size_t of) {
  base::rng random(box_seed ^ (std::uint64_t(number + 1) * 0xD1B54A32D192ED03ULL));
  letter_plan out;
  auto const size = random.unit();
  out.octets = data.sizes.at(size);
  out.attachment = data.attachments > 0 && size > 1 - data.attachments;
  auto const when = random.unit();
  if (data.dates.given() && of > 0) out.date = data.dates.at((double(number) + when) / double(of));
  for (auto const& f : data.flags)
    if (random.unit() <= f.share) out.flags.push_back(f.flag);
  out.seed = random.next();
  return out;
}

std::string internal_date(std::int64_t seconds) {
  std::chrono::year_month_day const day(day_of(seconds));
  return fmt::format("{:>2}-{}-{:04} {}", unsigned(day.day()), month_names[unsigned(day.month()) - 1], int(day.year()),
                     time_of_day(seconds));
}

std::string header_date(std::int64_t seconds) {
  constexpr std::string_view week[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  auto const days = day_of(seconds);
  std::chrono::year_month_day const day(days);
  return fmt::format("{}, {:02} {} {:04} {}", week[std::chrono::weekday(days).c_encoding()], unsigned(day.day()),
                     month_names[unsigned(day.month()) - 1], int(day.year()), time_of_day(seconds));
}

fill_data read_fill(scenario::toml_table t, size_quantiles sizes) {
  fill_data out;
  out.sizes = std::move(sizes);
  if (auto const n = t.whole("messages", "in all mailboxes of an account together", 1, 100'000'000))
    out.messages = std::size_t(*n);
  if (auto const v = t.number("attachments", "share of messages with one: the largest", 0, 1)) out.attachments = *v;
  read_sizes(t.table("sizes", "of messages; without it, those of [mail]"), out.sizes);
  read_flags(t.table("flags", "of messages"), out.flags);
  read_dates(t.table("dates", "of arrival, INTERNALDATE; without it, the time of the filling"), out.dates);
  auto folders = t.tables("folder", "where the mail lies; without any, in INBOX");
  std::size_t boxes = 0;
  for (auto& f : folders) {
    out.folders.push_back(read_folder(f));
    boxes += boxes_of(out.folders.back());
    if (boxes > most_boxes) f.wrong("wide", fmt::format("these are more than {} mailboxes", most_boxes));
  }
  if (boxes > most_boxes) out.folders.clear();
  if (out.folders.empty()) out.folders.push_back({"INBOX", 1, 0, 1});
  double shares = 0;
  for (auto const& f : out.folders) shares += f.share;
  if (shares <= 0) t.wrong("folder", "one folder at least has a share above 0");
  return out;
}

}  // namespace mailrig::load
