// pop3_codes: response codes and capabilities of POP3 as RFC 2449 and RFC 3206 define them.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "check/checker.hpp"
#include "model/maildrop_view.hpp"

namespace mailrig::check::pop3_codes {
namespace {

using model::pop3_state;
using wire::pop3::indicator;

bool is_login(model::pop3_command const* c) {
  return c && (c->is("AUTH") || c->is("USER") || c->is("PASS") || c->is("APOP"));
}

class pop3_codes final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.kind == item_kind::secured && i.pop3) announced_[i.session].clear();  // RFC 2595 §4: they may change
    if (i.kind != item_kind::reply) return;
    if (i.pop3->state == pop3_state::greeting) return greeting(i, out);
    if (i.pop3_command_ && i.pop3_command_->is("CAPA") && i.reply->multi) return capabilities(i, out);
    if (!i.reply->multi && i.reply->status != indicator::challenge) code(i, out);
  }

 private:
  static void greeting(item const& i, report& out) {
    auto const stamp = model::timestamp_of(i.reply->line);
    if (stamp.empty()) return;
    auto const id = stamp.substr(1, stamp.size() - 2);
    bool const formed =
        std::ranges::count(id, '@') == 1 && !id.starts_with('@') && !id.ends_with('@') && id.find(' ') == id.npos;
    if (!formed) out.add(i, {"timestamp", fmt::format("<{}>", id), {"<local@domain>"}, i.reply->line.find('<')});
  }

  static void code(item const& i, report& out) {
    auto const& list = i.pop3->capabilities;
    bool const codes = std::ranges::find(list, "RESP-CODES") != list.end();
    auto const text = i.reply->text;
    if (i.pop3->capabilities_known && codes && text.starts_with('[') && i.reply->code.empty())
      out.add(i, {"form", {}, {"[CODE] or a text that does not begin with '['"}, 0});
    auto const whole = base::to_upper(i.reply->code);
    bool const hollow = whole.starts_with('/') || whole.ends_with('/') || whole.find("//") != whole.npos;
    if (i.pop3->capabilities_known && codes && hollow)
      out.add(i, {"form", fmt::format("[{}]", whole), {"levels with a '/' between"}, 0});
    auto const code = model::code_of(*i.reply);
    if (code.empty()) return;
    bool const of_login = code == "AUTH" || code == "IN-USE" || code == "LOGIN-DELAY";
    bool const of_system = code == "SYS";
    auto const below = whole.substr(0, whole.find('/', 4));
    if (!of_login && !of_system) return;
    if (i.pop3->capabilities_known && !codes)
      out.add(i, {"unannounced", fmt::format("[{}], and CAPA has no RESP-CODES", code), {"RESP-CODES in CAPA"}, 0});
    bool const told = std::ranges::find(list, "AUTH-RESP-CODE") != list.end();
    if (i.pop3->capabilities_known && codes && code == "AUTH" && !told)
      out.add(i, {"auth-unannounced", "[AUTH], and CAPA has no AUTH-RESP-CODE", {"AUTH-RESP-CODE in CAPA"}, 0});
    if (i.reply->status == indicator::ok) out.add(i, {"with-ok", fmt::format("[{}] with +OK", code), {"-ERR"}, 0});
    if (of_login && i.reply->status == indicator::err && i.pop3_command_ && !is_login(i.pop3_command_))
      out.add(i,
              {"place", fmt::format("[{}] for {}", code, i.pop3_command_->keyword), {"AUTH, USER, PASS or APOP"}, 0});
    bool const user = i.pop3_command_ && i.pop3_command_->is("USER");
    if (user && code == "AUTH") out.add(i, {"user-leak", {}, {"no code"}, 0});
    if (user && code == "LOGIN-DELAY") out.add(i, {"user-delay", {}, {"LOGIN-DELAY after PASS"}, 0});
    if (of_system && below != "SYS/TEMP" && below != "SYS/PERM")
      out.add(i, {"system", fmt::format("[{}]", whole), {"[SYS/TEMP]", "[SYS/PERM]"}, 0});
  }

  void capabilities(item const& i, report& out) {
    bool const before = i.pop3->state == pop3_state::authorization;
    std::set<std::string> tags;
    for (auto const& line : wire::pop3::body_lines(i.reply->body)) {
      auto const words = base::words(line);
      if (words.empty()) continue;
      auto const tag = base::to_upper(words[0]);
      tags.insert(tag);
      if (line.size() + 2 > 512) out.add(i, {"capability", fmt::format("{} octets", line.size() + 2), {"512"}, 0});
      bool const days = words.size() > 1 && base::number(words[1]).has_value();
      bool const never = words.size() > 1 && base::iequals(words[1], "NEVER");
      bool const user = words.size() == 3 && base::iequals(words[2], "USER");
      bool const delay = tag == "LOGIN-DELAY", expire = tag == "EXPIRE";
      if ((delay && !days) || (expire && !days && !never) ||
          ((delay || expire) && words.size() > 2 && !(user && before)))
        out.add(i, {"parameters", base::printable(line), {"a number, and USER before login only"}, 0});
    }
    auto& known = announced_[i.session];
    if (before) {
      known = std::move(tags);
      return;
    }
    std::vector<std::string> gone;
    for (auto const& tag : known)
      if (tag != "STLS" && !tags.contains(tag)) gone.push_back(tag);
    for (auto const& tag : gone)
      out.add(i,
              {"withdrawn", fmt::format("announced before login and not after: {}", fmt::join(gone, ", ")), {tag}, 0});
  }

  per_session<std::set<std::string>> announced_{this};  ///< in AUTHORIZATION
};

checker_kind const kind{
    "pop3_codes",
    "POP3's response codes and capabilities are as they are defined.",
    {{"timestamp", "RFC2449-3-07", "The greeting's timestamp is a message id.", "RFC2449-3-04 RFC1939-7.APOP-01"},
     {"form", "RFC2449-3-05", "A text that begins with '[' is a response code.",
      "RFC2449-3-06 RFC2449-6.4-01 RFC2449-8-01"},
     {"unannounced", "RFC2449-8-02", "Who sends response codes announces RESP-CODES."},
     {"auth-unannounced", "RFC3206-5-02", "Who sends AUTH announces AUTH-RESP-CODE."},
     {"with-ok", "RFC2449-8.1.1-01", "Codes that tell a failure come with -ERR."},
     {"place", "RFC3206-5-01", "AUTH, IN-USE and LOGIN-DELAY answer attempts to log in."},
     {"user-leak", "RFC3206-5-03", "USER is not answered by AUTH."},
     {"user-delay", "RFC2449-8.1.1-02", "USER is not answered by LOGIN-DELAY, which tells that there is such a user."},
     {"system", "RFC3206-4-01", "SYS has TEMP or PERM below it."},
     {"capability", "RFC2449-3-03", "A capability line has at most 512 octets."},
     {"parameters", "RFC2449-6.5-01", "LOGIN-DELAY has seconds, EXPIRE days or NEVER.", "RFC2449-6.7-01 RFC2449-5-07"},
     {"withdrawn", "RFC2449-5-02", "What is announced before login is announced after it.", "RFC2449-5-05"}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<pop3_codes>(); },
    false,
    kinds::pop3 | kinds::rest,
    told::completions};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::pop3_codes
