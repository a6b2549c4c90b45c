// pop_promises: what CAPA and the greeting promise of logging in is kept, and stays the same over the login (RFC 2449
// §5, §6; RFC 5034 §3, §4).
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "check/checker.hpp"
#include "model/maildrop_view.hpp"

namespace mailrig::check::pop_promises {
namespace {

using model::pop3_state;
using wire::pop3::indicator;

/// Capabilities whose arguments have no "possible differences" (RFC 2449 §6, RFC 3206 §6).
constexpr std::string_view fixed[] = {"TOP",        "USER", "SASL",           "RESP-CODES",
                                      "PIPELINING", "UIDL", "AUTH-RESP-CODE", "IMPLEMENTATION"};

class pop_promises final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (!i.pop3) return;
    if (i.kind == item_kind::secured) before_[i.session] = {};
    if (i.kind == item_kind::pop3_command && i.pop3_command_->is("USER")) named_[i.session] = i.pop3_command_->arg(0);
    if (i.kind == item_kind::pop3_command) challenged_[i.session] = false;
    if (i.kind != item_kind::reply || !i.pop3_command_) return;
    if (i.reply->status == indicator::challenge) challenged_[i.session] = true;
    auto const& c = *i.pop3_command_;
    if (c.is("CAPA") && i.reply->multi) return listed(i, out);
    if (i.pop3->state != pop3_state::authorization) return;
    if (c.is("USER") && i.reply->status == indicator::err) return refused(i, out);
    if (c.is("PASS") && i.reply->status == indicator::ok) return entered(i, out);
    if (c.is("AUTH") && c.arguments.size() == 1 && i.reply->status == indicator::err) mechanism(i, out);
  }

 private:
  /// Lines by tag, upper case.
  using list = std::map<std::string, std::vector<std::string>>;

  static list read(item const& i) {
    list out;
    for (auto const& line : wire::pop3::body_lines(i.reply->body)) {
      auto const upper = base::to_upper(line);
      auto const words = base::words(upper);
      if (words.empty()) continue;
      auto& arguments = out[std::string(words[0])];
      for (std::size_t n = 1; n < words.size(); ++n) arguments.emplace_back(words[n]);
    }
    return out;
  }

  void listed(item const& i, report& out) {
    auto now = read(i);
    auto& before = before_[i.session];
    if (i.pop3->state == pop3_state::authorization) {
      before = std::move(now);
      return;
    }
    for (auto const tag : fixed) {
      auto const a = before.find(std::string(tag)), b = now.find(std::string(tag));
      if (a == before.end() || b == now.end()) continue;
      auto x = a->second, y = b->second;
      std::ranges::sort(x);
      std::ranges::sort(y);
      if (x != y)
        out.add(i, {"differs",
                    fmt::format("{} {} before login, {} {} after it", tag, fmt::join(a->second, " "), tag,
                                fmt::join(b->second, " ")),
                    {fmt::format("{} {}", tag, fmt::join(a->second, " "))},
                    0});
    }
    varies(i, before, now, "LOGIN-DELAY", out);
    varies(i, before, now, "EXPIRE", out);
    if (auto const at = now.find("LOGIN-DELAY"); at != now.end() && !at->second.empty())
      logins_[entered_[i.session]].delay = std::chrono::seconds(base::number(at->second[0]).value_or(0));
    limit(
        i, before, now, "LOGIN-DELAY", [](auto was, auto is) { return was >= is; }, out);
    limit(
        i, before, now, "EXPIRE", [](auto was, auto is) { return was <= is; }, out);
  }

  /// Before login the greatest delay and the least retention of any user are announced (RFC 2449 §6.5, §6.7).
  template <class Good>
  static void limit(item const& i, list const& before, list const& now, std::string const& tag, Good good,
                    report& out) {
    auto const value = [&](list const& l) -> std::optional<std::uint64_t> {
      auto const at = l.find(tag);
      if (at == l.end() || at->second.empty()) return std::nullopt;
      return at->second[0] == "NEVER" ? ~std::uint64_t(0) : base::number(at->second[0]);
    };
    auto const was = value(before), is = value(now);
    if (was && is && !good(*was, *is))
      out.add(i, {tag == "EXPIRE" ? "expire" : "delay",
                  fmt::format("{} {} before login, {} after it", tag, before.at(tag)[0], now.at(tag)[0]),
                  {tag == "EXPIRE" ? "no more days before login than after it" : "no less before login than after it"},
                  0});
  }

  /// What may be another value after login says USER before it (RFC 2449 §6.5, §6.7).
  static void varies(item const& i, list const& before, list const& now, std::string const& tag, report& out) {
    auto const a = before.find(tag), b = now.find(tag);
    if (a == before.end() || b == now.end() || a->second.empty() || b->second.empty()) return;
    if (a->second[0] == b->second[0] || a->second.size() > 1) return;
    out.add(i, {tag == "EXPIRE" ? "expire-user" : "delay-user",
                fmt::format("{} {} before login, {} after it", tag, a->second[0], b->second[0]),
                {fmt::format("{} {} USER before login", tag, a->second[0])},
                0});
  }

  /// The delay that was told to who was in, from one login to the next.
  void again(item const& i, std::string const& name, report& out) {
    entered_[i.session] = name;
    if (logins_.size() > most) logins_.clear();
    auto& last = logins_[name];
    constexpr auto slack = std::chrono::milliseconds(100);
    if (last.delay > slack && i.at - last.at < last.delay - slack)
      out.add(i, {"early",
                  fmt::format("'{}' is let in again {} ms after its last login, and LOGIN-DELAY says {} s",
                              base::printable(name),
                              std::chrono::duration_cast<std::chrono::milliseconds>(i.at - last.at).count(),
                              std::chrono::duration_cast<std::chrono::seconds>(last.delay).count()),
                  {"-ERR [LOGIN-DELAY]"},
                  0});
    last.at = i.at;
  }

  void refused(item const& i, report& out) {
    if (!model::announces(*i.pop3, "USER") || !i.reply->code.empty()) return;
    auto const& name = named_[i.session];
    if (welcome_.contains(name)) return tell(i, name, out);
    if (refused_.size() < most) refused_.insert(name);
  }

  void entered(item const& i, report& out) {
    auto const& name = named_[i.session];
    again(i, name, out);
    if (welcome_.size() < most) welcome_.insert(name);
    if (refused_.contains(name)) tell(i, name, out);
  }

  /// USER "may not be available to all users": of this one it is.
  static void tell(item const& i, std::string const& name, report& out) {
    out.add(i, {"user",
                fmt::format("CAPA announced USER and 'USER {}' was refused; elsewhere the same name logs in by USER",
                            base::printable(name)),
                {"+OK, or no USER in CAPA where it is refused"},
                0});
  }

  void mechanism(item const& i, report& out) {
    if (!i.reply->code.empty() || !i.pop3->capabilities_known) return;
    auto const name = base::to_upper(i.pop3_command_->arg(0));
    for (auto const& line : i.pop3->capabilities) {
      auto const words = base::words(line);
      if (words.empty() || words[0] != "SASL" || std::ranges::find(words, name) == words.end()) continue;
      if (!challenged_[i.session])
        out.add(
            i,
            {"mechanism", fmt::format("CAPA announces SASL {0}, and AUTH {0} is refused at once", name), {"+ ..."}, 0});
    }
  }

  static constexpr std::size_t most = 100000;
  per_session<list> before_{this};        ///< in AUTHORIZATION
  per_session<char> challenged_{this};    ///< since the last command
  per_session<std::string> named_{this};  ///< by the last USER
  std::set<std::string> refused_, welcome_;
  struct login {
    base::instant at{};
    base::duration delay{};  ///< as CAPA told it after a login; none: not told
  };
  per_session<std::string> entered_{this};  ///< by PASS, as whom
  std::map<std::string, login> logins_;     ///< by name
};

checker_kind const kind{
    "pop_promises",
    "What CAPA promises of logging in is kept, and is the same before and after it.",
    {{"differs", "RFC2449-5-02", "A capability whose definition names no difference is the same in both states.",
      "RFC5034-3-03"},
     {"delay", "RFC2449-6.5-03", "Before login LOGIN-DELAY is the greatest of all users'."},
     {"delay-user", "RFC2449-6.5-04", "Where LOGIN-DELAY is another after login, it had USER before."},
     {"early", "RFC2449-6.5-02", "Nobody is let in again before the LOGIN-DELAY that was announced is over.",
      "RFC2449-6.5-05"},
     {"expire-user", "RFC2449-6.7-07", "Where EXPIRE is another after login, it had USER before."},
     {"expire", "RFC2449-6.7-06", "Before login EXPIRE is the least of all users'."},
     {"user", "RFC2449-6.2-01", "Where USER is announced, USER and PASS are supported.", "RFC2449-6.2-02"},
     {"mechanism", "RFC2449-6.3-01", "A mechanism that SASL announces can be begun.", "RFC5034-3-01"}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<pop_promises>(); },
    false,
    kinds::pop3 | kinds::rest};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::pop_promises
