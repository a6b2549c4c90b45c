// client_sync: how a client brings its copy of a mailbox up to date (RFC 7162 §3.2).
#include <fmt/format.h>

#include <string>

#include "base/text.hpp"
#include "check/client/client_checker.hpp"

namespace mailrig::check::client_sync {
namespace {

bool selects(model::imap_command const& c) { return c.is("SELECT") || c.is("EXAMINE"); }

/// The word stands in one of its arguments in parentheses.
bool has_word(model::imap_command const& c, std::string_view word) {
  for (auto const& a : c.sent.arguments) {
    if (a.string || !a.text.starts_with('(')) continue;
    for (auto w : base::words(a.text)) {
      while (w.starts_with('(')) w.remove_prefix(1);
      while (w.ends_with(')')) w.remove_suffix(1);
      if (base::iequals(w, word)) return true;
    }
  }
  return false;
}

class client_sync final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (!i.imap) return;
    auto const& c = *i.command;
    auto& enabled = memory_[i.session].enabled;
    if (c.is("ENABLE"))
      for (auto const& a : c.sent.arguments) enabled = enabled || base::iequals(a.text, "QRESYNC");
    bool const asks_vanished = c.sent.uid && c.is("FETCH") && has_word(c, "VANISHED");
    bool const resyncs = selects(c) && has_word(c, "QRESYNC");
    if ((asks_vanished || resyncs) && !enabled)
      out.add(i, {"enable",
                  fmt::format("{} uses {}, and ENABLE QRESYNC was not sent on this connection", c.sent.name,
                              resyncs ? "QRESYNC" : "VANISHED"),
                  {"ENABLE QRESYNC once it is authenticated"}});
    if (asks_vanished && !has_word(c, "CHANGEDSINCE"))
      out.add(i, {"vanished", "UID FETCH has VANISHED without CHANGEDSINCE", {"(CHANGEDSINCE n VANISHED)"}});
  }

 private:
  struct known {
    bool enabled = false;  ///< ENABLE QRESYNC was sent
  };
  per_session<known> memory_{this};
};

client_checker_kind const kind{
    {"client-sync",
     "The client enables QRESYNC before it uses it.",
     {{"enable", "RFC7162-3.2.3-05", "ENABLE QRESYNC comes before the QRESYNC parameter and VANISHED."},
      {"vanished", "RFC7162-3.2.6-07", "VANISHED is asked for together with CHANGEDSINCE."}},
     +[]() -> std::unique_ptr<checker> { return std::make_unique<client_sync>(); },
     false,
     kinds::commands,
     told::capabilities | told::completions}};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::client_sync
