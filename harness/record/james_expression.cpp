// james_expression: see james_expression.hpp.
#include "record/james_expression.hpp"

#include <algorithm>
#include <optional>

#include "base/text.hpp"

namespace mailrig::record {
namespace {

constexpr std::size_t most_patterns = 8;

/// An octet that is spelt out, one that may be any, or any number of them; of any at all (".") with a dot as octet.
struct piece {
  enum class kind { exact, any, run } what = kind::exact;
  char octet = 0;
  bool is(char c) const { return what == kind::exact && octet == c; }
  bool open() const { return what != kind::exact; }
};

/// Where the group or class that opens at `at` closes; the end where it does not.
std::size_t closing(std::string_view text, std::size_t at) {
  char const open = text[at], close = open == '(' ? ')' : ']';
  int depth = 0;
  for (std::size_t i = at; i < text.size(); ++i) {
    if (text[i] == '\\')
      ++i;
    else if (text[i] == open)
      ++depth;
    else if (text[i] == close && --depth == 0)
      return i;
  }
  return text.size();
}

bool quantifies(std::string_view text, std::size_t at) {
  return at < text.size() && std::string_view("*+?").find(text[at]) != std::string_view::npos;
}

/// The bars outside all groups and classes.
std::vector<std::string_view> alternatives(std::string_view text) {
  std::vector<std::string_view> out;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\')
      ++i;
    else if (text[i] == '(' || text[i] == '[')
      i = closing(text, i);
    else if (text[i] == '|')
      out.push_back(text.substr(begin, i - begin)), begin = i + 1;
  }
  out.push_back(text.substr(std::min(begin, text.size())));
  return out;
}

/// Expressions without alternatives.
std::vector<std::string> expanded(std::string_view text) {
  std::vector<std::string> out;
  for (auto const one : alternatives(text)) {
    std::size_t at = 0;
    while (at < one.size() && one[at] != '(') at += one[at] == '\\' ? 2 : 1;
    // The first group that stands for one of several.
    std::vector<std::string_view> choices;
    std::size_t close = at;
    for (; at < one.size(); ++at) {
      if (one[at] == '\\')
        ++at;
      else if (one[at] == '(') {
        close = closing(one, at);
        choices = alternatives(one.substr(at + 1, close - at - 1));
        if (choices.size() > 1 && !quantifies(one, close + 1)) break;
        choices.clear();
      }
    }
    if (choices.empty()) out.emplace_back(one);
    for (auto const& choice : choices)
      for (auto& whole : expanded(std::string(one.substr(0, at)) + std::string(choice) +
                                  std::string(one.substr(std::min(one.size(), close + 1)))))
        out.push_back(std::move(whole));
    if (out.size() > most_patterns) out.resize(most_patterns);
  }
  return out;
}

class piece_reader {
 public:
  explicit piece_reader(std::string_view text) : text_(text) {}

  std::vector<piece> all() {
    for (; at_ < text_.size(); ++at_) one();
    return std::move(out_);
  }

 private:
  void put(char c) { out_.push_back({piece::kind::exact, c}); }
  void leave_open(char octet = 0) { out_.push_back({piece::kind::any, octet}); }

  void one() {
    char const c = text_[at_];
    if (c == '\\' && at_ + 1 < text_.size()) return escaped(text_[++at_]);
    if (c == '(' || c == '[') return grouped(c);
    if (c == '{') return counted();
    if (quantifies(text_, at_)) {
      if (!out_.empty()) out_.back().what = c == '?' ? piece::kind::any : piece::kind::run;
    } else if (c == '.') {
      bool const any = quantifies(text_, at_ + 1) || (at_ + 1 < text_.size() && text_[at_ + 1] == '{');
      any ? leave_open('.') : put(c);  // alone a dot is meant
    } else if (c != '^' && c != '$') {
      put(c);
    }
  }

  void escaped(char c) {
    bool const letter = at_ + 1 < text_.size() && text_[at_ + 1] >= 'a' && text_[at_ + 1] <= 'z';
    bool const slip = letter && (c == 'S' || c == 'D' || c == 'W');
    if (c == 'r' || c == 'n') return put(c == 'r' ? '\r' : '\n');
    if (std::string_view("dwsDWSbB").find(c) == std::string_view::npos || slip) return put(c);
    leave_open();
  }

  void grouped(char open) {
    auto const close = closing(text_, at_);
    auto const inside = text_.substr(at_ + 1, close - at_ - 1);
    at_ = close;
    bool const again = quantifies(text_, at_ + 1);
    if (open == '(' && again && text_[at_ + 1] == '?') {
      ++at_;  // what may be missing
    } else if (open == '[' || again) {
      leave_open();
    } else {
      for (auto const& p : piece_reader(inside).all()) out_.push_back(p);
    }
  }

  /// "{2}" or "{1,2}" of a digit's class; a literal's count that nobody escaped.
  void counted() {
    auto const close = text_.find('}', at_);
    if (close == text_.npos || out_.empty() || out_.back().is(' ')) return put('{');
    at_ = close;
    out_.back().what = piece::kind::run;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<piece> out_;
};

class pattern_writer {
 public:
  explicit pattern_writer(std::vector<piece> const& pieces) : in_(pieces) {}

  std::string all() {
    while (at_ < in_.size()) one();
    while (out_.ends_with(' ')) out_.pop_back();
    for (; cut_ && depth_ > 0; --depth_) out_ += ')';
    return out_;
  }

 private:
  void one() {
    auto const& p = in_[at_];
    if (p.is(' ')) {
      if (!out_.ends_with(' ')) out_ += ' ';
      ++at_;
    } else if (p.is('(') || p.is(')')) {
      depth_ += p.is('(') ? 1 : depth_ > 0 ? -1 : 0;
      out_ += p.octet;
      ++at_;
    } else if (p.is('"')) {
      string();
    } else {
      word();
    }
  }

  void string() {
    std::string text;
    bool open = false;
    auto i = at_ + 1;
    for (; i < in_.size() && !in_[i].is('"'); ++i) {
      if (in_[i].is('\\') && i + 1 < in_.size() && !in_[i + 1].open()) ++i;
      open = open || in_[i].open();
      text += in_[i].octet;
    }
    // One that goes on behind ".*" may have swallowed the ends of others.
    bool const swallows = std::find_if(in_.begin() + std::ptrdiff_t(at_), in_.begin() + std::ptrdiff_t(i), is_run) + 1 <
                          in_.begin() + std::ptrdiff_t(i);
    if (i == in_.size() || swallows) {
      out_ += "...";
      at_ = in_.size();
      cut_ = true;
      return;
    }
    at_ = i + 1;
    if (open) return void(out_ += '_');
    out_ += '"';
    for (char const c : text) out_ += escape(c);
    out_ += '"';
  }

  static bool is_run(piece const& p) { return p.what == piece::kind::run && p.octet == '.'; }

  static std::string escape(char c) {
    if (c == '\r') return "\\r";
    if (c == '\n') return "\\n";
    return c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
  }

  /// The end of a word: what its brackets hold belongs to it.
  std::size_t word_end() const {
    int brackets = 0;
    auto i = at_;
    for (; i < in_.size(); ++i) {
      if (in_[i].is('[')) ++brackets;
      if (in_[i].is(']')) --brackets;
      if (brackets <= 0 && (in_[i].is(' ') || in_[i].is('(') || in_[i].is(')'))) break;
    }
    return i;
  }

  void word() {
    auto const end = word_end();
    bool const list_ends = end < in_.size() && in_[end].is(')');
    bool const all_open = std::all_of(in_.begin() + std::ptrdiff_t(at_), in_.begin() + std::ptrdiff_t(end),
                                      [](piece const& p) { return p.open(); });
    bool const alone = list_ends || end == in_.size();
    if (all_open && alone && in_[at_].what == piece::kind::run)
      out_ += "...";
    else if (out_.starts_with("* CAPABILITY"))
      capability(end);
    else if (in_[at_].is('\\') && list_ends && flag_and_more(end))
      ;
    else
      parts(end);
    at_ = end;
  }

  /// "\Seen.*": the flag, and others behind it.
  bool flag_and_more(std::size_t end) {
    auto const open = std::find_if(in_.begin() + std::ptrdiff_t(at_), in_.begin() + std::ptrdiff_t(end),
                                   [](piece const& p) { return p.open(); });
    if (open == in_.begin() + std::ptrdiff_t(end) || std::size_t(open - in_.begin()) + 1 != end) return false;
    for (auto p = in_.begin() + std::ptrdiff_t(at_); p != open; ++p) out_ += p->octet;
    out_ += " ...";
    return true;
  }

  /// ".*METADATA.*": one of those that are named.
  void capability(std::size_t end) {
    std::string name;
    for (auto i = at_; i < end; ++i)
      if (!in_[i].open()) name += in_[i].octet;
    if (name.empty() && out_.ends_with(' ')) out_.pop_back();
    out_ += name;
  }

  /// A word; within its brackets each of their words by itself.
  void parts(std::size_t end) {
    std::string word;
    bool open = false;
    int brackets = 0;
    // Whatever items come before the one that is named.
    bool const fetched = out_.ends_with('(') && out_.find(" FETCH (") != out_.npos;
    if (fetched && in_[at_].what == piece::kind::run && !in_[at_ + 1].open() && at_ + 1 < end) ++at_;
    auto close = [&] {
      out_ += word == ".*" ? "..." : open ? "_" : word;
      word.clear();
      open = false;
    };
    for (auto i = at_; i < end; ++i) {
      brackets += in_[i].is('[') ? 1 : in_[i].is(']') ? -1 : 0;
      bool const mark = in_[i].is('[') || in_[i].is(']') || in_[i].is(' ') || in_[i].is('(') || in_[i].is(')');
      if (!mark) {
        open = open || in_[i].open();
        word += in_[i].octet;
        continue;
      }
      close();
      out_ += in_[i].octet;
    }
    close();
    for (; brackets > 0; --brackets) out_ += ']';
  }

  std::vector<piece> const& in_;
  std::size_t at_ = 0;
  int depth_ = 0;
  bool cut_ = false;  ///< a string has no end: what follows is left open
  std::string out_;
};

}  // namespace

std::vector<std::string> patterns_of(std::string_view expression) {
  std::vector<std::string> out;
  for (auto const& one : expanded(expression)) {
    auto const pieces = piece_reader(one).all();
    out.push_back(pattern_writer(pieces).all());
  }
  return out;
}

bool ends_within_quotes(std::string_view expression) {
  auto const pieces = piece_reader(expression).all();
  return std::count_if(pieces.begin(), pieces.end(), [](piece const& p) { return p.is('"'); }) % 2 == 1;
}

}  // namespace mailrig::record
