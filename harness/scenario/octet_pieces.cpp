// octet_pieces: see octet_pieces.hpp.
#include "scenario/octet_pieces.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "scenario/escapes.hpp"

namespace mailrig::scenario {

base::result<std::vector<octet_piece>> read_octet_pieces(std::string_view text, std::string_view name,
                                                         std::uint64_t most) {
  std::vector<octet_piece> out;
  auto const wrong = [&](std::string what) { return base::fault{0, std::string(name), std::move(what)}; };
  auto rest = text;
  while (!(rest = base::trim(rest)).empty()) {
    if (rest.front() != '"') {
      auto const word = base::words(rest)[0];
      auto const d = base::read_duration(word);
      if (!d) return wrong(fmt::format("'{}' is neither octets in quotes nor a time", word));
      out.push_back({{}, 1, *d});
      rest.remove_prefix(word.size());
      continue;
    }
    std::size_t end = 1;
    while (end < rest.size() && rest[end] != '"') end += rest[end] == '\\' ? 2 : 1;
    if (end >= rest.size()) return wrong("the octets are not closed by '\"'");
    octet_piece piece{unescaped(rest.substr(1, end - 1))};
    rest.remove_prefix(end + 1);
    if (rest.starts_with('*')) {
      auto const times = base::number(base::words(rest)[0].substr(1));
      if (!times || *times > most) return wrong(fmt::format("'*' is followed by a number up to {}", most));
      piece.times = *times;
      rest.remove_prefix(base::words(rest)[0].size());
    }
    out.push_back(std::move(piece));
  }
  return out;
}

}  // namespace mailrig::scenario
