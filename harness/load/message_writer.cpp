// message_writer: see message_writer.hpp.
#include "load/message_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numbers>

namespace mailrig::load {

std::uint64_t size_distribution::draw(base::rng& random) const {
  if (mean <= median) return std::min(mean, most);
  // Mean and median of a log-normal give its sigma: mean = median * exp(sigma^2 / 2).
  auto const sigma = std::sqrt(2 * std::log(double(mean) / double(median)));
  auto const normal = std::sqrt(-2 * std::log(random.unit())) * std::cos(2 * std::numbers::pi * random.unit());
  auto const size = double(median) * std::exp(sigma * normal);
  return most <= 300 ? most : std::uint64_t(std::clamp(size, 300.0, double(most)));
}

std::optional<std::uint64_t> read_octets(std::string_view text) {
  double value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || !(value >= 0 && value <= 1e12)) return std::nullopt;
  std::string_view const unit(end, std::size_t(text.data() + text.size() - end));
  if (unit.empty()) return std::uint64_t(value);
  if (unit == "k" || unit == "K") return std::uint64_t(value * 1000);
  if (unit == "M") return std::uint64_t(value * 1e6);
  return std::nullopt;
}

message_writer::message_writer(std::uint64_t seed) : random_(seed) {
  constexpr std::string_view words[] = {"meeting", "draft",   "before", "harbour", "notes",  "the",    "and",
                                        "invoice", "weather", "please", "figures", "train",  "answer", "week",
                                        "of",      "garden",  "to",     "again",   "letter", "with"};
  while (prose_.size() < 200'000) {
    std::string line;
    while (line.size() < 60) line += (line.empty() ? "" : " ") + std::string(words[random_.below(std::size(words))]);
    prose_ += line + "\r\n";
  }
}

void message_writer::write(std::string_view owner, std::uint64_t octets, std::string& out) {
  ++written_;
  auto const rest = fmt::format(
      "From: Correspondent {0} <c{0}@example.test>\r\nTo: <{1}>\r\nSubject: Letter {2}\r\n"
      "Date: Mon, 5 Jan 2026 10:00:00 +0000\r\nMessage-ID: <{3:016x}.{2}@example.test>\r\nMIME-Version: 1.0\r\n"
      "Content-Type: text/plain; charset=us-ascii\r\n\r\n",
      random_.below(1000), owner, written_, random_.next());
  out.clear();
  out += fmt::format("X-Mailrig-Owner: {}\r\nX-Mailrig-Digest: ", owner);
  auto const digest_at = out.size();
  out += "0000000000000000\r\n";
  auto const from = out.size();
  out += rest;
  // Whole lines of the prose, from somewhere in it.
  auto at = prose_.find('\n', random_.below(prose_.size() / 2)) + 1;
  while (out.size() < octets) {
    auto const left = octets - out.size();
    auto end = left >= prose_.size() - at ? prose_.size() : prose_.find('\n', at + left) + 1;
    if (end == 0) end = prose_.size();
    out.append(prose_, at, end - at);
    at = 0;
  }
  auto const digest = fmt::format("{:016x}", base::digest64(std::string_view(out).substr(from)));
  out.replace(digest_at, digest.size(), digest);
}

}  // namespace mailrig::load
