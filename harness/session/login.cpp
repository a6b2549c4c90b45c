// login: see login.hpp.
#include "session/login.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/beginning.hpp"
#include "base/quoted.hpp"
#include "base/text.hpp"
#include "net/digest.hpp"
#include "session/proof.hpp"
#include "session/token_source.hpp"

namespace mailrig::session {
namespace {

using model::item_kind;

/// What RFC 1939 §3 lets an argument be made of.
bool is_argument(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) { return c > 0x20 && c < 0x7F; });
}

/// What ends a line can be said in a literal (RFC 3501 §4.3) and within SASL, and in no argument.
bool ends_line(std::string_view text) { return text.find_first_of("\r\n") != text.npos; }

/// No command and no mechanism can say it.
bool has_nul(credentials const& c) { return (c.user + c.password).find('\0') != std::string::npos; }
constexpr char const* preauth_is_no_tls =
    "the server greets with PREAUTH in the clear, after which there is no STARTTLS, and the target says starttls = "
    "true; "
    "nothing is said on such a connection";
constexpr char const* nul_is_unsayable = "a user's name or password holds NUL, which cannot be said";

class imap_login final : public login {
 public:
  using login::login;

  void see(model::item const& i) override {
    if (i.kind != item_kind::response) return;
    auto const& r = *i.response;
    invited_ = invited_ || (r.kind == wire::imap::response_kind::continuation && !rest_.empty());
    if (r.kind == wire::imap::response_kind::continuation && stage_ == stage::authenticating && rest_.empty()) {
      challenge_ = std::string(r.octets.substr(std::min<std::size_t>(2, r.octets.size())));
      while (challenge_->ends_with('\n') || challenge_->ends_with('\r')) challenge_->pop_back();
    }
    if (r.is("BYE")) farewell_ = said(r.octets.substr(std::min<std::size_t>(2, r.octets.size())));
    if (r.kind != wire::imap::response_kind::tagged || r.tag != tag_) return;
    answered_ = true;
    good_ = r.condition == wire::imap::status::ok;
    words_ = said(r.octets.substr(std::min(r.octets.size(), r.octets.find(' ') + 1)));
  }

  login_action next(model::conversation const& c) override {
    auto const& s = c.imap();
    if (finished_) return {};
    if (s.bye) return fail("the server ends the session: " + farewell_);
    switch (stage_) {
      case stage::greeting:
        if (s.state == model::imap_state::greeting) return {};
        if (goal_ == login_goal::greeting) return finish();
        // RFC 9051 §7.1.4: whoever wants TLS goes no further than a PREAUTH in the clear, which no STARTTLS can follow.
        if (s.state == model::imap_state::authenticated)
          return upgrade_ && !s.secured ? fail(preauth_is_no_tls) : finish();
        if (upgrade_ && !s.secured) return command(stage::starttls, "STARTTLS");
        return authenticate(c);
      case stage::starttls:
        if (!answered_) return {};
        if (!good_) return fail("STARTTLS was refused: " + words_);
        stage_ = stage::handshake;
        return {login_action::start_tls, {}};
      case stage::handshake:
        if (!s.secured) return {};
        return goal_ == login_goal::secured ? finish() : authenticate(c);
      case stage::introduced:
        if (!answered_) return {};
        return good_ ? authenticate(c) : fail("ID, which names the client's address, was refused: " + words_);
      case stage::capability:
        if (!answered_) return {};
        return s.state == model::imap_state::authenticated ? enter(s) : authenticate(c);
      case stage::enabling: return answered_ ? finish() : login_action{};
      case stage::authenticating:
        if (std::exchange(invited_, false)) return next_piece();
        if (challenge_) return respond();
        if (!answered_) return {};
        if (!good_ && renewed()) return authenticate(c);
        if (!good_) return refused(sasl_ ? "AUTHENTICATE" : "LOGIN");
        if (sasl_ && !sasl_->proven()) return fail("the server did not prove that it knows the password");
        return s.capabilities_known ? enter(s) : command(stage::capability, "CAPABILITY");
    }
    return {};
  }

 private:
  enum class stage { greeting, starttls, handshake, introduced, capability, authenticating, enabling };

  /// RFC 6855 §6: who takes UTF-8 only serves nobody who has not enabled it.
  login_action enter(model::imap_session const& s) {
    return s.can("UTF8=ONLY") ? command(stage::enabling, "ENABLE UTF8=ACCEPT") : finish();
  }

  login_action command(stage next, std::string const& text) {
    stage_ = next;
    answered_ = false;
    tag_ = fmt::format("L{}", ++tags_);
    return {login_action::send, fmt::format("{} {}\r\n", tag_, text)};
  }

  login_action authenticate(model::conversation const& c) {
    if (goal_ != login_goal::authenticated) return finish();
    if (!origin_.empty())
      return command(stage::introduced, fmt::format("ID (\"x-originating-ip\" \"{}\")", std::exchange(origin_, {})));
    if (!c.imap().capabilities_known) return command(stage::capability, "CAPABILITY");
    auto const offered = [&](std::string_view name) { return c.imap().can("AUTH=" + std::string(name)); };
    // RFC 3501 §6.2.3: where LOGINDISABLED is announced, no client sends LOGIN.
    if (who_.mechanism.empty() && c.imap().can("LOGINDISABLED")) {
      choose_strongest(offered);
      if (who_.mechanism.empty())
        return fail(c.imap().can("STARTTLS") && !c.imap().secured
                        ? "LOGIN is disabled before TLS (LOGINDISABLED); the target needs starttls = true in [imap]"
                        : "LOGIN is disabled (LOGINDISABLED), and no SASL mechanism that mailrig speaks is offered");
    }
    if (has_nul(who_)) return fail(nul_is_unsayable);
    bool const ascii = base::is_ascii(who_.user) && base::is_ascii(who_.password);
    bool const line = !ends_line(who_.user + who_.password);
    // LOGIN has no charset (RFC 6855 §5), PLAIN has, and needs no quoting that a server may misread.
    bool const odd = !ascii || (who_.user + who_.password).find_first_of(" \"\\%*(){") != std::string::npos;
    if (who_.mechanism.empty() && odd && c.imap().can("AUTH=PLAIN")) who_.mechanism = "PLAIN";
    if (who_.mechanism.empty() && ascii && line)
      return command(stage::authenticating,
                     fmt::format("LOGIN {} {}", base::quoted(who_.user), base::quoted(who_.password)));
    if (who_.mechanism.empty()) {
      rest_ = {who_.password, fmt::format("{} {{{}}}", who_.user, who_.password.size())};
      return command(stage::authenticating, fmt::format("LOGIN {{{}}}", who_.user.size()));
    }
    if (auto const begun = begin_sasl(offered); !begun) return fail(begun.error().text);
    if (!c.imap().can("SASL-IR") || !mechanism_->client_first)
      return command(stage::authenticating, "AUTHENTICATE " + who_.mechanism);
    auto const initial = net::base64(*sasl_->respond({}));
    return command(stage::authenticating,
                   fmt::format("AUTHENTICATE {} {}", who_.mechanism, initial.empty() ? "=" : initial));
  }

  /// What follows a literal's announcement, when "+" has come.
  login_action next_piece() {
    auto piece = std::move(rest_.back());
    rest_.pop_back();
    return {login_action::send, piece + "\r\n"};
  }

  stage stage_ = stage::greeting;
  std::string tag_, farewell_;
  std::vector<std::string> rest_;  ///< the last is next
  bool invited_ = false;
  int tags_ = 0;
};

class pop3_login final : public login {
 public:
  using login::login;

  void see(model::item const& i) override {
    if (i.kind != item_kind::reply) return;
    auto const& r = *i.reply;
    if (r.status == wire::pop3::indicator::challenge) {
      challenge_ = std::string(r.text);
      return;
    }
    answered_ = true;
    good_ = r.status == wire::pop3::indicator::ok;
    words_ = said(r.line);
  }

  login_action next(model::conversation const& c) override {
    auto const& s = c.pop3();
    if (finished_) return {};
    switch (stage_) {
      case stage::greeting:
        if (s.state == model::pop3_state::greeting) return {};
        if (answered_ && !good_) return fail("the greeting is negative: " + words_);
        if (goal_ == login_goal::greeting) return finish();
        return upgrade_ && !s.secured ? command(stage::stls, "STLS") : authenticate(c);
      case stage::stls:
        if (!answered_) return {};
        if (!good_) return fail("STLS was refused: " + words_);
        stage_ = stage::handshake;
        return {login_action::start_tls, {}};
      case stage::handshake: return s.secured ? authenticate(c) : login_action{};
      case stage::introduced:
        if (!answered_) return {};
        return good_ ? authenticate(c) : fail("XCLIENT, which names the client's address, was refused: " + words_);
      case stage::user:
        if (!answered_) return {};
        if (good_) return command(stage::authenticating, "PASS " + who_.password);
        refused_ = words_;
        return command(stage::capability, "CAPA");
      case stage::capability:  // USER is an optional command (RFC 2449 §6.3); another way may be offered
        if (!answered_) return {};
        if (who_.mechanism.empty() && good_ && base::is_ascii(who_.user + who_.password))
          choose_strongest([&](std::string_view name) { return offers(s.capabilities, name); });
        if (who_.mechanism.empty() && good_ && offers(s.capabilities, "PLAIN")) who_.mechanism = "PLAIN";
        return who_.mechanism.empty() && !refused_.empty() ? fail("USER was refused: " + refused_) : authenticate(c);
      case stage::authenticating:
        if (challenge_) return respond();
        if (!answered_) return {};
        if (!good_ && renewed()) return authenticate(c);
        if (!good_) return refused(sasl_ ? "AUTH" : who_.mechanism.empty() ? "PASS" : base::to_upper(who_.mechanism));
        if (sasl_ && !sasl_->proven()) return fail("the server did not prove that it knows the password");
        return finish();
    }
    return {};
  }

 private:
  enum class stage { greeting, stls, handshake, introduced, user, capability, authenticating };

  /// CAPA's SASL line names the mechanism.
  static bool offers(std::vector<std::string> const& capabilities, std::string_view mechanism) {
    for (auto const& line : capabilities) {
      auto const words = base::words(line);
      if (!words.empty() && words[0] == "SASL" && std::ranges::find(words, mechanism) != words.end()) return true;
    }
    return false;
  }

  login_action command(stage next, std::string const& text) {
    stage_ = next;
    answered_ = false;
    return {login_action::send, text + "\r\n"};
  }

  login_action authenticate(model::conversation const& c) {
    if (goal_ != login_goal::authenticated) return finish();
    if (!origin_.empty()) return command(stage::introduced, "XCLIENT ADDR=" + std::exchange(origin_, {}));
    // What is no argument of USER, or of PASS but for its blanks, goes by SASL where that is offered.
    if (has_nul(who_)) return fail(nul_is_unsayable);
    bool const sayable = is_argument(who_.user) && base::is_ascii(who_.password) && !ends_line(who_.password);
    if (who_.mechanism.empty() && !sayable && stage_ != stage::capability) return command(stage::capability, "CAPA");
    bool const apop = base::iequals(who_.mechanism, "APOP");
    if ((who_.mechanism.empty() && ends_line(who_.user + who_.password)) || (apop && ends_line(who_.user)))
      return fail("a user's name or password holds CR or LF, which POP3 says by SASL alone, and PLAIN is not offered");
    if (who_.mechanism.empty()) return command(stage::user, "USER " + who_.user);
    if (apop) {
      if (c.pop3().timestamp.empty()) return fail("the greeting has no timestamp for APOP");
      auto const proof = net::hex(net::md5(c.pop3().timestamp + who_.password));
      keep_proof(proof);
      return command(stage::authenticating, fmt::format("APOP {} {}", who_.user, proof));
    }
    // What has not been asked cannot be missed.
    auto const& known = c.pop3().capabilities;
    auto const offered = [&](std::string_view name) { return known.empty() || offers(known, name); };
    auto const begun = begin_sasl(offered);
    return begun ? command(stage::authenticating, "AUTH " + who_.mechanism) : fail(begun.error().text);
  }

  stage stage_ = stage::greeting;
  std::string refused_;  ///< what USER was answered
};

}  // namespace

login_action login::respond() {
  auto const decoded = net::from_base64(*std::exchange(challenge_, std::nullopt));
  auto const answer = decoded && sasl_ ? sasl_->respond(*decoded) : std::nullopt;
  if (!answer && sasl_) given_up_ = decoded ? sasl_->why() : "the challenge is no base64";
  return {login_action::send, (answer ? net::base64(*answer) : "*") + "\r\n"};
}

login_action login::refused(std::string const& what) {
  if (given_up_.empty()) return fail(fmt::format("{} was refused: {}", what, words_));
  return fail(fmt::format("{} was given up, since {}; the server: {}", what, given_up_, words_));
}

base::result<void> login::begin_sasl(std::function<bool(std::string_view)> const& offered) {
  mechanism_ = find_mechanism(who_.mechanism);
  if (!mechanism_) return base::fault{0, "SASL", "unknown SASL mechanism " + who_.mechanism};
  if (who_.tokens && mechanism_->takes_token) {
    auto const token = who_.tokens->token(who_.user);
    if (!token) return token.error();
    who_.token = *token;
  }
  sasl_ = mechanism_->begin(
      {.who = who_, .binding = binding_, .plus_offered = offered(std::string(mechanism_->name) + "-PLUS")});
  return {};
}

bool login::renewed() {
  bool const by_token = sasl_ && who_.tokens && mechanism_->takes_token;
  if (!by_token || !who_.tokens->refused(who_.user, who_.token)) return false;
  return !std::exchange(renewed_, true);
}

void login::choose_strongest(std::function<bool(std::string_view)> const& offered) {
  bool const bound = binding_ && !binding_("tls-exporter").empty();
  if (auto const* best = strongest(offered, bound)) who_.mechanism = best->name;
}

login_action login::finish() {
  finished_ = true;
  return {login_action::done, {}};
}

login_action login::fail(std::string why) {
  finished_ = true;
  return {login_action::failed, std::move(why)};
}

std::string login::said(std::string_view line) {
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  return base::beginning_of(line, 300);
}

login::login(credentials c, login_goal goal, bool upgrade) : who_(std::move(c)), goal_(goal), upgrade_(upgrade) {}

std::unique_ptr<login> login::begin(history::protocol p, credentials c, login_goal goal, bool upgrade) {
  if (p == history::protocol::imap) return std::make_unique<imap_login>(std::move(c), goal, upgrade);
  return std::make_unique<pop3_login>(std::move(c), goal, upgrade);
}

void login::runs_over(channel_binding binding, std::string origin) {
  binding_ = std::move(binding);
  origin_ = std::move(origin);
}

}  // namespace mailrig::session
