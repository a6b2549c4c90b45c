// framer: see framer.hpp.
#include "wire/imap/framer.hpp"

#include <cstring>

#include "base/text.hpp"
#include "history/free_text.hpp"

namespace mailrig::wire::imap {

std::optional<std::uint64_t> announced_literal(std::string_view line, bool first) {
  if (line.size() < 3 || line.back() != '}') return std::nullopt;
  auto const open = line.rfind('{');
  if (open == line.npos) return std::nullopt;
  auto const count = base::number(line.substr(open + 1, line.size() - open - 2));
  if (!count || (first && history::ends_in_free_text(line))) return std::nullopt;
  return count;
}

std::size_t framer::give_up(std::size_t at, frame& f, char const* what) {
  f.fault = base::fault{at, "response", what};
  f.fault->ours = true;
  looked_ = line_begin_ = literal_end_ = 0;
  skip_next_ = true;
  return at;
}

std::size_t framer::scan(std::string_view octets, frame& f) {
  for (;;) {
    if (literal_end_ > octets.size()) return 0;
    auto const from = std::max(looked_, literal_end_);
    auto const* lf = from < octets.size()
                         ? static_cast<char const*>(std::memchr(octets.data() + from, '\n', octets.size() - from))
                         : nullptr;
    if (!lf) {
      looked_ = octets.size();
      if (octets.size() - std::max(line_begin_, literal_end_) > limits_.line_octets)
        return give_up(octets.size(), f, "the line is longer than is read; passing over it");
      return 0;
    }
    auto const end = std::size_t(lf - octets.data()) + 1;
    bool const crlf = end >= line_begin_ + 2 && octets[end - 2] == '\r';  // a literal's last CR is not the line's
    if (!crlf && !f.fault) f.fault = base::fault{end - 1, "CRLF", "a line must end in CRLF, not in a bare LF"};
    auto const line = octets.substr(line_begin_, end - line_begin_ - (crlf ? 2 : 1));
    auto const literal = skipping_ ? std::nullopt : announced_literal(line, line_begin_ == 0);
    if (!literal) {
      looked_ = line_begin_ = literal_end_ = 0;
      return end;
    }
    if (*literal > limits_.literal_octets || end + *literal > limits_.response_octets)
      return give_up(end, f, "the literal is larger than is read");
    line_begin_ = looked_ = literal_end_ = end + std::size_t(*literal);
  }
}

}  // namespace mailrig::wire::imap
