// secrets: see secrets.hpp. Patterns are found by a table of their first four octets: a run may have ten thousand
// accounts with a password each.
#include "base/secrets.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

#include "base/text.hpp"

namespace mailrig::base {
namespace {

constexpr std::size_t key_octets = 4;
constexpr std::size_t least_secret = 5, least_known = 4, least_word = 12, least_mixed = 6, least_coded = 6;

/// Of IMAP and POP3, as long as a secret may be.
constexpr std::string_view protocol_words[] = {
    "append",    "authenticate", "body",     "capability",   "check",    "close",  "content",       "copyuid",
    "create",    "date",         "delete",   "deleted",      "draft",    "drafts", "enable",        "envelope",
    "examine",   "exists",       "expunge",  "fetch",        "flagged",  "flags",  "header",        "imap4",
    "imap4rev1", "imap4rev2",    "inbox",    "internaldate", "literal",  "login",  "logindisabled", "logout",
    "messages",  "namespace",    "password", "plain",        "quota",    "recent", "rfc822",        "search",
    "seen",      "select",       "sha-1",    "sha-256",      "starttls", "status", "store",         "subject",
    "subscribe", "trash",        "uidnext",  "uidvalidity",  "unseen",   "utf-8"};

bool is_line_end(char c) { return c == '\r' || c == '\n'; }
bool is_letter(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }
bool is_word(char c) { return is_letter(c) || is_digit(c); }
bool is_base64(char c) { return is_word(c) || c == '+' || c == '/' || c == '-' || c == '_'; }

std::uint32_t key_of(std::string_view folded) {
  std::uint32_t key = 0;
  for (std::size_t i = 0; i < key_octets; ++i) key = key << 8 | static_cast<unsigned char>(folded[i]);
  return key;
}
std::size_t hash_of(std::uint32_t key) { return (key * 2654435761u) >> 16; }

enum class strength : std::uint8_t { none, word, anywhere };

/// How its own octets are told from other text.
strength strength_of(std::string_view secret, std::string_view user) {
  auto const size = secret.size();
  if (size < least_secret || iequals(secret, user)) return strength::none;
  if (std::ranges::find_if(protocol_words, [&](auto w) { return iequals(w, secret); }) != std::end(protocol_words))
    return strength::none;
  if (size >= least_word) return strength::anywhere;
  if (std::ranges::all_of(secret, is_digit)) return strength::none;
  if (size < least_mixed || std::ranges::all_of(secret, is_letter)) return strength::word;
  return strength::anywhere;
}

}  // namespace

bool can_be_hidden(std::string_view secret, std::string_view user) {
  return strength_of(secret, user) != strength::none;
}

void secret_set::learn(secret_form const& f, bool word, bool in_text) {
  auto folded = to_lower(f.octets);
  std::erase_if(folded, is_line_end);  // they are passed over
  if (folded.size() < least_secret || texts_.size() + folded.size() > UINT32_MAX) return;
  auto const key = key_of(folded);
  auto const [start, fresh] = by_start_.emplace(key, none);
  patterns_.push_back(
      {std::uint32_t(texts_.size()), std::uint32_t(folded.size()), start->second, f.left, f.right, word, in_text});
  start->second = std::uint32_t(patterns_.size() - 1);
  starts_[hash_of(key)] = true;
  for (std::size_t n = 1; n < key_octets; ++n) short_starts_.insert(folded.substr(0, n));
  longest_ = std::max(longest_, folded.size());
  texts_ += folded;
}

void secret_set::learn_secret(std::string_view secret, std::string_view user) {
  auto const strong = strength_of(secret, user);
  for (auto const& f : secret_forms(secret)) {
    // What a form leaves of a secret may be an ordinary word.
    auto const own = f.plain ? std::min(strong, strength_of(f.octets, user)) : strength::anywhere;
    if (own == strength::none || f.octets.size() < (f.plain ? least_secret : least_coded)) continue;
    bool const word = own == strength::word;
    learn(f, word, false);
    if (word) continue;
    for (auto const& text : written_forms(f.octets)) learn({text, f.plain, f.left, f.right}, false, true);
  }
}

void secret_set::add(std::string_view secret, std::string_view user) {
  if (secret.size() < least_known) return;
  std::unique_lock const lock(mutex_);
  if (!known_.emplace(secret, user).second) return;
  learn_secret(secret, user);
  any_.store(true, std::memory_order_release);
}

void secret_set::learn_proof(std::string_view proof) {
  for (auto const& f : proof_forms(proof)) learn(f, false, false);
}

void secret_set::add_proof(std::string_view proof) {
  constexpr std::size_t least_proof = 16;
  if (proof.size() < least_proof) return;
  std::unique_lock const lock(mutex_);
  if (std::ranges::find(proofs_, proof) != proofs_.end()) return;
  if (proofs_.size() >= most_proofs) forget_old_proofs();
  proofs_.emplace_back(proof);
  learn_proof(proof);
  any_.store(true, std::memory_order_release);
}

/// Patterns of one are among those of others, so that all are learnt anew: once in half a thousand logins.
void secret_set::forget_old_proofs() {
  proofs_.erase(proofs_.begin(), proofs_.begin() + most_proofs / 2);
  texts_.clear();
  patterns_.clear();
  by_start_.clear();
  starts_.assign(starts_.size(), false);
  short_starts_.clear();
  longest_ = 0;
  for (auto const& [secret, user] : known_) learn_secret(secret, user);
  for (auto const& proof : proofs_) learn_proof(proof);
}

secret_set::pattern const* secret_set::first(std::uint32_t key) const {
  if (!starts_[hash_of(key)]) return nullptr;
  auto const known = by_start_.find(key);
  return known == by_start_.end() ? nullptr : &patterns_[known->second];
}

/// Line ends in the text are passed over: base64 and headers are folded.
secret_set::fit secret_set::fits(pattern const& p, std::string_view text, std::size_t at, std::size_t& end) const {
  auto const wanted = std::string_view(texts_).substr(p.at, p.size);
  std::size_t matched = 0;
  for (; at < text.size() && matched < wanted.size(); ++at) {
    if (lower(text[at]) == wanted[matched])
      ++matched;
    else if (matched == 0 || !is_line_end(text[at]))
      return fit::no;
  }
  end = at;
  return matched == wanted.size() ? fit::yes : fit::cut;
}

namespace {
/// An ordinary word is no secret in mail, nor in what mailrig says itself; what only files write is not on the wire.
bool applies(bool word, bool in_text, reading as) {
  return in_text ? as == reading::text : !word || as == reading::wire;
}
}  // namespace

secret_set::found secret_set::longest_at(std::uint32_t key, std::string_view text, std::size_t begin,
                                         reading as) const {
  found out;
  for (auto const* p = first(key); p; p = after(*p)) {
    std::size_t end = 0;
    if (!applies(p->word, p->in_text, as) || fits(*p, text, begin, end) != fit::yes || end <= out.end) continue;
    bool const inside = (begin > 0 && is_word(text[begin - 1])) || (end < text.size() && is_word(text[end]));
    if (!p->word || !inside) out = {begin, end, p};
  }
  return out;
}

secret_set::found secret_set::find(std::string_view text, std::size_t from, reading as) const {
  std::uint32_t key = 0;
  std::size_t seen = 0;
  std::size_t place[key_octets] = {};
  for (std::size_t i = from; i < text.size(); ++i) {
    if (is_line_end(text[i])) continue;
    key = key << 8 | static_cast<unsigned char>(lower(text[i]));
    place[seen++ % key_octets] = i;
    if (seen < key_octets || !starts_[hash_of(key)]) continue;
    if (auto const f = longest_at(key, text, place[seen % key_octets], as); f.what) return f;
  }
  return {};
}

/// A secret may begin at `at` that the text does not hold to its end.
bool secret_set::begins_here(std::string_view text, std::size_t at, reading as) const {
  std::string start;
  for (auto i = at; i < text.size() && start.size() < key_octets; ++i)
    if (!is_line_end(text[i])) start += lower(text[i]);
  if (start.empty() || is_line_end(text[at])) return false;
  if (start.size() < key_octets) return short_starts_.contains(start);
  for (auto const* p = first(key_of(start)); p; p = after(*p)) {
    std::size_t end = 0;
    if (!applies(p->word, p->in_text, as)) continue;
    auto const how = fits(*p, text, at, end);
    if (how == fit::cut || (how == fit::yes && end == text.size() && (p->word || p->right))) return true;
  }
  return false;
}

std::size_t secret_set::open_from(std::string_view text, std::size_t from, reading as) const {
  // Mail is folded: there a line end does not end what may be a secret.
  auto const line = as == reading::content ? text.npos : text.rfind('\n');
  auto at = std::max(from, line == text.npos ? 0 : line + 1);
  if (text.size() - at > longest_) at = text.size() - longest_;
  while (at < text.size() && !begins_here(text, at, as)) ++at;
  return at;
}

/// Appends what `text` says; answers how much of it was told.
std::size_t secret_set::pass(std::string_view text, reading as, bool last, std::string& out, hidden* what) const {
  auto const mark = what ? what->mark : text.npos;
  auto const marked = [&](std::size_t from, std::size_t to) { return mark != text.npos && mark >= from && mark <= to; };
  std::size_t at = 0;
  auto open = last ? text.size() : open_from(text, 0, as);
  for (auto f = find(text, at, as); f.what && f.begin < open; f = find(text, at, as)) {
    if (marked(at, f.begin)) what->mark = out.size() + mark - at;
    out += text.substr(at, f.begin - at);
    if (f.what->left && f.begin > at && is_base64(out.back())) out.pop_back();
    // In JSON and the like, what follows a backslash is no letter of a text.
    auto const letters = out.find_last_not_of('\\');
    if (as == reading::text && (out.size() - (letters == out.npos ? 0 : letters + 1)) % 2 == 1) out.pop_back();
    if (marked(f.begin + 1, f.end - 1)) what->mark = out.size();
    out += secret_stand_in;
    for (char c : text.substr(f.begin, f.end - f.begin))
      if (is_line_end(c)) out += c;
    at = f.end;
    if (f.what->right && at < text.size() && is_base64(text[at])) ++at;
    if (what) ++what->hits;
    if (!last && at > open) open = open_from(text, at, as);
  }
  open = std::max(at, open);  // a hit may end behind the text's
  if (marked(at, open)) what->mark = out.size() + mark - at;
  out += text.substr(at, open - at);
  return open;
}

std::size_t secret_set::begun_at(std::string_view text) const {
  if (empty()) return text.size();
  std::shared_lock const lock(mutex_);
  return open_from(text, 0, reading::content);
}

std::size_t secret_set::ended_in(std::string_view begun, std::string_view text) const {
  if (empty()) return 0;
  std::shared_lock const lock(mutex_);
  auto const whole = std::string(begun) + std::string(text.substr(0, longest_ * 2));
  std::string start;
  for (auto i = whole.begin(); i != whole.end() && start.size() < key_octets; ++i)
    if (!is_line_end(*i)) start += lower(*i);
  if (start.size() < key_octets) return 0;
  auto const f = longest_at(key_of(start), whole, 0, reading::content);
  return f.what && f.end > begun.size() ? f.end - begun.size() : 0;
}

std::string secret_set::hide(std::string_view text, reading as, hidden* what) const {
  if (empty()) return std::string(text);
  std::shared_lock const lock(mutex_);
  std::string out;
  out.reserve(text.size());
  pass(text, as, true, out, what);
  return out;
}

std::string secret_set::take(std::string& buffer, reading as, hidden* what) const {
  if (empty()) return std::exchange(buffer, {});
  std::shared_lock const lock(mutex_);
  std::string out;
  out.reserve(buffer.size());
  buffer.erase(0, pass(buffer, as, false, out, what));
  return out;
}

secret_set& known_secrets() {
  static secret_set all;
  return all;
}

}  // namespace mailrig::base
