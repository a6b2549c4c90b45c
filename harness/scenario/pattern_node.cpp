// pattern_node: see pattern_node.hpp.
#include "scenario/pattern_node.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/text.hpp"
#include "scenario/escapes.hpp"

namespace mailrig::scenario {

using node = pattern_node;

namespace {

/// "$name" and nothing behind it: "$one,$two" is a word that has two names in it.
bool is_variable(std::string_view word) {
  auto const in_name = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; };
  return word.size() > 1 && word[0] == '$' && word[1] >= 'a' && word[1] <= 'z' &&
         std::ranges::all_of(word.substr(1), in_name);
}

class pattern_reader {
 public:
  explicit pattern_reader(std::string_view text) : text_(text) {}

  base::result<std::vector<node>> read_all(char close = '\0') {
    std::vector<node> out;
    for (;;) {
      while (at_ < text_.size() && text_[at_] == ' ') ++at_;
      if (at_ == text_.size()) {
        if (close) return base::fault{at_, "pattern", fmt::format("'{}' is missing", close)};
        return out;
      }
      if (close && text_[at_] == close) {
        ++at_;
        return out;
      }
      auto one = read_one(close);
      if (!one) return one.error();
      out.push_back(std::move(*one));
    }
  }
  std::size_t at() const { return at_; }

 private:
  base::result<node> read_one(char close) {
    if (text_[at_] == '(') {
      if (++depth_ > deepest) return base::fault{at_, "pattern", fmt::format("more than {} lists within", deepest)};
      ++at_;
      auto inside = read_all(')');
      if (!inside) return inside.error();
      --depth_;
      return node{node::kind::list, "()", std::move(*inside)};
    }
    if (text_[at_] == ')') return base::fault{at_, "pattern", "')' without '('"};
    if (text_[at_] == '"') return read_quoted();
    auto const begin = at_;
    int brackets = 0;
    for (; at_ < text_.size(); ++at_) {
      char const c = text_[at_];
      brackets += (c == '[') - (c == ']');
      if (brackets < 0) break;
      if (brackets == 0 && (c == ' ' || c == '(' || c == ')' || (close && c == close))) break;
    }
    if (at_ == begin) return base::fault{at_, "pattern", fmt::format("'{}' without its beginning", text_[at_])};
    std::string word(text_.substr(begin, at_ - begin));
    if (word == "_") return node{node::kind::anything, word, {}};
    if (word == "...") return node{node::kind::rest, word, {}};
    if (word.size() > 1 && word[0] == '@' && base::number(std::string_view(word).substr(1)))
      return node{node::kind::slot, word.substr(1), {}};
    if (is_variable(word)) return node{node::kind::variable, word.substr(1), {}};
    return node{node::kind::word, word, {}};
  }

  base::result<node> read_quoted() {
    auto const begin = ++at_;
    bool octets = false;
    for (; at_ < text_.size() && text_[at_] != '"'; ++at_)
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) octets = text_[++at_] == 'x' || octets;
    if (at_ >= text_.size()) return base::fault{at_, "pattern", "the quoted string is not closed"};
    auto const inside = text_.substr(begin, at_++ - begin);
    if (auto const bad = bad_escape(inside); !bad.empty())
      return base::fault{begin, "pattern", "an octet is two hexadecimal digits: \\x1f"};
    return node{octets ? node::kind::octets : node::kind::quoted, unescaped(inside), {}};
  }

  static constexpr std::size_t deepest = 100;
  std::string_view text_;
  std::size_t at_ = 0, depth_ = 0;
};

}  // namespace

base::result<std::vector<node>> read_pattern_nodes(std::string_view text) { return pattern_reader(text).read_all(); }

std::vector<node> read_pattern_words(std::string_view text) {
  std::vector<node> out;
  for (auto w : base::words(text)) {
    bool const name = is_variable(w);
    auto const what = w == "_"     ? node::kind::anything
                      : w == "..." ? node::kind::rest
                      : name       ? node::kind::variable
                                   : node::kind::word;
    out.push_back({what, std::string(name ? w.substr(1) : w), {}});
  }
  return out;
}

base::result<std::string_view> read_pattern_code(std::string_view text, std::size_t offset, std::vector<node>& code) {
  text = base::trim(text);
  if (!text.starts_with('[')) return text;
  pattern_reader reader(text.substr(1));
  auto inside = reader.read_all(']');
  if (!inside) {
    auto fault = inside.error();
    fault.offset += offset + 1;
    return fault;
  }
  if (inside->empty()) return base::fault{offset, "pattern", "a response code has a name"};
  code = std::move(*inside);
  return base::trim(text.substr(1 + reader.at()));
}

}  // namespace mailrig::scenario
