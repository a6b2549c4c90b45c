// mailroom: see mailroom.hpp.
#include "scenario/mailroom.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.hpp"
#include "base/rng.hpp"
#include "base/text.hpp"
#include "net/digest.hpp"

namespace mailrig::scenario {
namespace {

std::size_t head_size(std::string_view octets) {
  if (octets.starts_with("\r\n")) return 2;
  auto const at = octets.find("\r\n\r\n");
  return at == octets.npos ? octets.size() : at + 4;
}

std::optional<std::string> header(std::string_view octets, std::string_view name) {
  std::string value;
  bool inside = false;
  for (auto line : base::split(octets.substr(0, head_size(octets)), '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    bool const fold = !line.empty() && (line[0] == ' ' || line[0] == '\t');
    if (inside && !fold) break;
    if (inside) value += line;
    if (!inside && !fold && line.size() > name.size() && line[name.size()] == ':' && base::istarts_with(line, name)) {
      value = line.substr(name.size() + 1);
      inside = true;
    }
  }
  if (!inside) return std::nullopt;
  std::ranges::replace(value, '\t', ' ');
  return std::string(base::trim(value));
}

/// The head, and so many lines of what follows.
std::string top(std::string_view octets, std::uint64_t lines) {
  auto end = head_size(octets);
  for (; lines > 0 && end < octets.size(); --lines) end = std::min(octets.find('\n', end), octets.size() - 1) + 1;
  return std::string(octets.substr(0, end));
}

std::string head_of(std::string_view subject, std::string_view type = {}) {
  return fmt::format(
      "From: mailrig <rig@example.test>\r\nTo: you@example.test\r\nSubject: {}\r\n"
      "Date: Mon, 5 Jan 2026 10:00:00 +0000\r\nMessage-ID: <{}@example.test>\r\nX-Mailrig-Made: 1\r\n{}\r\n",
      subject, base::fnv1a(subject), type.empty() ? "" : fmt::format("MIME-Version: 1.0\r\n{}\r\n", type));
}

/// N octets in all.
std::string of_size(std::size_t size) {
  auto out = fmt::format(
      "From: mailrig <rig@example.test>\r\nTo: you@example.test\r\nSubject: {} octets\r\n"
      "Date: Mon, 5 Jan 2026 10:00:00 +0000\r\nMessage-ID: <size-{}@example.test>\r\nX-Mailrig-Made: 1\r\n\r\n",
      size, size);
  while (out.size() + 2 < size) {
    auto const left = size - out.size() - 2;
    auto const line = left <= 76 ? left : left < 80 ? 40 : 76;
    out += std::string(line, char('a' + (out.size() / 78) % 26)) + "\r\n";
  }
  return out;
}

/// A short line, one of N octets, one of N that begins with a dot, a lone dot, a short one (RFC 5322 §2.1.1: 998 are
/// allowed).
std::string of_line(std::size_t n) {
  std::string long_line;
  while (long_line.size() < n) long_line += char('a' + long_line.size() / 10 % 26);
  auto dotted = long_line;
  if (n > 0) dotted[0] = '.';
  return head_of(fmt::format("lines of {} octets", n)) + "before\r\n" + long_line + "\r\n" + dotted +
         "\r\n.\r\nafter\r\n";
}

/// N parts beside each other.
std::string of_parts(std::size_t n) {
  auto out = head_of(fmt::format("{} parts", n), "Content-Type: multipart/mixed; boundary=edge");
  for (std::size_t i = 1; i <= n; ++i) out += fmt::format("--edge\r\n\r\npart {}\r\n", i);
  return out + "--edge--\r\n";
}

/// A text within N multiparts.
std::string of_nested(std::size_t n) {
  std::string out;
  for (std::size_t i = 1; i <= n; ++i) {
    auto const type = fmt::format("Content-Type: multipart/mixed; boundary=edge{}.", i);
    out += i == 1 ? head_of(fmt::format("within {} multiparts", n), type) : type + "\r\n\r\n";
    out += fmt::format("--edge{}.\r\n", i);
  }
  out += n == 0 ? head_of("within no multipart") : "Content-Type: text/plain\r\n\r\n";
  out += "innermost\r\n";
  for (std::size_t i = n; i >= 1; --i) out += fmt::format("--edge{}.--\r\n", i);
  return out;
}

/// A message within N messages.
std::string of_enclosed(std::size_t n) {
  std::string out;
  for (std::size_t i = 0; i < n; ++i)
    out += head_of(fmt::format("around {} messages", n - i), "Content-Type: message/rfc822");
  return out + head_of("innermost") + "innermost\r\n";
}

/// "KIND-N": mail that is made when it is asked for.
struct made_kind {
  std::string_view prefix;
  std::size_t most;
  std::string (*make)(std::size_t);
};
constexpr made_kind made[] = {{"size-", 64u << 20, &of_size},
                              {"line-", 1u << 22, &of_line},
                              {"parts-", 100'000, &of_parts},
                              {"nested-", 10'000, &of_nested},
                              {"enclosed-", 10'000, &of_enclosed}};

}  // namespace

std::optional<std::string> message::value(std::string_view field) const {
  std::string_view const all = octets;
  if (field == "octets") return octets;
  if (field == "size") return std::to_string(octets.size());
  if (field == "sha256") return net::hex(net::sha256(octets));
  if (field == "head") return std::string(all.substr(0, head_size(all)));
  if (field == "text") return std::string(all.substr(head_size(all)));
  if (field.starts_with("top[") && field.ends_with(']'))
    if (auto const lines = base::number(field.substr(4, field.size() - 5))) return top(all, *lines);
  if (field.starts_with("header[") && field.ends_with(']')) return header(all, field.substr(7, field.size() - 8));
  return std::nullopt;
}

mailroom mailroom::with(std::map<std::string, std::string, std::less<>> own) const {
  auto out = *this;
  out.own_ = std::move(own);
  return out;
}

base::result<message> mailroom::read(std::string_view name) const {
  if (auto const mine = own_.find(name); mine != own_.end()) return message{mine->first, mine->second, {}};
  for (auto const& k : made)
    if (name.starts_with(k.prefix))
      if (auto const n = base::number(name.substr(k.prefix.size())); n && *n <= k.most)
        return message{std::string(name), k.make(*n), {}};
  if (name.find('/') == name.npos)
    for (auto folder = folders_.rbegin(); folder != folders_.rend(); ++folder) {
      auto const file = *folder / (std::string(name) + ".eml");
      std::error_code none;
      if (!std::filesystem::exists(file, none)) continue;
      auto octets = base::read_file(file);
      if (!octets) return base::fault{0, "mail", octets.error().text};
      return message{std::string(name), std::move(*octets), {}};
    }
  std::string nearest;
  std::size_t best = 5;
  for (auto const& n : names())
    if (auto const d = base::edit_distance(n, name); d < best) best = d, nearest = n;
  std::string where;
  for (auto const& folder : folders_) where += (where.empty() ? "" : ", ") + folder.string();
  return base::fault{
      0, "mail",
      fmt::format("no message '{}' in {}{}", name, where, nearest.empty() ? "" : "; did you mean '" + nearest + "'?")};
}

std::vector<std::string> mailroom::names() const {
  std::vector<std::string> out;
  for (auto const& [name, octets] : own_) out.push_back(name);
  std::error_code ignored;
  for (auto const& folder : folders_)
    for (auto const& f : std::filesystem::directory_iterator(folder, ignored))
      if (f.path().extension() == ".eml") out.push_back(f.path().stem().string());
  std::ranges::sort(out);
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

message numbered_copy(message m, std::size_t copy) {
  m.octets = fmt::format("X-Mailrig-Copy: {}\r\n{}", copy, m.octets);
  return m;
}

}  // namespace mailrig::scenario
