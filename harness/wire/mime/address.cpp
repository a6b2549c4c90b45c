// address: see address.hpp.
#include "wire/mime/address.hpp"

#include "base/text.hpp"

namespace mailrig::wire::mime {
namespace {

bool is_atom(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

class address_reader {
 public:
  explicit address_reader(std::string_view text) : text_(text) {}

  std::optional<std::vector<address>> read() {
    std::vector<address> out;
    bool in_group = false;
    for (skip(); !text_.empty(); skip()) {
      if (in_group && take(';')) {
        out.push_back({});
        in_group = false;
        skip();
        if (!text_.empty() && !take(',')) return std::nullopt;
        continue;
      }
      auto one = mailbox_or_group();
      if (!one) return std::nullopt;
      bool const group = !one->host;
      if (group && in_group) return std::nullopt;
      out.push_back(std::move(*one));
      if (group) {
        in_group = true;
        continue;
      }
      skip();
      bool const ends = text_.empty() || (in_group && text_.front() == ';');
      if (!ends && !take(',')) return std::nullopt;
    }
    if (in_group || out.empty()) return std::nullopt;
    return out;
  }

 private:
  void skip() {
    while (!text_.empty() && (text_.front() == ' ' || text_.front() == '\t')) text_.remove_prefix(1);
  }
  bool take(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  std::string dot_atom() {
    std::size_t n = 0;
    while (n < text_.size() && (is_atom(text_[n]) || text_[n] == '.')) ++n;
    std::string out(text_.substr(0, n));
    bool const plain = !out.empty() && out.front() != '.' && out.back() != '.' && out.find("..") == out.npos;
    if (!plain) return {};
    text_.remove_prefix(n);
    return out;
  }
  std::optional<address> at_host(std::string local, std::optional<std::string> name) {
    if (!take('@')) return std::nullopt;
    auto host = dot_atom();
    if (local.empty() || host.empty()) return std::nullopt;
    return address{std::move(name), std::move(local), std::move(host)};
  }

  std::optional<address> mailbox_or_group() {
    auto const before = text_;
    if (auto local = dot_atom(); !local.empty() && text_.starts_with('@'))
      return at_host(std::move(local), std::nullopt);
    text_ = before;
    std::string phrase;
    for (skip(); !text_.empty() && text_.front() != '<' && text_.front() != ':'; skip()) {
      std::string word;
      if (take('"')) {
        while (!text_.empty() && text_.front() != '"') {
          if (text_.front() == '\\') text_.remove_prefix(1);
          if (text_.empty()) return std::nullopt;
          word += text_.front();
          text_.remove_prefix(1);
        }
        if (!take('"')) return std::nullopt;
        if (word != base::trim(word) || word.find("  ") != word.npos) return std::nullopt;
      } else {
        while (!text_.empty() && is_atom(text_.front())) {
          word += text_.front();
          text_.remove_prefix(1);
        }
      }
      if (word.empty()) return std::nullopt;
      phrase += (phrase.empty() ? "" : " ") + word;
    }
    if (take(':')) return phrase.empty() ? std::nullopt : std::optional(address{std::nullopt, phrase, std::nullopt});
    if (!take('<')) return std::nullopt;
    auto out = at_host(dot_atom(), phrase.empty() ? std::nullopt : std::optional(phrase));
    return out && take('>') ? out : std::nullopt;
  }

  std::string_view text_;
};

}  // namespace

std::optional<std::vector<address>> read_addresses(std::string_view text) { return address_reader(text).read(); }

}  // namespace mailrig::wire::mime
