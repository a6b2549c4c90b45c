// url_auth: GENURLAUTH gives each URL back with a token of 128 bits or more, URLFETCH answers for each URL, and
// RESETKEY tells the mechanisms (RFC 4467 §3, §7, §8).
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "check/checker.hpp"

namespace mailrig::check::url_auth {
namespace {

using wire::imap::response_kind;
using wire::imap::status;

class url_auth final : public checker {
 public:
  void see(item const& i, report& out) override {
    auto& a = asked_[i.session];
    if (i.kind == item_kind::command) return begin(i, a);
    if (i.kind != item_kind::response || i.response->violation || a.serial == 0) return;
    auto const& r = *i.response;
    if (r.is("GENURLAUTH") && a.name == "GENURLAUTH") generated(i, a, out);
    if (r.is("URLFETCH") && a.name == "URLFETCH") fetched(i, a, out);
    a.mechanisms = a.mechanisms || r.code == "URLMECH";
    if (r.kind != response_kind::tagged || !i.command || i.command->serial != a.serial) return;
    answered(i, a, out);
    a = {};
  }

 private:
  struct request {
    std::uint32_t serial = 0;
    std::string name;
    std::vector<std::string> urls;
    bool told = false, mechanisms = false, of_mailbox = false;
  };

  /// Of a command that runs alone.
  static void begin(item const& i, request& a) {
    a = {};
    auto const& c = i.command->sent;
    bool const ours = c.name == "GENURLAUTH" || c.name == "URLFETCH" || c.name == "RESETKEY";
    if (!ours || i.imap->in_progress.size() != 1) return;
    a.serial = i.command->serial;
    a.name = c.name;
    a.of_mailbox = !c.arguments.empty();
    std::size_t const step = c.name == "GENURLAUTH" ? 2 : 1;
    for (std::size_t n = 0; n < c.arguments.size(); n += step) a.urls.push_back(c.arguments[n].text);
  }

  /// The URL as it was, and ":mechanism:token".
  static void generated(item const& i, request& a, report& out) {
    a.told = true;
    std::size_t n = 0;
    for (auto v = i.response->args(); v; v = v.next(), ++n) {
      auto const url = v.text();
      auto const rump = n < a.urls.size() ? a.urls[n] : std::string();
      auto const rest = url.starts_with(rump) ? std::string_view(url).substr(rump.size()) : std::string_view();
      auto const colon = rest.starts_with(':') ? rest.find(':', 1) : rest.npos;
      if (rump.empty() || colon == rest.npos)
        return out.add(i,
                       {"rump", "the URL is not the one that was given, with a token behind it", {rump}, v.offset()});
      auto const token = rest.substr(colon + 1);
      bool const hex = token.find_first_not_of("0123456789abcdefABCDEF") == token.npos;
      constexpr std::size_t least = 32;
      if (!hex || token.size() < least)
        out.add(i, {"token",
                    fmt::format("the token has {} characters{}", token.size(), hex ? "" : ", not all hexadecimal"),
                    {"32 hexadecimal digits or more"},
                    v.offset()});
    }
    if (n != a.urls.size())
      out.add(i, {"rump", fmt::format("{} URLs for {}", n, a.urls.size()), {"each URL that was given"}, 2});
  }

  static void fetched(item const& i, request& a, report& out) {
    a.told = true;
    auto left = a.urls;
    for (auto v = i.response->args(); v; v = v.next().next()) {
      auto const at = std::ranges::find(left, v.text());
      if (at == left.end())
        return out.add(i, {"others", "a URL that was not asked for, or twice", {"each URL once"}, v.offset()});
      left.erase(at);
    }
  }

  static void answered(item const& i, request const& a, report& out) {
    auto const& r = *i.response;
    if (a.name == "URLFETCH" && r.condition == status::no)
      out.add(i, {"no", "URLFETCH is refused, not the URL", {"OK, with NIL for URLs that are not valid"}, 0});
    if (r.condition != status::ok) return;
    if (a.name == "URLFETCH" && !a.told) out.add(i, {"unanswered", "OK without URLFETCH", {"* URLFETCH ..."}, 0});
    if (a.name == "GENURLAUTH" && !a.told) out.add(i, {"rump", "OK without GENURLAUTH", {"* GENURLAUTH ..."}, 0});
    if (a.name == "RESETKEY" && a.of_mailbox && !a.mechanisms)
      out.add(
          i, {"mechanisms", "a mailbox has a new key, and its mechanisms are not told", {"[URLMECH INTERNAL ...]"}, 0});
  }

  per_session<request> asked_{this};
};

checker_kind const kind{
    "url_auth",
    "URLs get tokens, and are answered for.",
    {{"token", "RFC4467-3-01", "A token has 128 bits or more, in hexadecimal."},
     {"rump", "RFC4467-7.GENURLAUTH-04", "GENURLAUTH gives each URL back, with mechanism and token behind it."},
     {"unanswered", "RFC4467-7.URLFETCH-01", "URLFETCH with OK is answered by URLFETCH."},
     {"no", "RFC4467-7.URLFETCH-03", "URLFETCH is not refused for what its URLs are."},
     {"others", "RFC4467-7.URLFETCH-04", "URLFETCH tells of each URL that was asked for, once."},
     {"mechanisms", "RFC4467-8.URLMECH-01", "RESETKEY of a mailbox tells the mechanisms."}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<url_auth>(); },
    false,
    kinds::commands | kinds::untagged | kinds::tagged,
    told::completions};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::url_auth
