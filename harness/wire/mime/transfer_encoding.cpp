// transfer_encoding: see transfer_encoding.hpp.
#include "wire/mime/transfer_encoding.hpp"

#include "base/text.hpp"

namespace mailrig::wire::mime {
namespace {

int sextet(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

}  // namespace

std::optional<std::string> decode_base64(std::string_view body) {
  std::string out;
  unsigned bits = 0, pad = 0;
  std::size_t count = 0;
  for (std::size_t at = 0; at < body.size(); ++at) {
    if (body.substr(at, 2) == "\r\n") {
      ++at;
      continue;
    }
    if (body[at] == '=') {
      ++pad, ++count;
      continue;
    }
    auto const six = sextet(body[at]);
    if (six < 0 || pad > 0) return std::nullopt;
    bits = (bits << 6) | unsigned(six);
    if (++count % 4 != 1) out += char((bits >> ((3 - (count - 1) % 4) * 2)) & 0xFF);
  }
  if (count % 4 != 0 || pad > 2) return std::nullopt;
  return out;
}

std::optional<std::string> decode_quoted_printable(std::string_view body) {
  std::string out;
  for (std::size_t at = 0; at < body.size(); ++at) {
    char const c = body[at];
    bool const ends = body.substr(at + 1, 2) == "\r\n" || at + 1 == body.size();
    if ((c == ' ' || c == '\t') && ends) return std::nullopt;
    if (c != '=') {
      out += c;
      continue;
    }
    if (body.substr(at + 1, 2) == "\r\n") {
      at += 2;
      continue;
    }
    auto const high = at + 1 < body.size() ? hex(body[at + 1]) : -1;
    auto const low = at + 2 < body.size() ? hex(body[at + 2]) : -1;
    if (high < 0 || low < 0) return std::nullopt;
    out += char(high * 16 + low);
    at += 2;
  }
  return out;
}

std::optional<std::string> decoded_body(part const& p) {
  if (p.is_multipart() || p.is_message() || p.count("Content-Transfer-Encoding") > 1) return std::nullopt;
  auto const encoding = p.value("Content-Transfer-Encoding");
  auto const name = encoding ? base::to_lower(*encoding) : std::string("7bit");
  if (name == "base64") return decode_base64(p.body);
  if (name == "quoted-printable") return decode_quoted_printable(p.body);
  if (name == "7bit" || name == "8bit" || name == "binary") return std::string(p.body);
  return std::nullopt;
}

part const* find_leaf(part const& message, std::string_view numbers) {
  auto const* p = &message;
  bool inside = true;  // of a message: its only part is 1
  for (auto const word : base::split(numbers, '.')) {
    auto const n = base::number(word);
    if (!n || *n == 0 || !p->certain) return nullptr;
    if (p->is_message()) {
      if (p->parts.empty()) return nullptr;
      p = &p->parts[0];
      inside = true;
    }
    if (p->is_multipart()) {
      if (*n > p->parts.size()) return nullptr;
      p = &p->parts[std::size_t(*n) - 1];
      inside = false;
      continue;
    }
    if (!inside || *n != 1) return nullptr;
    inside = false;
  }
  return p->certain && !p->is_multipart() && !p->is_message() ? p : nullptr;
}

}  // namespace mailrig::wire::mime
