// text_lines: see text_lines.hpp.
#include "base/text_lines.hpp"

#include "base/text.hpp"

namespace mailrig::base {

result<std::vector<text_line>> lines_of(std::string_view text) {
  auto const wrong = [](std::size_t line, char const* what) { return fault{line, {}, what}; };
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff"))
    return wrong(1, "the file is UTF-16; save it as UTF-8");
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  std::vector<text_line> out;
  std::size_t number = 0;
  for (auto line : split(text, '\n')) {
    ++number;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.find('\0') != line.npos) return wrong(number, "there is a NUL in it; this is no text: save it as UTF-8");
    if (line.find('\r') != line.npos)
      return wrong(number, "there is a CR without LF in it; end lines with LF or with CRLF");
    out.push_back({number, line});
  }
  // What a last line's end leaves is no line.
  if (!out.empty() && out.back().text.empty()) out.pop_back();
  return out;
}

}  // namespace mailrig::base
