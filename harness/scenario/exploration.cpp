// exploration: see exploration.hpp.
#include "scenario/exploration.hpp"

#include <fmt/format.h>

#include <array>

#include "base/text.hpp"
#include "wire/mime/message.hpp"

namespace mailrig::scenario {
namespace {

template <std::size_t N>
char const* one_of(base::rng& random, std::array<char const*, N> const& list) {
  return list[random.below(N)];
}

/// A run of letters from a message, at times one that no message has.
std::string word_of(base::rng& random, std::vector<message> const& mail) {
  if (mail.empty() || random.below(5) == 0) return one_of(random, std::array{"qqabsentqq", "zebra", "nowhere"});
  auto const& octets = mail[random.below(mail.size())].octets;
  auto is_letter = [](char c) { return base::lower(c) >= 'a' && base::lower(c) <= 'z'; };
  for (int attempt = 0; attempt < 20 && !octets.empty(); ++attempt) {
    auto begin = random.below(octets.size());
    while (begin > 0 && is_letter(octets[begin - 1])) --begin;
    auto end = begin;
    while (end < octets.size() && is_letter(octets[end])) ++end;
    if (end - begin >= 3 && end - begin < 20) return octets.substr(begin, end - begin);
  }
  return "ada";
}

std::string set_of(base::rng& random, std::size_t count) {
  auto number = [&] { return random.below(8) == 0 ? std::string("*") : std::to_string(1 + random.below(count)); };
  auto out = number();
  if (random.below(2)) out += ":" + number();
  if (random.below(3) == 0) out += "," + number();
  return out;
}

std::string key(base::rng& random, std::vector<message> const& mail, int depth) {
  static constexpr std::array flags{"ANSWERED",  "DELETED", "DRAFT",     "FLAGGED", "SEEN", "UNANSWERED",
                                    "UNDELETED", "UNDRAFT", "UNFLAGGED", "UNSEEN",  "ALL"};
  static constexpr std::array fields{"FROM", "TO", "CC", "BCC", "SUBJECT", "BODY", "TEXT"};
  static constexpr std::array dates{"SENTBEFORE", "SENTON", "SENTSINCE", "BEFORE", "SINCE"};
  static constexpr std::array headers{"Subject", "X-Mailrig-Copy", "Message-ID", "Content-Type", "X-None"};
  auto const word = word_of(random, mail);
  switch (random.below(depth > 0 ? 11 : 7)) {
    case 0: return one_of(random, flags);
    case 1:
    case 2: return fmt::format("{} {}", one_of(random, fields), random.below(2) ? "\"" + word + "\"" : word);
    case 3: return fmt::format("{} {}-Jan-2026", one_of(random, dates), 1 + random.below(9));
    case 4: return fmt::format("{} {}", random.below(2) ? "LARGER" : "SMALLER", random.below(700));
    case 5: return fmt::format("HEADER {} \"{}\"", one_of(random, headers), random.below(2) ? "" : word);
    case 6: return random.below(3) ? set_of(random, mail.size() + (mail.empty() ? 1 : 0)) : "UID 1:*";
    case 7: return "NOT " + key(random, mail, depth - 1);
    case 8: return fmt::format("OR {} {}", key(random, mail, depth - 1), key(random, mail, depth - 1));
    case 9: return fmt::format("({} {})", key(random, mail, depth - 1), key(random, mail, depth - 1));
    default: return fmt::format("{} {}", key(random, mail, depth - 1), key(random, mail, depth - 1));
  }
}

void labels(wire::mime::part const& p, std::string const& prefix, std::vector<std::string>& out) {
  auto const dot = prefix.empty() ? "" : prefix + ".";
  std::size_t n = 0;
  for (auto const& child : p.is_multipart() ? p.parts : std::vector<wire::mime::part>()) {
    auto const name = dot + std::to_string(++n);
    out.insert(out.end(), {name, name + ".MIME"});
    if (child.is_message()) {
      out.insert(out.end(), {name + ".HEADER", name + ".TEXT", name + ".HEADER.FIELDS (Subject From)"});
      labels(child.parts.empty() ? child : child.parts.front(), name, out);
    } else {
      labels(child, name, out);
    }
  }
  if (!p.is_multipart() && !p.is_message()) out.push_back(dot + "1");
}

}  // namespace

std::string random_search(base::rng& random, std::vector<message> const& mail) {
  return fmt::format("{}SEARCH {}", random.below(2) ? "UID " : "", key(random, mail, 2));
}

std::string random_fetch(base::rng& random, std::vector<message> const& mail) {
  if (mail.empty()) return "NOOP";
  auto const n = random.below(mail.size());
  auto const parts = wire::mime::read_message(mail[n].octets);
  std::vector<std::string> sections{"", "HEADER", "TEXT", "HEADER.FIELDS (Subject X-None to)",
                                    "HEADER.FIELDS.NOT (From Date)"};
  if (parts.certain) labels(parts, "", sections);
  std::string items;
  for (auto left = 1 + random.below(3); left > 0; --left) {
    auto item = "BODY.PEEK[" + sections[random.below(sections.size())] + "]";
    if (random.below(2)) item += fmt::format("<{}.{}>", random.below(300), 1 + random.below(300));
    if (items.find(item) == items.npos) items += item + " ";
  }
  items += one_of(
      random, std::array{"UID", "RFC822.SIZE", "ENVELOPE", "BODYSTRUCTURE", "BODY", "RFC822.HEADER", "INTERNALDATE"});
  return fmt::format("FETCH {} ({})", n + 1, items);
}

}  // namespace mailrig::scenario
