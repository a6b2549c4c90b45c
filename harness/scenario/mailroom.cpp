// mailroom: see mailroom.hpp.
#include "scenario/mailroom.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

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

message of_size(std::string_view name, std::size_t size) {
  message m{std::string(name), {}, {}};
  m.octets = fmt::format(
      "From: mailrig <rig@example.test>\r\nTo: you@example.test\r\nSubject: {} octets\r\n"
      "Date: Mon, 5 Jan 2026 10:00:00 +0000\r\nMessage-ID: <size-{}@example.test>\r\n\r\n",
      size, size);
  while (m.octets.size() + 2 < size) {
    auto const left = size - m.octets.size() - 2;
    auto const line = left <= 76 ? left : left < 80 ? 40 : 76;
    m.octets += std::string(line, char('a' + (m.octets.size() / 78) % 26)) + "\r\n";
  }
  return m;
}

}  // namespace

std::optional<std::string> message::value(std::string_view field) const {
  std::string_view const all = octets;
  if (field == "octets") return octets;
  if (field == "size") return std::to_string(octets.size());
  if (field == "sha256") return net::hex(net::sha256(octets));
  if (field == "head") return std::string(all.substr(0, head_size(all)));
  if (field == "text") return std::string(all.substr(head_size(all)));
  if (field.starts_with("header[") && field.ends_with(']')) return header(all, field.substr(7, field.size() - 8));
  return std::nullopt;
}

base::result<message> mailroom::read(std::string_view name) const {
  if (name.starts_with("size-"))
    if (auto const size = base::number(name.substr(5)); size && *size <= (64u << 20)) return of_size(name, *size);
  if (name.find('/') == name.npos) {
    std::ifstream in(folder_ / (std::string(name) + ".eml"), std::ios::binary);
    if (in) {
      std::ostringstream all;
      all << in.rdbuf();
      return message{std::string(name), all.str(), {}};
    }
  }
  std::string nearest;
  std::size_t best = 5;
  for (auto const& n : names())
    if (auto const d = base::edit_distance(n, name); d < best) best = d, nearest = n;
  return base::fault{0, "mail",
                     fmt::format("no message '{}' in {}{}", name, folder_.string(),
                                 nearest.empty() ? "" : "; did you mean '" + nearest + "'?")};
}

std::vector<std::string> mailroom::names() const {
  std::vector<std::string> out;
  std::error_code ignored;
  for (auto const& f : std::filesystem::directory_iterator(folder_, ignored))
    if (f.path().extension() == ".eml") out.push_back(f.path().stem().string());
  std::ranges::sort(out);
  return out;
}

message numbered_copy(message m, std::size_t copy) {
  m.octets = fmt::format("X-Mailrig-Copy: {}\r\n{}", copy, m.octets);
  return m;
}

}  // namespace mailrig::scenario
