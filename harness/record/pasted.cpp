// pasted: see pasted.hpp.
#include "record/pasted.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mailrig::record {

namespace {

constexpr std::size_t largest = 1u << 26;  ///< of a text that somebody would paste

std::string without_entities(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, char>, 7> entities{{
      {"&lt;", '<'},
      {"&gt;", '>'},
      {"&quot;", '"'},
      {"&#39;", '\''},
      {"&apos;", '\''},
      {"&nbsp;", ' '},
      {"&amp;", '&'},
  }};
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    auto const more = text.substr(at);
    auto const* const found = std::ranges::find_if(entities, [&](auto const& e) { return more.starts_with(e.first); });
    if (more.front() != '&' || found == entities.end()) {
      out += text[at++];
      continue;
    }
    out += found->second;
    at += found->first.size();
  }
  return out;
}

/// Each line with what `head` takes from its beginning.
template <class Head>
std::string each_line(std::string_view text, Head const& head) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    auto const end = std::min(text.find('\n', at), text.size() - 1);
    out += head(text.substr(at, end + 1 - at));
    at = end + 1;
  }
  return out;
}

std::string_view without_quote(std::string_view line) {
  auto const mark = line.find_first_not_of(" \t");
  if (mark == line.npos || mark > 4 || (line[mark] != '>' && line[mark] != '|')) return line;
  line.remove_prefix(mark + 1);
  if (line.starts_with(' ')) line.remove_prefix(1);
  return line;
}

std::string_view without_indent(std::string_view line) {
  constexpr std::size_t most = 8;
  if (line.starts_with('\t')) return line.substr(1);
  auto const n = std::min(line.find_first_not_of(' '), most);
  return line.substr(std::min(n, line.size()));
}

/// The file's text without such marks, the least change first.
std::vector<std::string> forms_of(std::string_view octets) {
  std::vector<std::string> out;
  auto const escaped = octets.find("&lt;") != octets.npos || octets.find("&gt;") != octets.npos;
  std::string const plain = escaped ? without_entities(octets) : std::string(octets);
  if (escaped) out.push_back(plain);
  auto const once = each_line(plain, without_quote);
  if (once != plain) {
    out.push_back(once);
    if (auto twice = each_line(once, without_quote); twice != once) out.push_back(std::move(twice));
  }
  if (auto left = each_line(plain, without_indent); left != plain) out.push_back(std::move(left));
  return out;
}

/// Markdown's source has "\\* OK" for "* OK"; a flag has its own backslash, and no blank behind the star.
std::string without_escaped_stars(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    auto const more = text.substr(at, 4);
    bool const star = more.size() == 4 && more.starts_with("\\* ") &&
                      ((more[3] >= 'A' && more[3] <= 'Z') || (more[3] >= '0' && more[3] <= '9'));
    if (!star) out += text[at];
  }
  return out;
}

/// A page's text has no "<" of its own where it writes "&lt;".
bool is_escaped(std::string_view octets) {
  return octets.find("&lt;") != octets.npos && octets.find("&gt;") != octets.npos && octets.find('<') == octets.npos;
}

}  // namespace

importer const* recognise_pasted(log_file& file) {
  if (file.octets.size() <= largest && is_escaped(file.octets)) file.octets = without_entities(file.octets);
  if (file.octets.size() <= largest && file.octets.find("\\* OK") != std::string::npos)
    file.octets = without_escaped_stars(file.octets);
  auto const* best = recognise(file);
  if ((best && best->rewrite) || file.octets.size() > largest) return best;
  int most = best ? best->fits(file) : 0;
  std::string chosen;
  for (auto& form : forms_of(file.octets)) {
    log_file const other{file.path, std::move(form)};
    auto const* kind = recognise(other);
    if (!kind || kind->rewrite) continue;
    if (auto const fit = kind->fits(other); fit > most) {
      most = fit;
      best = kind;
      chosen = other.octets;
    }
  }
  if (!chosen.empty()) file.octets = std::move(chosen);
  return best;
}

}  // namespace mailrig::record
