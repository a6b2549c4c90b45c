// imaptest_words: see imaptest_words.hpp.
#include "record/imaptest_words.hpp"

#include <algorithm>
#include <cctype>

#include "base/text.hpp"

namespace mailrig::record {
namespace {

/// A name as the language has it.
std::string name_of(std::string_view name) {
  if (name == "mailbox") return "box";
  if (name == "username") return "user";
  auto out = base::to_lower(name);
  std::erase(out, '-');
  return out;
}

class translator {
 public:
  translator(std::string_view text, bool pattern) : text_(text), pattern_(pattern) {}

  translated_words all() {
    translated_words out;
    while (at_ < text_.size()) {
      if (text_[at_] == '$' || text_.substr(at_).starts_with("%{"))
        out.text += variable();
      else
        out.text += text_[at_++];
    }
    out.lost = lost_;
    return out;
  }

 private:
  std::string variable() {
    auto const more = text_.substr(at_);
    if (more.starts_with("$$")) {
      // A keyword that begins with "$": the language's names have small letters.
      at_ += 2;
      auto const word = take_name();
      return "$" + std::string(1, base::upper(word.empty() ? 'X' : word[0])) +
             word.substr(std::min<std::size_t>(1, word.size()));
    }
    if (more.starts_with("$!")) return directive();
    if (more.starts_with("${") || more.starts_with("%{")) {
      auto const end = text_.find('}', at_);
      auto const inside = text_.substr(at_ + 2, (end == text_.npos ? text_.size() : end) - at_ - 2);
      at_ = end == text_.npos ? text_.size() : end + 1;
      if (inside.find(':') != inside.npos) return lost_ = "letter case", std::string(pattern_ ? "_" : inside);
      return "${" + name_of(inside) + "}";
    }
    ++at_;
    auto const name = take_name();
    if (name.empty()) return pattern_ ? "_" : "$";
    // Inside a value the language does not count messages anew.
    bool const counted = !pattern_ || !base::istarts_with(text_, "* esearch");
    if (base::number(name)) return counted ? "@" + name : (lost_ = "$" + name, "_");
    // The tag of the command at hand, which the runner looks at by itself.
    if (pattern_ && name == "tag") return "_";
    // The mailbox's name as URLs have it: $box has nothing that is escaped there.
    if (name == "mailbox_url") return "$box";
    if (name == "domain") return "localhost";
    return "$" + name_of(name);
  }

  std::string directive() {
    auto end = std::min(text_.find_first_of(" )", at_), text_.size());
    auto const word = text_.substr(at_ + 2, end - at_ - 2);
    at_ = end;
    if (word.starts_with("ban") || word.starts_with("ignore") || word == "ordered") lost_ = "$!" + std::string(word);
    if (word.starts_with("unordered") || word == "extra") return "...";
    if (at_ < text_.size() && text_[at_] == ' ') ++at_;
    return "";
  }

  std::string take_name() {
    std::string out;
    while (at_ < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[at_])) || text_[at_] == '_'))
      out += text_[at_++];
    return out;
  }

  std::string_view text_;
  bool pattern_;
  std::size_t at_ = 0;
  std::string lost_;
};

}  // namespace

translated_words in_our_words(std::string_view text, bool pattern) { return translator(text, pattern).all(); }

}  // namespace mailrig::record
