// extension: nothing of an extension is sent before the client has asked for it (RFC 3501 §6.1.1, §7.2.1; RFC 5161
// §3.2). As long as a client has issued only commands that this program knows, what it does not know cannot be theirs.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "check/checker.hpp"
#include "model/fetch_request.hpp"
#include "wire/imap/grammar.hpp"

namespace mailrig::check::extension {
namespace {

using wire::imap::place;

class extension final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.kind == item_kind::command && !i.command->sent.arguments.empty()) {
      auto text = base::to_upper(i.command->sent.octets.substr(0, 2000));
      for (char& c : text)
        if (c == '\r' || c == '\n') c = ' ';
      auto& a = asked_[i.session];
      if (i.command->is("ENABLE")) a.owed = newly_enables(i, a, text);
      for (auto const* word : {"CONDSTORE", "QRESYNC", "MODSEQ", "CHANGEDSINCE", "UNCHANGEDSINCE"})
        a.modseq = a.modseq || text.find(word) != text.npos;
      for (auto const* word : {"QRESYNC", "VANISHED", "UIDONLY"})
        a.vanished = a.vanished || text.find(word) != text.npos;
      for (auto const* word : {"RETURN", "IMAP4REV2", "ESEARCH"}) a.esearch = a.esearch || text.find(word) != text.npos;
      if (i.command->is("ENABLE") && a.enabling.size() < most) a.enabling += text + " ";
      if (i.command->is("ENABLE")) a.latest = text;
      if (i.command->is("FETCH") || i.command->is("STATUS") || i.command->is("LIST") || i.command->is("NOTIFY"))
        name_items(i.command->is("FETCH") ? place::fetch_item : place::status_item, text, a);
    }
    if (i.kind == item_kind::command) {
      auto& a = asked_[i.session];
      auto const* e = wire::imap::extension_of_command(i.command->sent.name);
      a.unknown_command = a.unknown_command || !wire::imap::find_command(i.command->sent.name, i.command->sent.uid);
      // NOTIFY and LANGUAGE have data of others sent (RFC 5465 §5, RFC 5255 §3.3).
      a.of_others = a.of_others || i.command->is("NOTIFY") || i.command->is("LANGUAGE");
      if (e) a.used.insert(e);
      if (i.command->is_one_of("ENABLE", "LIST", "SELECT", "EXAMINE")) uses(i.command->sent.octets.substr(0, most), a);
    }
    if (i.kind != item_kind::response || i.response->violation) return;
    auto const& r = *i.response;
    auto& a = asked_[i.session];
    // RFC 8437 §4: whoever comes next has enabled nothing.
    if (i.command && i.command->is("UNAUTHENTICATE") && r.condition == wire::imap::status::ok) a = {};
    if (!a.unknown_command) undefined(i, a, out), unused(i, a, out);
    if (r.is("FETCH") && !a.modseq)
      model::for_each_item(r, [&](auto name, auto) {
        if (name.names("MODSEQ")) out.add(i, {"unasked", "MODSEQ before CONDSTORE was asked for", {}, name.offset()});
      });
    if (r.is("VANISHED") && !a.vanished)
      out.add(i, {"unasked", "VANISHED before QRESYNC was asked for", {"EXPUNGE"}, 2});
    if (r.is("ESEARCH") && !a.esearch && !i.imap->rev2)
      out.add(i, {"unasked", "ESEARCH where RETURN was not said", {"SEARCH"}, 2});
    if (r.is("ENABLED")) enabled(i, a, out), a.owed = false;
    if (i.command && i.command->is("ENABLE") && r.condition == wire::imap::status::ok && a.owed)
      out.add(i, {"not-listed", "ENABLE is answered OK without ENABLED", {"* ENABLED ..."}, 0});
  }

 private:
  struct requests {
    bool modseq = false, vanished = false, esearch = false;
    bool unknown_command = false;  ///< of an extension that may define anything
    bool of_others = false;        ///< a command that has other extensions' data sent
    std::set<wire::imap::extension const*> used;
    std::string enabling, latest;              ///< what ENABLE was sent with, upper case: all of them, the last
    bool owed = false;                         ///< ENABLED, by the last ENABLE
    std::set<std::string, std::less<>> items;  ///< asked for, and not in the grammar; upper case
  };
  static constexpr std::size_t most = 4096;

  /// Items that the client asks for and the grammar does not know: their answers are as good as unknown.
  static void name_items(place where, std::string text, requests& a) {
    for (char& c : text)
      if (c == '(' || c == ')' || c == '[' || c == ']' || c == '\r' || c == '\n') c = ' ';
    for (auto word : base::words(text))
      if (!wire::imap::find_rule(where, word) && a.items.size() < most) a.items.emplace(word);
  }

  /// RFC 3501 §7.2.1: "responses MUST conform to this document until the client issues a command that uses" an
  /// extension; §6.5.1 of X-words.
  static void undefined(item const& i, requests const& a, report& out) {
    auto const& r = *i.response;
    if (r.kind == wire::imap::response_kind::untagged && !r.known)
      return out.add(i, {"undefined",
                         fmt::format("'{}' is no response that a command of this session defines", r.name),
                         {"a response that is defined"},
                         2});
    auto unknown = [&](place where, wire::imap::value name) {
      if (wire::imap::find_rule(where, name.raw()) || a.items.contains(base::to_upper(name.raw()))) return;
      out.add(i, {"undefined",
                  fmt::format("'{}' is no data item that a command of this session asks for", name.raw()),
                  {"a data item that is defined"},
                  name.offset()});
    };
    if (r.is("FETCH"))
      model::for_each_item(r, [&](auto name, auto) {
        if (name.kind() == wire::imap::node_kind::atom) unknown(place::fetch_item, name);
      });
    if (r.is("STATUS"))
      for (auto v = r.args().next().first(); v; v = v.next().next()) unknown(place::status_item, v);
  }

  /// A command asks for an extension by naming it or its data too: ENABLE METADATA, LIST ... RETURN (MYRIGHTS).
  static void uses(std::string text, requests& a) {
    for (char& c : text)
      if (c == '(' || c == ')' || c == '\r' || c == '\n' || c == '"') c = ' ';
    for (auto const word : base::words(text)) {
      if (auto const* named = base::registry<wire::imap::extension>::find(base::to_upper(word))) a.used.insert(named);
      // METADATA-SERVER is a share of METADATA.
      for (auto const part : {word, word.substr(0, word.find('-'))})
        if (auto const* of_data = wire::imap::extension_of_data(part)) a.used.insert(of_data);
    }
  }

  /// RFC 3501 §7.2.1: data that belong to an extension's commands, none of which this session has sent.
  static void unused(item const& i, requests const& a, report& out) {
    auto const& r = *i.response;
    if (a.of_others || r.is("ESEARCH") || r.kind != wire::imap::response_kind::untagged ||
        r.condition != wire::imap::status::none)
      return;
    auto const* e = wire::imap::extension_of_data(r.name);
    if (!e || e->commands.empty() || e->rfc == "RFC 3501" || a.used.contains(e)) return;
    out.add(i, {"unasked", fmt::format("{} before a command of {} ({}) was sent", r.name, e->name, e->rfc), {}, 2});
  }

  /// It asks for what the server announces and nothing in this session has turned on.
  static bool newly_enables(item const& i, requests const& a, std::string const& text) {
    if (!a.enabling.empty() || a.modseq) return false;
    for (auto const* word : {"CONDSTORE", "QRESYNC", "UTF8=ACCEPT", "IMAP4REV2"})
      if (names(text, word) &&
          (i.imap->can(word) || (word == std::string_view("UTF8=ACCEPT") && i.imap->can("UTF8=ONLY"))))
        return true;
    return false;
  }

  static bool names(std::string_view enabling, std::string_view name) {
    auto const all = base::words(enabling);
    return std::ranges::find(all, name) != all.end();
  }

  static void enabled(item const& i, requests const& a, report& out) {
    for (auto v = i.response->args(); v; v = v.next()) {
      auto const name = base::to_upper(v.raw());
      bool const implied = name == "CONDSTORE" && a.enabling.find("QRESYNC") != a.enabling.npos;
      if (implied || names(a.latest, name)) continue;
      if (names(a.enabling, name))
        out.add(i, {"enabled-before", fmt::format("{} was in an ENABLE before this one", v.raw()), {}, v.offset()});
      else
        out.add(i, {"enabled", fmt::format("{} was in no ENABLE command", v.raw()), {}, v.offset()});
    }
  }

  per_session<requests> asked_{this};
};

checker_kind const kind{
    "extension",
    "Nothing of an extension comes before it was asked for.",
    {{"unasked", "RFC3501-6.1.1-04", "Extension data come only after the client has asked for the extension.",
      "RFC3501-7.2.1-03 RFC5161-3.1-13 RFC7162-3.1-10 RFC7162-3.2.3-06"},
     {"undefined", "RFC3501-7.2.1-03", "A response or data item is one that a standard in use defines.",
      "RFC3501-6.5.1-01 RFC3501-6.5.1-03"},
     {"enabled", "RFC5161-3.2-01", "ENABLED lists nothing that the client has not asked for."},
     {"enabled-before", "RFC5161-3.1-07", "ENABLED lists what this ENABLE has enabled."},
     {"not-listed", "RFC5161-3.1-06", "ENABLE that succeeds is answered by ENABLED."}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<extension>(); },
    false,
    kinds::commands | kinds::untagged | kinds::tagged,
    told::capabilities | told::completions};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::extension
