// scram_message: see scram_message.hpp.
#include "wire/sasl/scram_message.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include "base/text.hpp"
#include "wire/imap/octet_class.hpp"

namespace mailrig::wire::sasl {
namespace {

/// "base64": whole groups of four, pads at the end only; empty is what `base64-char` may be repeated to.
bool is_coded(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) return false;
  for (int pads = 0; pads < 2 && text.ends_with('='); ++pads) text.remove_suffix(1);
  return std::ranges::all_of(text, [](char c) { return imap::is(c, imap::base64_bit); });
}

/// "printable": %x21-2B / %x2D-7E.
bool is_printable(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f' && c != ','; });
}

class attributes {
 public:
  explicit attributes(std::string_view message) : all_(message) {}

  std::size_t at() const { return at_; }
  bool ended() const { return at_ >= all_.size(); }
  bool next_is(char name) const { return at_ + 1 < all_.size() && all_[at_] == name && all_[at_ + 1] == '='; }

  /// The value of an attribute that must stand here.
  base::result<std::string_view> value(char name) {
    if (!next_is(name)) return wrong(std::string(1, name) + "= is missing");
    begin_ = at_ + 2;
    auto const end = std::min(all_.find(',', begin_), all_.size());
    at_ = end == all_.size() ? end : end + 1;
    if (end + 1 == all_.size()) return base::fault{end, "SCRAM", "a comma with nothing behind it"};
    return all_.substr(begin_, end - begin_);
  }
  base::fault wrong(std::string what) const { return {at_, "SCRAM", std::move(what)}; }
  base::fault wrong_value(std::string what) const { return {begin_, "SCRAM", std::move(what)}; }

  /// Extensions up to the end: a letter, "=" and at least one octet that is neither NUL nor a comma.
  base::result<void> extensions() {
    while (!ended()) {
      char const name = all_[at_];
      bool const letter = (name >= 'a' && name <= 'z') || (name >= 'A' && name <= 'Z');
      auto const value = letter ? this->value(name) : wrong("an extension has a letter for a name");
      if (!value) return value.error();
      if (value->empty() || value->find('\0') != value->npos) return wrong_value("an extension needs a value");
    }
    return {};
  }

 private:
  std::string_view all_;
  std::size_t at_ = 0, begin_ = 0;
};

/// A positive number without leading zeros; the greatest where there are too many digits.
std::optional<std::uint64_t> positive(std::string_view digits) {
  bool const formed =
      !digits.empty() && digits[0] != '0' && std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
  if (!formed) return std::nullopt;
  return base::number(digits).value_or(std::numeric_limits<std::uint64_t>::max());
}

}  // namespace

base::result<server_first> read_server_first(std::string_view message) {
  attributes a(message);
  server_first out;
  out.mandatory = a.next_is('m');
  if (out.mandatory) return out;
  auto const nonce = a.value('r');
  if (!nonce) return nonce.error();
  out.nonce = *nonce;
  if (!is_printable(out.nonce)) return a.wrong_value("a nonce is of printable characters without commas");
  auto const salt = a.value('s');
  if (!salt) return salt.error();
  out.salt = *salt;
  if (!is_coded(out.salt)) return a.wrong_value("the salt is no base64");
  auto const count = a.value('i');
  if (!count) return count.error();
  auto const iterations = positive(*count);
  if (!iterations) return a.wrong_value("the iteration count is no positive number");
  out.iterations = *iterations;
  if (auto const rest = a.extensions(); !rest) return rest.error();
  return out;
}

base::result<server_final> read_server_final(std::string_view message) {
  attributes a(message);
  server_final out;
  bool const error = a.next_is('e');
  auto const value = a.value(error ? 'e' : 'v');
  if (!value) return value.error();
  (error ? out.error : out.verifier) = *value;
  if (error ? value->empty() : !is_coded(*value))
    return a.wrong_value(error ? "an error has a name" : "the signature is no base64");
  if (auto const rest = a.extensions(); !rest) return rest.error();
  return out;
}

}  // namespace mailrig::wire::sasl
