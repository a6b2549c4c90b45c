// refusal: see refusal.hpp.
#include "load/refusal.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "base/beginning.hpp"
#include "base/text.hpp"

namespace mailrig::load {
namespace {

constexpr std::array<std::string_view, refusal_kinds> refusal_names{
    "connections", "limit",    "login-delay", "in-use",        "unavailable", "over-quota",
    "idle",        "shutdown", "credentials", "not-permitted", "other"};

/// What a response code stands for; where several causes share it, the words decide first.
struct coded_refusal {
  std::string_view code;
  refusal_kind kind;
  bool words_first = false;
};
constexpr coded_refusal coded_refusals[] = {
    {"LIMIT", refusal_kind::limit, true},
    {"TOOBIG", refusal_kind::limit},
    {"UNAVAILABLE", refusal_kind::unavailable, true},
    {"SYS/TEMP", refusal_kind::unavailable, true},
    {"INUSE", refusal_kind::in_use},
    {"IN-USE", refusal_kind::in_use},
    {"OVERQUOTA", refusal_kind::over_quota},
    {"LOGIN-DELAY", refusal_kind::login_delay},
    {"AUTHENTICATIONFAILED", refusal_kind::credentials},
    {"AUTHORIZATIONFAILED", refusal_kind::credentials},
    {"EXPIRED", refusal_kind::credentials},
    {"AUTH", refusal_kind::credentials},
    {"PRIVACYREQUIRED", refusal_kind::not_permitted},
    {"NOPERM", refusal_kind::not_permitted},
    {"CANNOT", refusal_kind::not_permitted},
};

/// The words of one group must all be in the text; a blank separates them.
struct worded_refusal {
  refusal_kind kind;
  std::string_view words;
  bool farewell = false;  ///< only where it ends the session
};
constexpr worded_refusal worded_refusals[] = {
    {refusal_kind::connections, "maximum connections"},
    {refusal_kind::connections, "max connections"},
    {refusal_kind::connections, "too many connections"},
    {refusal_kind::connections, "too many sessions"},
    {refusal_kind::connections, "too many simultaneous"},
    {refusal_kind::connections, "connection limit"},
    {refusal_kind::connections, "connections limit"},
    {refusal_kind::login_delay, "login delay"},
    {refusal_kind::login_delay, "login-delay"},
    {refusal_kind::login_delay, "login too soon"},
    {refusal_kind::login_delay, "login frequen"},
    {refusal_kind::limit, "too many"},
    {refusal_kind::limit, "throttl"},
    {refusal_kind::limit, "rate limit"},
    {refusal_kind::limit, "limit exceeded"},
    {refusal_kind::over_quota, "quota"},
    {refusal_kind::over_quota, "mailbox full"},
    {refusal_kind::shutdown, "shutting down", true},
    {refusal_kind::shutdown, "shutdown", true},
    {refusal_kind::shutdown, "going down", true},
    {refusal_kind::shutdown, "restart", true},
    {refusal_kind::idle, "inactiv", true},
    {refusal_kind::idle, "idle", true},
    {refusal_kind::idle, "autologout", true},
    {refusal_kind::idle, "auto-logout", true},
    {refusal_kind::idle, "timeout", true},
    {refusal_kind::idle, "timed out", true},
    {refusal_kind::in_use, "maildrop lock"},
    {refusal_kind::in_use, "mailbox lock"},
    {refusal_kind::in_use, "in use"},
    {refusal_kind::unavailable, "temporar"},
    {refusal_kind::unavailable, "try again"},
    {refusal_kind::unavailable, "unavailable"},
    {refusal_kind::credentials, "authentication fail"},
    {refusal_kind::credentials, "login fail"},
    {refusal_kind::credentials, "password"},
    {refusal_kind::credentials, "credentials"},
};

std::optional<refusal_kind> kind_by_words(std::string_view words, bool farewell) {
  auto const lower = base::to_lower(words);
  for (auto const& w : worded_refusals) {
    if (w.farewell && !farewell) continue;
    auto const all = base::words(w.words);
    if (std::ranges::all_of(all, [&](auto one) { return lower.find(one) != lower.npos; })) return w.kind;
  }
  return std::nullopt;
}

bool is_of_a_name(char c) { return base::is_digit(c) || (base::lower(c) >= 'a' && base::lower(c) <= 'z') || c == '_'; }

/// Where it stands as a word of its own.
std::string without_name(std::string text, std::string_view name) {
  if (name.empty()) return text;
  auto const lower = base::to_lower(base::printable(name));
  for (std::size_t at = 0; (at = base::to_lower(text).find(lower, at)) != text.npos;) {
    auto const end = at + lower.size();
    bool const alone = (at == 0 || !is_of_a_name(text[at - 1])) && (end == text.size() || !is_of_a_name(text[end]));
    if (alone) text.replace(at, lower.size(), "USER");
    at += alone ? 4 : 1;
  }
  return text;
}

constexpr std::size_t longest_words = 120, longest_code = 32;

refusal made_refusal(std::string_view code, std::string_view text, std::string_view user, bool farewell) {
  auto words = without_name(base::beginning_of(base::trim(text), longest_words), user);
  if (auto const at = user.find('@'); at != user.npos) words = without_name(std::move(words), user.substr(0, at));
  auto upper = base::to_upper(base::printable(code.substr(0, longest_code)));
  return {kind_of_refusal(upper, words, farewell), std::move(upper), std::move(words)};
}

}  // namespace

std::string_view name_of(refusal_kind k) { return refusal_names.at(std::size_t(k)); }

std::optional<refusal_kind> refusal_kind_named(std::string_view name) {
  auto const at = std::ranges::find(refusal_names, name);
  if (at == refusal_names.end()) return std::nullopt;
  return refusal_kind(at - refusal_names.begin());
}

bool is_policy(refusal_kind k) { return k <= refusal_kind::idle; }

refusal_kind kind_of_refusal(std::string_view code, std::string_view words, bool farewell) {
  auto const known = std::ranges::find(coded_refusals, code, &coded_refusal::code);
  bool const coded = known != std::end(coded_refusals);
  if (coded && !known->words_first) return known->kind;
  auto const by_words = kind_by_words(words, farewell);
  // The code says that it is a limit, or that it is temporary; words may say which.
  if (coded && by_words && (*by_words <= refusal_kind::in_use || *by_words == refusal_kind::shutdown)) return *by_words;
  return coded ? known->kind : by_words.value_or(refusal_kind::other);
}

std::optional<refusal> refusal_of(model::item const& i, std::string_view user) {
  if (i.kind == model::item_kind::response) {
    auto const& r = *i.response;
    bool const farewell = r.is("BYE");
    bool const no = r.kind == wire::imap::response_kind::tagged && r.condition == wire::imap::status::no;
    if (!farewell && !no) return std::nullopt;
    return made_refusal(r.code, r.text, user, farewell);
  }
  if (i.kind != model::item_kind::reply || i.reply->status != wire::pop3::indicator::err) return std::nullopt;
  auto text = i.reply->text;
  if (auto const end = text.find(']'); !i.reply->code.empty() && end != text.npos) text.remove_prefix(end + 1);
  return made_refusal(i.reply->code, text, user, i.pop3_command_ == nullptr);
}

void refusal_counts::add(refusal const& r, std::uint64_t times) {
  if (all_.size() < most || all_.contains(r))
    all_[r] += times;
  else
    all_[{r.kind, {}, {}}] += times;
}

void refusal_counts::merge(refusal_counts const& other) {
  for (auto const& [r, times] : other.all_) add(r, times);
}

std::uint64_t refusal_counts::by_policy() const {
  std::uint64_t n = 0;
  for (auto const& [r, times] : all_)
    if (is_policy(r.kind)) n += times;
  return n;
}

}  // namespace mailrig::load
