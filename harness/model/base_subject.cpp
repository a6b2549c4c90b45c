// base_subject: see base_subject.hpp.
#include "model/base_subject.hpp"

#include "base/text.hpp"

namespace mailrig::model {
namespace {

/// Where the subj-blob that begins at `at` ends, with the blanks behind it; `at` when none does.
std::size_t past_blob(std::string_view s, std::size_t at) {
  if (at >= s.size() || s[at] != '[') return at;
  auto end = s.find_first_of("[]", at + 1);
  if (end == s.npos || s[end] != ']') return at;
  for (++end; end < s.size() && s[end] == ' '; ++end) {
  }
  return end;
}

/// subj-refwd = ("re" / ("fw" ["d"])) *WSP [subj-blob] ":", with subj-blobs before it; 0 when it does not begin so.
std::size_t past_refwd(std::string_view s) {
  std::size_t at = 0;
  for (auto next = past_blob(s, at); next != at; next = past_blob(s, at)) at = next;
  auto const rest = s.substr(at);
  if (base::istarts_with(rest, "fwd"))
    at += 3;
  else if (base::istarts_with(rest, "re") || base::istarts_with(rest, "fw"))
    at += 2;
  else
    return 0;
  while (at < s.size() && s[at] == ' ') ++at;
  at = past_blob(s, at);
  return at < s.size() && s[at] == ':' ? at + 1 : 0;
}

bool iends_with(std::string_view s, std::string_view end) {
  return s.size() >= end.size() && base::iequals(s.substr(s.size() - end.size()), end);
}

/// Step 2.
std::string_view without_trailers(std::string_view s, bool& forward) {
  for (;;) {
    if (s.ends_with(' ')) {
      s.remove_suffix(1);
    } else if (iends_with(s, "(fwd)")) {
      s.remove_suffix(5);
      forward = true;
    } else {
      return s;
    }
  }
}

/// Steps 3 to 5.
std::string_view without_leaders(std::string_view s, bool& reply) {
  for (;;) {
    if (s.starts_with(' ')) {
      s.remove_prefix(1);
      continue;
    }
    if (auto const end = past_refwd(s); end > 0) {
      s.remove_prefix(end);
      reply = true;
      continue;
    }
    auto const end = past_blob(s, 0);
    if (end == 0 || end >= s.size()) return s;
    s.remove_prefix(end);
  }
}

}  // namespace

base_subject base_subject_of(std::string_view subject) {
  base_subject out;
  auto const text = base::single_spaced(subject);  // step 1
  std::string_view s = text;
  for (;;) {
    s = without_leaders(without_trailers(s, out.reply_or_forward), out.reply_or_forward);
    constexpr std::string_view header = "[fwd:";
    if (!base::istarts_with(s, header) || !s.ends_with(']')) break;
    s = s.substr(header.size(), s.size() - header.size() - 1);
    out.reply_or_forward = true;
  }
  out.text = s;
  return out;
}

}  // namespace mailrig::model
