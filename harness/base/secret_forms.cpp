// secret_forms: see secret_forms.hpp.
#include "base/secret_forms.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace mailrig::base {
namespace {

constexpr std::string_view base64_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// A shorter run of base64 is found in any text.
constexpr std::size_t least_core = 6;

std::string mapped(std::string_view octets, auto const& one) {
  std::string out;
  for (char c : octets) out += one(c);
  return out;
}

unsigned code(char c) { return static_cast<unsigned char>(c); }

/// Every octet by the same format of its number.
std::string each(std::string_view octets, std::string_view format) {
  return mapped(octets, [&](char c) { return fmt::format(fmt::runtime(format), code(c)); });
}

std::string without_last(std::string text) { return text.substr(0, text.size() - 1); }

bool is_odd(char c) { return code(c) < 0x20 || code(c) >= 0x7F; }
bool is_alnum(char c) { return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9'); }

/// Octets that stand for others in quoted strings, preceded by a backslash.
std::string backslashed(std::string_view octets) {
  std::string out;
  for (char c : octets) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string as_json(std::string_view octets, bool slash) {
  return mapped(octets, [slash](char c) -> std::string {
    switch (c) {
      case '"': return "\\\"";
      case '\\': return "\\\\";
      case '\n': return "\\n";
      case '\r': return "\\r";
      case '\t': return "\\t";
      case '/': return slash ? "\\/" : "/";
      default: return code(c) < 0x20 ? fmt::format("\\u{:04x}", code(c)) : std::string(1, c);
    }
  });
}

std::string as_html(std::string_view octets, std::string_view apostrophe) {
  return mapped(octets, [apostrophe](char c) -> std::string {
    switch (c) {
      case '&': return "&amp;";
      case '<': return "&lt;";
      case '>': return "&gt;";
      case '"': return "&quot;";
      case '\'': return std::string(apostrophe);
      default: return std::string(1, c);
    }
  });
}

/// Between tags, where quotes stay.
std::string html_text(std::string_view octets) {
  return mapped(octets, [](char c) { return c == '"' ? std::string(1, c) : as_html({&c, 1}, "'"); });
}

/// The characters that URLs never escape stay; a blank may be "+", and "/" stays within a path.
std::string as_url(std::string_view octets, bool form, bool path) {
  return mapped(octets, [=](char c) {
    if (path && c == '/') return std::string(1, c);
    if (form && c == ' ') return std::string("+");
    return is_alnum(c) || std::string_view("-._~").find(c) != std::string_view::npos ? std::string(1, c)
                                                                                     : fmt::format("%{:02x}", code(c));
  });
}

std::string as_quoted_printable(std::string_view octets) {
  return mapped(octets,
                [](char c) { return c == '=' || is_odd(c) ? fmt::format("={:02x}", code(c)) : std::string(1, c); });
}

/// As the language of scenarios writes octets between quotes.
std::string as_scenario(std::string_view octets) {
  return mapped(octets, [](char c) -> std::string {
    if (c == '\r') return "\\r";
    if (c == '\n') return "\\n";
    if (c == '"' || c == '\\') return {'\\', c};
    return is_odd(c) || c == '$' || c == '{' || c == '}' ? fmt::format("\\x{:02x}", code(c)) : std::string(1, c);
  });
}

/// One octet is one code point (ISO 8859-1), written as UTF-8.
std::string as_utf8(std::string_view octets) {
  return mapped(octets, [](char c) {
    return code(c) < 0x80 ? std::string(1, c) : std::string{char(0xC0 | (code(c) >> 6)), char(0x80 | (code(c) & 0x3F))};
  });
}

/// What base64 makes of the secret wherever it stands in a longer text: `before` octets of other text share its first
/// three. Digits that hold bits of others are left out.
secret_form in_base64(std::string_view secret, std::size_t before) {
  std::string const text = std::string(before, '\0') + std::string(secret);
  secret_form out;
  out.left = before > 0;
  out.right = text.size() % 3 != 0;
  for (std::size_t bit = 0; bit + 6 <= text.size() * 8; bit += 6) {
    auto const at = bit / 8;
    unsigned const pair = code(text[at]) << 8 | (at + 1 < text.size() ? code(text[at + 1]) : 0);
    if (bit >= before * 8) out.octets += base64_digits[pair >> (10 - bit % 8) & 63];
  }
  return out;
}

std::string whole_base64(std::string_view secret) {
  auto out = in_base64(std::string(secret) + std::string(2, '\0'), 0).octets.substr(0, (secret.size() * 8 + 5) / 6);
  while (out.size() % 4 != 0) out += '=';
  return out;
}

void add_once(std::vector<secret_form>& out, secret_form f) {
  auto const same = [&](secret_form const& known) { return iequals(known.octets, f.octets); };
  if (!f.octets.empty() && std::ranges::none_of(out, same)) out.push_back(std::move(f));
}

/// As it is, and as URLs and JSON write it.
void add_in_base64(std::vector<secret_form>& out, std::string_view secret) {
  for (std::size_t before = 0; before < 3; ++before) {
    auto core = in_base64(secret, before);
    if (core.octets.size() < least_core) continue;
    auto for_urls = core;
    std::ranges::replace(for_urls.octets, '+', '-');
    std::ranges::replace(for_urls.octets, '/', '_');
    auto slashes = core;
    slashes.octets = as_json(core.octets, true);
    add_once(out, std::move(core));
    add_once(out, std::move(for_urls));
    add_once(out, std::move(slashes));
  }
}

}  // namespace

std::vector<secret_form> proof_forms(std::string_view proof) {
  std::vector<secret_form> out;
  std::string raw(proof.substr(0, proof.find_last_not_of('=') + 1));
  for (auto const& text : {raw, as_json(raw, true), as_url(raw, false, false)}) add_once(out, {text, true});
  add_in_base64(out, raw);
  std::ranges::replace(raw, '+', '-');
  std::ranges::replace(raw, '/', '_');
  add_once(out, {raw, true});
  return out;
}

std::vector<secret_form> secret_forms(std::string_view secret) {
  std::vector<secret_form> out;
  auto const add = [&](secret_form f) { add_once(out, std::move(f)); };
  std::string const raw(secret);
  for (auto const& text :
       {raw, backslashed(raw), as_utf8(raw), as_json(raw, false), as_json(raw, true), as_html(raw, "'"),
        as_html(raw, "&#39;"), as_html(raw, "&apos;"), as_html(raw, "&#x27;"), html_text(raw),
        as_url(raw, false, false), as_url(raw, false, true), as_url(raw, true, false), as_quoted_printable(raw)})
    add({text, true});
  // A scenario may try a password without its last octet.
  if (raw.size() > 1) add({raw.substr(0, raw.size() - 1), true});
  add_in_base64(out, raw);
  // What its neighbours leave of a short one is too little to be told; alone it is padded.
  if (auto alone = in_base64(raw, 0); alone.octets.size() < least_core) add({whole_base64(raw)});
  for (auto const& text : {each(raw, "{:02x}"), without_last(each(raw, "{:02x} ")), without_last(each(raw, "{:02x}:")),
                           each(raw, "%{:02x}"), each(raw, "={:02x}"), each(raw, "\\x{:02x}"), each(raw, "\\{:03o}"),
                           each(raw, "\\u{:04x}"), each(raw, "&#{};"), each(raw, "&#{:03};"), each(raw, "&#x{:02x};")})
    add({text});
  return out;
}

std::vector<std::string> written_forms(std::string_view form) {
  std::vector<std::string> out;
  // Most forms are written as they are: ten thousand accounts are read in no time.
  if (std::ranges::none_of(
          form, [](char c) { return is_odd(c) || std::string_view("\"\\&<>${}").find(c) != std::string_view::npos; }))
    return out;
  auto const add = [&](std::string text) {
    if (text != form && std::ranges::find(out, text) == out.end()) out.push_back(std::move(text));
  };
  for (auto const& text : {std::string(form), printable(form), as_scenario(form)}) {
    auto const json = as_json(text, false);
    add(text);
    add(json);
    add(as_html(text, "'"));
    add(as_html(json, "'"));
    add(mapped(json, [](char c) { return code(c) < 0x7F ? std::string(1, c) : fmt::format("\\u{:04x}", code(c)); }));
    add(mapped(text, [](char c) { return c == '"' ? std::string("\"\"") : std::string(1, c); }));
  }
  return out;
}

}  // namespace mailrig::base
