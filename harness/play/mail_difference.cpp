// mail_difference: see mail_difference.hpp.
#include "play/mail_difference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text.hpp"

namespace mailrig::play {
namespace {

using difference = mail_difference::kind;

struct compared {
  piece const* of;
  std::string octets;
  bool matched = false;
};

std::vector<compared> all_comparable(std::vector<piece> const& from, mail_place const& place) {
  std::vector<compared> out;
  for (auto const& p : from) out.push_back({&p, comparable(p.octets, place)});
  return out;
}

std::size_t common_prefix(std::string_view a, std::string_view b) {
  auto const n = std::min(a.size(), b.size());
  return std::size_t(std::mismatch(a.begin(), a.begin() + std::ptrdiff_t(n), b.begin()).first - a.begin());
}

std::size_t common_suffix(std::string_view a, std::string_view b) {
  std::size_t n = 0;
  while (n < a.size() && n < b.size() && a[a.size() - 1 - n] == b[b.size() - 1 - n]) ++n;
  return n;
}

/// They are one message, altered: most of the shorter one's octets are those of the other, from the beginning or the
/// end.
bool are_kin(std::string_view a, std::string_view b) {
  auto const shorter = std::min(a.size(), b.size());
  return shorter > 0 && common_prefix(a, b) + common_suffix(a, b) >= (shorter + 1) / 2;
}

/// How people know it: its subject, else its first line.
std::string called(std::string_view octets) {
  std::string_view first;
  for (auto const line : base::split(octets.substr(0, 4096), '\n')) {
    if (first.empty()) first = line;
    if (base::istarts_with(line, "Subject:")) return base::printable(base::trim(line.substr(0, 60)));
    if (line.empty()) break;
  }
  return first.empty() ? "an empty message" : base::printable(first.substr(0, 60));
}

std::string listed(std::set<std::string> const& flags) {
  return flags.empty() ? "none" : fmt::format("{}", fmt::join(flags, " "));
}

std::optional<mail_difference> flags_differ(piece const& server, piece const& client) {
  auto wanted = server.flags;
  std::erase_if(wanted, [](auto const& f) {
    return f != "\\Seen" && f != "\\Answered" && f != "\\Flagged" && f != "\\Draft" && f != "\\Deleted";
  });
  if (wanted == client.flags) return std::nullopt;
  return mail_difference{
      difference::flags,
      fmt::format("{} has the flags {}, on the server {}", called(client.octets), listed(client.flags), listed(wanted)),
      listed(wanted), client.where, 0};
}

mail_difference altered(compared const& server, compared const& client) {
  auto const at = common_prefix(server.octets, client.octets);
  auto const wanted = server.octets.substr(at > 30 ? at - 30 : 0, 120);
  return {difference::altered,
          fmt::format("{} is not what the server has: {} octets, and {} there; they differ from octet {} on",
                      called(server.octets), client.octets.size(), server.octets.size(), at),
          base::printable(wanted), client.octets.substr(at > 200 ? at - 200 : 0, 400), std::min<std::size_t>(at, 200)};
}

}  // namespace

std::string comparable(std::string_view octets, mail_place const& place) {
  std::string out;
  bool header = true, skipping = false;
  while (!octets.empty()) {
    auto const end = std::min(octets.find('\n'), octets.size() - 1) + 1;
    std::string line(octets.substr(0, end));
    octets.remove_prefix(end);
    if (line.ends_with("\r\n")) line.replace(line.size() - 2, 2, "\n");
    if (header && line == "\n") header = skipping = false;
    bool const folded = line.starts_with(' ') || line.starts_with('\t');
    if (header && !folded) {
      auto const name = base::to_lower(base::trim(std::string_view(line).substr(0, line.find(':'))));
      skipping = line.find(':') != line.npos && std::ranges::any_of(place.adds, [&](auto const& glob) {
                   return base::glob(base::to_lower(glob), name);
                 });
    }
    if (!skipping) out += line;
  }
  if (!place.keeps_end)
    while (out.ends_with('\n')) out.pop_back();
  return out;
}

std::vector<mail_difference> differences(std::vector<piece> const& server, std::vector<piece> const& client,
                                         mail_place const& place, std::vector<piece> const& past) {
  std::vector<mail_difference> out;
  auto there = all_comparable(server, place), here = all_comparable(client, place);
  for (auto& s : there)
    for (auto& c : here)
      if (!s.matched && !c.matched && s.octets == c.octets) {
        s.matched = c.matched = true;
        if (place.flags)
          if (auto const wrong = flags_differ(*s.of, *c.of)) out.push_back(*wrong);
      }
  for (auto const& old : all_comparable(past, place))
    for (auto& c : here)
      if (c.octets == old.octets) c.matched = true;
  for (auto& s : there) {
    if (s.matched) continue;
    auto const kin =
        std::ranges::find_if(here, [&](auto const& c) { return !c.matched && are_kin(s.octets, c.octets); });
    if (kin == here.end()) {
      out.push_back({difference::missing, fmt::format("{} is not there", called(s.octets)), called(s.octets), {}, 0});
      continue;
    }
    kin->matched = true;
    out.push_back(altered(s, *kin));
  }
  for (auto const& c : here) {
    if (c.matched) continue;
    bool const again = std::ranges::any_of(there, [&](auto const& s) { return s.octets == c.octets; });
    out.push_back(
        {again ? difference::twice : difference::nobodys,
         fmt::format("{} {}: {}", called(c.octets),
                     again ? "is there once more than on the server" : "is no message of the server's", c.of->where),
         {},
         c.octets.substr(0, 400),
         0});
  }
  return out;
}

}  // namespace mailrig::play
