// extension: nothing of an extension is sent before the client has asked for it (RFC 3501 §6.1.1, §7.2.1; RFC 5161
// §3.2).
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "check/checker.hpp"
#include "model/fetch_request.hpp"

namespace mailrig::check {
namespace {

class extension final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.kind == item_kind::command && !i.command->sent.arguments.empty()) {
      auto const text = base::to_upper(i.command->sent.octets.substr(0, 2000));
      auto& a = asked_[i.session];
      for (auto const* word : {"CONDSTORE", "QRESYNC", "MODSEQ", "CHANGEDSINCE", "UNCHANGEDSINCE"})
        a.modseq = a.modseq || text.find(word) != text.npos;
      a.vanished = a.vanished || text.find("QRESYNC") != text.npos || text.find("VANISHED") != text.npos;
      a.esearch = a.esearch || text.find("RETURN") != text.npos || text.find("IMAP4REV2") != text.npos;
      if (i.command->is("ENABLE")) a.enabling = text;
    }
    if (i.kind != item_kind::response || i.response->violation) return;
    auto const& r = *i.response;
    auto const& a = asked_[i.session];
    if (r.is("FETCH") && !a.modseq)
      model::for_each_item(r, [&](auto name, auto) {
        if (name.names("MODSEQ")) out.add(i, {"unasked", "MODSEQ before CONDSTORE was asked for", {}, name.offset()});
      });
    if (r.is("VANISHED") && !a.vanished)
      out.add(i, {"unasked", "VANISHED before QRESYNC was asked for", {"EXPUNGE"}, 2});
    if (r.is("ESEARCH") && !a.esearch) out.add(i, {"unasked", "ESEARCH where RETURN was not said", {"SEARCH"}, 2});
    if (r.is("ENABLED")) enabled(i, a, out);
  }

 private:
  struct requests {
    bool modseq = false, vanished = false, esearch = false;
    std::string enabling;  ///< the last ENABLE, upper case
  };

  static void enabled(item const& i, requests const& a, report& out) {
    for (auto v = i.response->args(); v; v = v.next()) {
      auto const name = base::to_upper(v.raw());
      bool const implied = name == "CONDSTORE" && a.enabling.find("QRESYNC") != a.enabling.npos;
      if (a.enabling.find(" " + name) == a.enabling.npos && !implied)
        out.add(i, {"enabled", fmt::format("{} was not in the ENABLE command", v.raw()), {}, v.offset()});
    }
  }

  per_session<requests> asked_{this};
};

checker_kind const kind{
    "extension",
    "Nothing of an extension comes before it was asked for.",
    {{"unasked", "RFC3501-6.1.1-04", "Extension data come only after the client has asked for the extension.",
      "RFC3501-7.2.1-03 RFC5161-3.1-13"},
     {"enabled", "RFC5161-3.1-07", "ENABLED lists what this ENABLE has enabled."}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<extension>(); },
    false,
    hears::commands | hears::untagged};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check
