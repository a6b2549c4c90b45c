// search_request: see search_request.hpp.
#include "model/search_request.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace mailrig::model {
namespace {

/// The words of "(...)"; nothing when it is no list.
std::optional<std::vector<wire::imap::argument>> listed(wire::imap::argument const& list) {
  if (list.string || !list.text.starts_with('(') || !list.text.ends_with(')')) return std::nullopt;
  return wire::imap::read_command("x x " + list.text.substr(1, list.text.size() - 2) + "\r\n").arguments;
}

bool read_returns(std::vector<wire::imap::argument> const& options, search_request& out) {
  out.extended = true;
  for (std::size_t n = 0; n < options.size(); ++n) {
    auto const& word = options[n].text;
    if (word.empty() || word.starts_with('(') || word.starts_with('-') || base::is_digit(word.front()))
      continue;  // what an option takes
    out.returns.push_back(base::to_upper(word));
    if (out.returns.back() != "PARTIAL") continue;
    out.partial = n + 1 < options.size() ? read_range(options[n + 1].text) : std::nullopt;
    if (!out.partial) return false;
  }
  return true;
}

bool read_order(std::vector<wire::imap::argument> const& words, search_request& out) {
  bool reverse = false;
  for (auto const& word : words) {
    auto const key = base::to_upper(word.text);
    if (key == "REVERSE" && !reverse) {
      reverse = true;
      continue;
    }
    out.order.push_back({key, reverse});
    reverse = false;
  }
  return !reverse && !out.order.empty();
}

bool is_read_charset(std::string_view name) { return base::iequals(name, "US-ASCII") || base::iequals(name, "UTF-8"); }

}  // namespace

std::optional<result_range> read_range(std::string_view text) {
  auto const parts = base::split(text, ':');
  if (parts.size() != 2) return std::nullopt;
  result_range out;
  out.from_end = parts[0].starts_with('-');
  std::vector<std::uint64_t> numbers;
  for (auto part : parts) {
    if (part.starts_with('-') != out.from_end) return std::nullopt;
    if (out.from_end) part.remove_prefix(1);
    auto const n = base::number(part);
    if (!n || *n == 0 || *n > 0xFFFFFFFF) return std::nullopt;
    numbers.push_back(*n);
  }
  out.low = std::uint32_t(std::min(numbers[0], numbers[1]));
  out.high = std::uint32_t(std::max(numbers[0], numbers[1]));
  return out;
}

bool search_request::returns_option(std::string_view upper_name) const {
  if (extended && returns.empty()) return upper_name == "ALL";
  return std::ranges::find(returns, upper_name) != returns.end();
}

std::optional<search_request> read_search_request(wire::imap::command const& c) {
  search_request out;
  if (c.name == "SORT")
    out.kind = search_request::what::sort;
  else if (c.name == "THREAD")
    out.kind = search_request::what::thread;
  else if (c.name != "SEARCH")
    return std::nullopt;
  out.uid = c.uid;
  std::size_t at = 0;
  if (out.kind != search_request::what::thread && c.arguments.size() > 1 && !c.arguments[0].string &&
      base::iequals(c.arg(0), "RETURN")) {
    auto const options = listed(c.arguments[1]);
    if (!options || !read_returns(*options, out)) return std::nullopt;
    at = 2;
  }
  bool charset_is_read = true;
  if (out.kind == search_request::what::search) {
    if (base::iequals(c.arg(at), "CHARSET")) charset_is_read = is_read_charset(c.arg(at + 1)), at += 2;
  } else {
    if (c.arguments.size() < at + 3) return std::nullopt;
    if (out.kind == search_request::what::sort) {
      auto const words = listed(c.arguments[at]);
      if (!words || !read_order(*words, out)) return std::nullopt;
    } else {
      out.algorithm = base::to_upper(c.arg(at));
    }
    charset_is_read = is_read_charset(c.arg(at + 1));
    at += 2;
  }
  if (charset_is_read) out.criteria = read_search_keys(c, at);
  return out;
}

}  // namespace mailrig::model
