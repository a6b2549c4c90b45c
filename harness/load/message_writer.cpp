// message_writer: see message_writer.hpp.
#include "load/message_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
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

namespace {

/// Whole lines of `lines`, from somewhere in it, until `out` has `octets`.
void fill_with_lines(std::string const& lines, std::uint64_t from, std::uint64_t octets, std::string& out) {
  auto at = lines.find('\n', from) + 1;
  while (out.size() < octets) {
    auto const left = octets - out.size();
    auto end = left >= lines.size() - at ? lines.size() : lines.find('\n', at + left) + 1;
    if (end == 0) end = lines.size();
    out.append(lines, at, end - at);
    at = 0;
  }
}

void seal(std::size_t digest_at, std::size_t from, std::string& out) {
  auto const digest = fmt::format("{:016x}", base::digest64(std::string_view(out).substr(from)));
  out.replace(digest_at, digest.size(), digest);
}

/// Where the digest goes.
std::size_t begin_message(std::string_view owner, std::string& out) {
  out.clear();
  out += fmt::format("X-Mailrig-Owner: {}\r\nX-Mailrig-Digest: ", owner);
  auto const digest_at = out.size();
  out += "0000000000000000\r\n";
  return digest_at;
}

}  // namespace

void message_writer::write(std::string_view owner, std::uint64_t octets, std::string& out) {
  ++written_;
  auto const rest = fmt::format(
      "From: Correspondent {0} <c{0}@example.test>\r\nTo: <{1}>\r\nSubject: Letter {2}\r\n"
      "Date: Mon, 5 Jan 2026 10:00:00 +0000\r\nMessage-ID: <{3:016x}.{2}@example.test>\r\nMIME-Version: 1.0\r\n"
      "Content-Type: text/plain; charset=us-ascii\r\n\r\n",
      random_.below(1000), owner, written_, random_.next());
  auto const digest_at = begin_message(owner, out);
  auto const from = out.size();
  out += rest;
  fill_with_lines(prose_, random_.below(prose_.size() / 2), octets, out);
  seal(digest_at, from, out);
}

void message_writer::write(std::string_view owner, letter const& l, std::string& out) {
  base::rng random(l.seed);
  auto const digest_at = begin_message(owner, out);
  auto const from = out.size();
  out += fmt::format(
      "{0}From: Correspondent {1} <c{1}@example.test>\r\nTo: <{2}>\r\nSubject: {3}\r\nDate: {4}\r\n"
      "Message-ID: <{5}@example.test>\r\nMIME-Version: 1.0\r\n",
      l.headers, random.below(1000), owner, l.subject, l.date, l.id);
  if (l.attachment) {
    write_attachment(random, l.octets, out);
  } else {
    out += "Content-Type: text/plain; charset=us-ascii\r\n\r\n";
    fill_with_lines(prose_, random.below(prose_.size() / 2), l.octets, out);
  }
  seal(digest_at, from, out);
}

/// A tenth of it is text, the rest the attachment.
void message_writer::write_attachment(base::rng& random, std::uint64_t octets, std::string& out) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  if (block_.empty()) {
    base::rng own(1);
    while (block_.size() < 200'000) {
      for (int i = 0; i < 76; ++i) block_ += letters[own.below(letters.size())];
      block_ += "\r\n";
    }
  }
  auto const boundary = fmt::format("=_{:016x}", random.next());
  out += fmt::format(
      "Content-Type: multipart/mixed; boundary=\"{0}\"\r\n\r\n--{0}\r\n"
      "Content-Type: text/plain; charset=us-ascii\r\n\r\n",
      boundary);
  auto const end = fmt::format("\r\n--{}--\r\n", boundary);
  fill_with_lines(prose_, random.below(prose_.size() / 2), std::max<std::uint64_t>(out.size() + 1, octets / 10), out);
  out += fmt::format(
      "\r\n--{0}\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"
      "Content-Disposition: attachment; filename=\"file-{1}.bin\"\r\n\r\n",
      boundary, random.below(1000));
  fill_with_lines(block_, random.below(block_.size() / 2),
                  std::max<std::uint64_t>(out.size() + 1, octets - std::min<std::uint64_t>(octets, end.size())), out);
  out += end;
}

}  // namespace mailrig::load
