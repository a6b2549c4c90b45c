// message: see message.hpp.
#include "wire/mime/message.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace mailrig::wire::mime {
namespace {

constexpr int deepest = 20;

bool is_token(char c) {
  return c > 0x20 && c < 0x7F && std::string_view("()<>@,;:\\\"/[]?=").find(c) == std::string_view::npos;
}

std::string_view take_token(std::string_view& text) {
  std::size_t n = 0;
  while (n < text.size() && is_token(text[n])) ++n;
  auto const out = text.substr(0, n);
  text.remove_prefix(n);
  return out;
}

std::string unfolded(std::string_view text) {
  std::string out;
  for (char c : text)
    if (c != '\r' && c != '\n') out += c;
  return std::string(base::trim(out));
}

/// Fields up to the blank line; false when a line is neither a field nor a continuation.
bool read_fields(part& p) {
  auto rest = p.header;
  bool good = true;
  while (!rest.empty() && rest != "\r\n") {
    auto end = rest.find("\r\n");
    while (end != rest.npos && end + 2 < rest.size() && (rest[end + 2] == ' ' || rest[end + 2] == '\t'))
      end = rest.find("\r\n", end + 2);
    auto const octets = rest.substr(0, end == rest.npos ? rest.size() : end + 2);
    auto const colon = octets.find(':');
    auto const name = octets.substr(0, colon);
    bool const formed =
        colon != octets.npos && colon > 0 && std::ranges::all_of(name, [](char c) { return c > 0x20 && c < 0x7F; });
    if (formed)
      p.fields.push_back({name, octets, unfolded(octets.substr(colon + 1))});
    else
      good = false;
    if (!octets.ends_with("\r\n")) good = false;
    rest.remove_prefix(octets.size());
  }
  return good;
}

/// Splits at the first blank line.
void split_header(std::string_view octets, part& p) {
  if (octets.starts_with("\r\n")) {
    p.header = octets.substr(0, 2);
    p.body = octets.substr(2);
    return;
  }
  auto const blank = octets.find("\r\n\r\n");
  if (blank == octets.npos) {
    p.header = octets;
    p.body = octets.substr(octets.size());
    p.certain = false;  // a header without an end
    return;
  }
  p.header = octets.substr(0, blank + 4);
  p.body = octets.substr(blank + 4);
}

part read_part(std::string_view octets, bool in_digest, int depth);

/// The parts between delimiters "--boundary" at line starts; the CRLF before a delimiter belongs to it.
bool read_multipart(part& p, std::string const& boundary, int depth) {
  auto const delimiter = "--" + boundary;
  std::optional<std::size_t> begin;
  for (std::size_t at = 0; at < p.body.size();) {
    auto const end = std::min(p.body.find("\r\n", at), p.body.size());
    auto line = p.body.substr(at, end - at);
    if (line.starts_with(delimiter)) {
      auto const tail = line.substr(delimiter.size());
      bool const last = tail.starts_with("--");
      // A boundary within that begins like this one may not be (RFC 2046 §5.1.1): by its beginning a line is one of
      // these, by all of it one of those. One around it that does is no matter: it ends all that is within.
      if (!base::trim(last ? tail.substr(2) : tail).empty()) return false;
      if (begin) {
        if (at < *begin + 2) return false;
        p.parts.push_back(read_part(p.body.substr(*begin, at - 2 - *begin), p.type.subtype == "digest", depth + 1));
      }
      // Nothing need follow: the line end before an outer delimiter is that delimiter's (RFC 2046 §5.1.1).
      if (last) return !p.parts.empty();
      begin = std::min(end + 2, p.body.size());
    }
    at = end + 2;
  }
  return false;  // no closing delimiter
}

part read_part(std::string_view octets, bool in_digest, int depth) {
  part p;
  split_header(octets, p);
  p.certain = read_fields(p) && p.certain && depth < deepest;
  p.type = in_digest ? value_with_parameters{"message", "rfc822", {}} : value_with_parameters{"text", "plain", {}};
  for (auto const* once : {"Content-Type", "Content-Transfer-Encoding", "Content-ID", "Content-Description",
                           "Content-Disposition", "Content-MD5", "Content-Language", "Content-Location"})
    if (p.count(once) > 1) p.certain = false;
  if (auto const text = p.value("Content-Type")) {
    if (auto read = read_parameters(*text, true))
      p.type = std::move(*read);
    else
      p.certain = false;
  }
  if (!p.certain) return p;
  if (p.is_multipart()) {
    auto const& list = p.type.parameters;
    auto const boundary = std::ranges::find(list, "boundary", &parameter::name);
    p.certain = boundary != list.end() && !boundary->value.empty() && read_multipart(p, boundary->value, depth);
  } else if (p.is_message()) {
    auto const encoding = p.value("Content-Transfer-Encoding");
    bool const plain = !encoding || base::iequals(*encoding, "7bit") || base::iequals(*encoding, "8bit") ||
                       base::iequals(*encoding, "binary");
    if (!plain) p.certain = false;
    p.parts.push_back(read_part(p.body, false, depth + 1));
    // To who speaks RFC 3501 alone it is a part like any other.
    if (p.type.subtype == "global") p.certain = false;
  }
  for (auto const& child : p.parts) p.certain = p.certain && child.certain;
  return p;
}

/// The fields that a HEADER.FIELDS list names (or does not), and the blank line.
std::string chosen_fields(part const& p, std::string_view list, bool named) {
  std::vector<std::string_view> const names = base::words(list);
  std::string out;
  for (auto const& f : p.fields) {
    bool const hit = std::ranges::any_of(names, [&](auto n) { return base::iequals(n, f.name); });
    if (hit == named) out += f.octets;
  }
  return out + "\r\n";
}

}  // namespace

std::optional<std::string> part::value(std::string_view name) const {
  for (auto const& f : fields)
    if (base::iequals(f.name, name)) return f.value;
  return std::nullopt;
}

std::size_t part::count(std::string_view name) const {
  return std::size_t(std::ranges::count_if(fields, [&](field const& f) { return base::iequals(f.name, name); }));
}

std::string collapsed(std::string_view text) {
  std::string out;
  for (auto w : base::words(text)) out += (out.empty() ? "" : " ") + std::string(w);
  return out;
}

std::optional<value_with_parameters> read_parameters(std::string_view text, bool with_subtype) {
  value_with_parameters out;
  text = base::trim(text);
  out.type = base::to_lower(take_token(text));
  if (with_subtype) {
    if (!text.starts_with('/')) return std::nullopt;
    text.remove_prefix(1);
    out.subtype = base::to_lower(take_token(text));
  }
  if (out.type.empty() || (with_subtype && out.subtype.empty())) return std::nullopt;
  for (text = base::trim(text); !text.empty(); text = base::trim(text)) {
    if (text.front() != ';') return std::nullopt;
    text = base::trim(text.substr(1));
    parameter p;
    p.name = base::to_lower(take_token(text));
    if (p.name.empty() || p.name.find('*') != p.name.npos || !text.starts_with('=')) return std::nullopt;
    text.remove_prefix(1);
    if (text.starts_with('"')) {
      std::size_t i = 1;
      for (; i < text.size() && text[i] != '"'; ++i) {
        if (text[i] == '\\' && i + 1 < text.size()) ++i;
        p.value += text[i];
      }
      if (i >= text.size()) return std::nullopt;
      text.remove_prefix(i + 1);
    } else {
      p.value = take_token(text);
      if (p.value.empty()) return std::nullopt;
    }
    for (auto const& known : out.parameters)
      if (known.name == p.name) return std::nullopt;
    out.parameters.push_back(std::move(p));
  }
  return out;
}

bool has_plain_lines(std::string_view octets) {
  for (std::size_t i = 0; i < octets.size(); ++i) {
    if (octets[i] == '\0') return false;
    if (octets[i] == '\r' && (i + 1 == octets.size() || octets[i + 1] != '\n')) return false;
    if (octets[i] == '\n' && (i == 0 || octets[i - 1] != '\r')) return false;
  }
  return true;
}

part read_message(std::string_view octets) {
  auto p = read_part(octets, false, 0);
  if (!has_plain_lines(octets)) p.certain = false;
  return p;
}

std::optional<std::string> section(part const& message, std::string_view label) {
  if (!message.certain || !label.starts_with("BODY[") || !label.ends_with(']')) return std::nullopt;
  label = label.substr(5, label.size() - 6);
  part const* p = &message;
  part const* container = &message;  // whose parts the next number counts
  bool numbered = false, in_multipart = false;
  while (!label.empty() && label.front() >= '0' && label.front() <= '9') {
    auto const dot = std::min(label.find('.'), label.size());
    auto const n = base::number(label.substr(0, dot)).value_or(0);
    label = dot == label.size() ? std::string_view() : label.substr(dot + 1);
    in_multipart = container && container->is_multipart();
    if (!container || n == 0) return std::nullopt;
    // Of a part that is not there nothing can be told.
    if (n > (in_multipart ? container->parts.size() : 1)) return label.empty() ? std::optional("") : std::nullopt;
    p = in_multipart ? &container->parts[n - 1] : container;
    container = p->is_multipart() ? p : p->is_message() ? &p->parts.front() : nullptr;
    numbered = true;
  }
  if (label.empty()) return numbered ? std::string(p->body) : std::string(message.header) + std::string(message.body);
  if (label == "MIME") return in_multipart ? std::optional(std::string(p->header)) : std::nullopt;
  if (numbered) {
    if (!p->is_message()) return std::nullopt;
    p = &p->parts.front();
  }
  if (label == "HEADER") return std::string(p->header);
  if (label == "TEXT") return std::string(p->body);
  bool const omitted = label.starts_with("HEADER.FIELDS.NOT (");
  if (!omitted && !label.starts_with("HEADER.FIELDS (")) return std::nullopt;
  auto const open = label.find('(');
  return chosen_fields(*p, label.substr(open + 1, label.size() - open - 2), !omitted);
}

}  // namespace mailrig::wire::mime
