// client_capabilities: extensions are used where the server announces them, and asked for anew once TLS is up (RFC 3501
// §6.2.1, RFC 2683 §3.3.1). A client that was told no list in this session may know it from an earlier one: nothing is
// said of it. What a list lacks when the command is sent was announced neither before nor, if they cross, then.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "check/client/client_checker.hpp"

namespace mailrig::check::client_capabilities {
namespace {

using model::imap_command;
using model::imap_session;

struct extension_use {
  std::string_view command, capability;
  bool in_rev2;                       ///< IMAP4rev2 has it (RFC 9051, appendix E)
  std::string_view requirement = {};  ///< where its own RFC forbids it; else advice
};
constexpr std::array commands_of_extensions{
    extension_use{"IDLE", "IDLE", true, "RFC2177-3-01"},
    extension_use{"ENABLE", "ENABLE", true},
    extension_use{"NAMESPACE", "NAMESPACE", true},
    extension_use{"UNSELECT", "UNSELECT", true},
    extension_use{"MOVE", "MOVE", true},
    extension_use{"ID", "ID", false},
    extension_use{"COMPRESS", "COMPRESS=DEFLATE", false},
    extension_use{"SORT", "SORT", false},
    extension_use{"GETQUOTA", "QUOTA", false},
    extension_use{"GETQUOTAROOT", "QUOTA", false},
    extension_use{"SETQUOTA", "QUOTA", false},
    extension_use{"GETACL", "ACL", false},
    extension_use{"SETACL", "ACL", false},
    extension_use{"DELETEACL", "ACL", false},
    extension_use{"LISTRIGHTS", "ACL", false},
    extension_use{"MYRIGHTS", "ACL", false},
    extension_use{"NOTIFY", "NOTIFY", false},
    extension_use{"REPLACE", "REPLACE", false},
    extension_use{"STARTTLS", "STARTTLS", true},
};

/// Options before or behind what LIST of RFC 3501 has.
bool has_list_options(imap_command const& c) {
  if (!c.is("LIST")) return false;
  auto const parenthesised = [](auto const& a) { return !a.string && a.text.starts_with('('); };
  return std::ranges::any_of(c.sent.arguments, parenthesised) || base::iequals(c.sent.arg(2), "RETURN");
}

bool announced(imap_session const& s, std::string_view capability) {
  // "SORT=DISPLAY", "QUOTA=RES-STORAGE" and the like announce what they extend.
  return std::ranges::any_of(*s.capabilities, [&](std::string const& c) {
    return c == capability ||
           (c.starts_with(capability) && c.size() > capability.size() && c[capability.size()] == '=');
  });
}

std::string told_list(imap_session const& s) {
  std::string out;
  for (auto const& c : *s.capabilities) out += " " + c;
  return "the server's last list was:" + out;
}

class client_capabilities final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (!i.imap) return;
    auto& mine = memory_[i.session];
    if (i.kind == item_kind::secured) {
      mine.upgraded = mine.spoke;
      mine.knows = false;
    } else if (i.kind == item_kind::response) {
      mine.knows = mine.knows || i.response->name == "CAPABILITY" || i.response->code == "CAPABILITY";
    } else if (i.kind == item_kind::command) {
      command(i, mine, out);
    }
  }

 private:
  struct known {
    bool spoke = false;     ///< commands were sent
    bool upgraded = false;  ///< and then TLS came up
    bool knows = false;     ///< what is announced now: it was told, or has asked
  };

  static void command(item const& i, known& mine, report& out) {
    auto const& c = *i.command;
    mine.spoke = true;
    mine.knows = mine.knows || c.is("CAPABILITY");
    bool const needs_none = c.is("NOOP") || c.is("LOGOUT") || c.is("ID");
    if (mine.upgraded && !mine.knows && !needs_none) {
      mine.upgraded = false;
      out.add(i, {"anew",
                  fmt::format("{} is sent after STARTTLS, and the capabilities were not asked for again", c.sent.name),
                  {"CAPABILITY, since what was announced before TLS does not count"}});
    }
    if (i.imap->capabilities_known) unannounced(i, out);
  }

  static void unannounced(item const& i, report& out) {
    auto const& c = *i.command;
    auto const& s = *i.imap;
    auto const tell = [&](std::string_view what, std::string_view capability, std::string_view requirement) {
      remark r{"unannounced",
               fmt::format("{} is sent, and the server does not announce {}; {}", what, capability, told_list(s)),
               {fmt::format("{} where {} is announced", what, capability)}};
      r.requirement = requirement;
      out.add(i, std::move(r));
    };
    bool const rev2 = announced(s, "IMAP4REV2");
    for (auto const& use : commands_of_extensions)
      if (c.is(use.command) && !announced(s, use.capability) && !(rev2 && use.in_rev2))
        tell(use.command, use.capability, use.requirement);
    if (c.is("THREAD") && !announced(s, "THREAD")) tell("THREAD", "THREAD", {});
    if (c.is("EXPUNGE") && c.sent.uid && !announced(s, "UIDPLUS") && !rev2) tell("UID EXPUNGE", "UIDPLUS", {});
    if (c.is("AUTHENTICATE") && c.sent.arguments.size() > 1 && !announced(s, "SASL-IR") && !rev2)
      tell("AUTHENTICATE with an initial response", "SASL-IR", "RFC4959-3-08");
    if (has_list_options(c) && !announced(s, "LIST-EXTENDED") && !rev2)
      tell("LIST with options", "LIST-EXTENDED", "RFC5258-3-16");
    bool const use = c.is("CREATE") && base::istarts_with(c.sent.arg(1), "(USE ");
    if (use && !announced(s, "CREATE-SPECIAL-USE")) tell("CREATE with USE", "CREATE-SPECIAL-USE", "RFC6154-3-08");
  }

  per_session<known> memory_{this};
};

client_checker_kind const kind{
    {"client-capabilities",
     "The client uses what the server announces, and asks anew after STARTTLS.",
     {{"unannounced", "RFC2683-3.3.1-02", "A command of an extension is sent where the extension is announced.",
       "RFC2177-3-01 RFC4959-3-08 RFC5258-3-16 RFC6154-3-08"},
      {"anew", "RFC3501-6.2.1-05", "After STARTTLS the capabilities are asked for again."}},
     +[]() -> std::unique_ptr<checker> { return std::make_unique<client_capabilities>(); },
     false,
     kinds::commands | kinds::untagged | kinds::tagged | kinds::rest,
     told::capabilities | told::completions}};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::client_capabilities
