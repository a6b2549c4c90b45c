// imap4rev2: what a session of IMAP4rev2 is told beyond RFC 3501: SELECT with LIST, its codes and CLOSED; UIDs with
// what comes unasked; names in UTF-8, and by which name a mailbox goes (RFC 9051 §5.1, §6.3.2, §6.3.9.7, §7.3.1,
// §7.5.2).
#include <fmt/format.h>

#include <set>

#include "base/text.hpp"
#include "check/checker.hpp"
#include "model/fetch_request.hpp"
#include "wire/imap/grammar.hpp"
#include "wire/imap/mutf7.hpp"

namespace mailrig::check::imap4rev2 {
namespace {

using model::imap_state;
using wire::imap::response_kind;
using wire::imap::status;

class imap4rev2 final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.kind == item_kind::command) return asked(i);
    if (i.kind != item_kind::response || i.response->violation || !i.imap->rev2) return;
    auto const& r = *i.response;
    auto& o = opening_[i.session];
    if (r.kind == response_kind::untagged && !r.code.empty()) o.codes.insert(std::string(r.code));
    if (r.is("LIST")) listed(i, o, out);
    if (r.is("FETCH")) unasked(i, out);
    if (i.command && selects(*i.command)) opened(i, o, out);
  }

 private:
  /// What SELECT or EXAMINE, the only command under way, has been told.
  struct opening {
    bool alone = false;
    bool before = false;  ///< another mailbox was selected
    std::string said;
    std::set<std::string, std::less<>> codes;
    struct name {
      std::string text;
      std::optional<std::string> old;
      bool selectable;
    };
    std::vector<name> names;
  };

  static bool selects(model::imap_command const& c) { return c.is("SELECT") || c.is("EXAMINE"); }

  void asked(item const& i) {
    if (!i.imap) return;
    auto& o = opening_[i.session];
    if (!selects(*i.command)) return void(o.alone = false);
    o = {};
    o.alone = i.imap->in_progress.size() == 1 && !i.imap->notified;
    o.before = i.imap->state == imap_state::selected;
    o.said = i.command->sent.arg(0);
  }

  static std::optional<std::string> old_name(wire::imap::value extended) {
    for (auto v = extended.is_list() ? extended.first() : wire::imap::value(); v; v = v.next().next())
      if (v.names("OLDNAME") && v.next().is_list() && v.next().first()) return v.next().first().text();
    return std::nullopt;
  }

  static void listed(item const& i, opening& o, report& out) {
    auto const attributes = i.response->args();
    auto const name = attributes.next().next();
    std::set<std::string> once;
    bool selectable = true;
    for (auto v = attributes.first(); v; v = v.next()) {
      if (!once.insert(base::to_lower(v.raw())).second)
        out.add(i, {"attribute-twice", fmt::format("{} stands twice", v.raw()), {}, v.offset()});
      selectable = selectable && !v.names("\\Noselect") && !v.names("\\NonExistent");
    }
    if (!wire::imap::encode_mutf7(name.text()))
      out.add(i, {"utf8", fmt::format("{} is no UTF-8", base::printable(name.text())), {"UTF-8"}, name.offset()});
    auto const* running = i.imap->oldest();
    if (o.alone && running && selects(*running) && o.names.size() < most)
      o.names.push_back({name.text(), old_name(name.next()), selectable});
  }

  /// While nothing asks for flags, they are told because somebody changed them.
  static void unasked(item const& i, report& out) {
    auto const& s = *i.imap;
    for (auto const& c : s.in_progress)
      if (c.is("FETCH") || c.is("STORE") || !wire::imap::find_command(c.sent.name)) return;
    if (s.selecting() || s.notified) return;  // QRESYNC tells with UIDs by a rule of its own
    bool uid = false;
    model::for_each_item(*i.response, [&](auto name, auto) { uid = uid || name.names("UID"); });
    if (!uid) out.add(i, {"unasked-uid", "FETCH that nobody asked for has no UID", {"UID ..."}, 2});
  }

  void opened(item const& i, opening& o, report& out) {
    auto const done = std::exchange(o, {});
    if (!done.alone || i.response->condition != status::ok) return;
    if (done.before && !done.codes.contains("CLOSED"))
      out.add(i, {"closed", "another mailbox was selected, and no CLOSED came", {"* OK [CLOSED] ..."}, 0});
    for (auto const* code : {"PERMANENTFLAGS", "UIDNEXT", "UIDVALIDITY"})
      if (!done.codes.contains(code))
        return out.add(i, {"select-codes",
                           fmt::format("no {} before the tagged OK", code),
                           {fmt::format("* OK [{} ...] ...", code)},
                           0});
    auto const expected = fmt::format("* LIST (...) ... {}", base::printable(done.said));
    if (done.names.empty()) return out.add(i, {"select-list", "no LIST before the tagged OK", {expected}, 0});
    name(i, done, expected, out);
  }

  static void name(item const& i, opening const& o, std::string const& expected, report& out) {
    auto const is = [&](std::string_view text) {
      // A server may fold the case of names.
      return base::iequals(model::canonical_mailbox(text), model::canonical_mailbox(o.said));
    };
    for (auto const& n : o.names) {
      if (!is(n.text) && !(n.old && is(*n.old))) continue;
      if (!n.selectable)
        out.add(i, {"select-attributes", fmt::format("{} was told as not selectable", base::printable(n.text)), {}, 0});
      return;
    }
    out.add(i, {"select-name",
                fmt::format("LIST told of {}, and nothing says that this is {}", base::printable(o.names.front().text),
                            base::printable(o.said)),
                {expected, fmt::format("(\"OLDNAME\" ({}))", base::printable(o.said))},
                0});
  }

  static constexpr std::size_t most = 1000;
  per_session<opening> opening_{this};
};

checker_kind const kind{
    "imap4rev2",
    "A session of IMAP4rev2 is told what RFC 9051 adds.",
    {{"select-list", "RFC9051-6.3.2-01", "SELECT tells LIST of its mailbox.", "RFC9051-6.3.2-02 RFC9051-6.3.3-01"},
     {"select-codes", "RFC9051-6.3.2-01", "SELECT tells PERMANENTFLAGS, UIDNEXT and UIDVALIDITY.", "RFC9051-6.3.3-01"},
     {"select-name", "RFC9051-6.3.2-03", "What SELECT opens goes by the name that was said, or tells that as OLDNAME.",
      "RFC9051-6.3.2-02 RFC9051-6.3.9.7-01"},
     {"select-attributes", "RFC9051-6.3.2-02", "What is selected can be selected."},
     {"closed", "RFC9051-6.3.2-04", "CLOSED parts one mailbox from the next.", "RFC9051-7.1-01"},
     {"unasked-uid", "RFC9051-7.5.2-05", "FETCH that nobody asked for has the UID.",
      "RFC9051-7-01 RFC9051-6.3.13-01 RFC9051-6.4.6-01 RFC9051-E-02"},
     {"attribute-twice", "RFC9051-9-08", "An attribute stands once in a LIST response."},
     {"utf8", "RFC9051-5.1-01", "A mailbox name is in UTF-8."}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<imap4rev2>(); },
    false,
    kinds::commands | kinds::untagged | kinds::tagged,
    told::mailboxes | told::capabilities | told::completions};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::imap4rev2
