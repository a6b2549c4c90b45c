// list_selection: LIST with options tells the names that they select and what they want returned: subscriptions,
// children, CHILDINFO and \NonExistent are those that all sessions together know (RFC 5258 §3, §4).
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "check/checker.hpp"
#include "model/ext/utf8_names.hpp"
#include "model/hierarchy.hpp"
#include "model/list_options.hpp"

namespace mailrig::check::list_selection {
namespace {

using model::interval_register;
using wire::imap::response_kind;
using wire::imap::status;

class list_selection final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (!i.imap) return;
    auto const now = out.together().now() + 1;
    names_.see(i, now);
    if (i.kind == item_kind::command) command(i);
    if (i.kind != item_kind::response || i.response->violation) return;
    if (i.response->is("LIST")) told(i, out);
    if (i.response->kind == response_kind::tagged && i.command && i.command->is("LIST")) {
      auto& a = answers_[i.session];
      if (i.response->condition == status::ok && a.asked) completed(i, a, out);
      a.asked.reset();
    }
    names_.answered(i, now);
  }

 private:
  struct entry {
    bool subscribed = false, absent = false, no_select = false, child_info = false, childless = false;
    std::size_t offset = 0;
  };
  struct answer {
    std::optional<model::list_options> asked;  ///< by the one LIST that runs; nothing else asks for names
    bool extended = false;                     ///< the client has shown that it reads extended data
    std::map<std::string, entry> names;
  };

  void command(item const& i) {
    auto const& c = i.command->sent;
    auto& a = answers_[i.session];
    a.extended = a.extended || c.name == "ENABLE" || c.name == "NOTIFY";
    if (c.name != "LIST") return;
    auto options = model::list_options::of(c);
    a.extended = a.extended || !options || options->extended;
    a.names.clear();
    a.asked.reset();
    bool const offered = !i.imap->capabilities_known || i.imap->can("LIST-EXTENDED") || i.imap->can("IMAP4REV2");
    if (i.imap->in_progress.size() == 1 && !i.imap->notified && options && options->extended && offered)
      a.asked = *options;
  }

  // --- one response --------------------------------------------------------------------------------------------------

  static bool recursive(item const& i) {
    return std::ranges::any_of(i.imap->in_progress, [](auto const& c) {
      auto const options = c.is("LIST") ? model::list_options::of(c.sent) : std::nullopt;
      return c.is("LIST") && (!options || options->selects("RECURSIVEMATCH"));
    });
  }

  void told(item const& i, report& out) {
    auto& a = answers_[i.session];
    auto const attributes = i.response->args();
    auto const name = attributes.next().next();
    auto const extra = name.next();
    entry e;
    e.offset = name.offset();
    bool children = false, has_children = false;
    for (auto v = attributes.first(); v; v = v.next()) {
      e.subscribed = e.subscribed || v.names("\\Subscribed");
      e.absent = e.absent || v.names("\\NonExistent");
      e.no_select = e.no_select || v.names("\\Noselect");
      has_children = has_children || v.names("\\HasChildren");
      e.childless = e.childless || v.names("\\HasNoChildren") || v.names("\\Noinferiors");
    }
    children = has_children || e.childless;
    if (extra.is_list() && extra.first() && !a.extended && !i.imap->rev2)
      out.add(i, {"unasked", "extended data before an extended LIST", {"* LIST (...) ... name"}, extra.offset()});
    for (auto v = extra.is_list() ? extra.first() : wire::imap::value(); v; v = v.next().next())
      if (v.names("CHILDINFO")) e.child_info = true, child_info(i, a, v, out);
    if (!a.asked) return;
    if (name.text().empty())
      return out.add(i, {"root", "an extended LIST is told of the hierarchy's root", {}, name.offset()});
    if (!a.names.insert_or_assign(model::told_mailbox(*i.imap, name.text()), e).second) {
      // Among several patterns it is list_answers that tells.
      if (!a.asked->select.empty())
        out.add(i, {"twice", fmt::format("{} is told twice", base::printable(name.text())), {}, name.offset()});
    }
    if (a.asked->gives("CHILDREN") && !children)
      out.add(i, {"children-untold",
                  fmt::format("{} has neither \\HasChildren nor \\HasNoChildren", base::printable(name.text())),
                  {"one of both"},
                  attributes.offset()});
    // RFC 5258 §3.5: a missing superior of names that are selected may stand there as \NonExistent \HasChildren.
    bool const superior = e.absent && has_children;
    if (a.asked->selects("SUBSCRIBED") && !e.subscribed && !e.child_info && !superior)
      out.add(i,
              {"unselected",
               fmt::format("{} is told as if it was selected, and is not \\Subscribed", base::printable(name.text())),
               {"\\Subscribed"},
               attributes.offset()});
    // What was ever known below it may be there: \HasChildren is a SHOULD where nobody asked for CHILDREN (§3.5).
    auto const below = [&] {
      bool any = false;
      auto const prefix = model::told_mailbox(*i.imap, name.text()) + attributes.next().text();
      names_.each(i.imap->account, [&](std::string_view other, model::hierarchy::name const&) {
        any = any || model::is_below(other, prefix);
      });
      return any;
    };
    if (a.asked->select.empty() && e.absent && !has_children && !below())
      out.add(i, {"absent",
                  fmt::format("{} is \\NonExistent, and nothing selects such names", base::printable(name.text())),
                  {},
                  attributes.offset()});
    matches(i, *a.asked, attributes.next(), name, out);
  }

  static void child_info(item const& i, answer const& a, wire::imap::value tag, report& out) {
    if (!recursive(i))
      return out.add(i, {"childinfo", "CHILDINFO, and RECURSIVEMATCH was not asked for", {}, tag.offset()});
    if (!a.asked || !tag.next().is_list()) return;
    for (auto v = tag.next().first(); v; v = v.next())
      if (!a.asked->selects(base::to_upper(v.text())))
        out.add(i, {"criteria",
                    fmt::format("CHILDINFO of {}, which is no selection option of this LIST", v.text()),
                    {},
                    v.offset()});
  }

  static void matches(item const& i, model::list_options const& asked, wire::imap::value delimiter,
                      wire::imap::value name, report& out) {
    if (asked.select.empty() || !asked.names.reference.empty()) return;  // list_answers compares it
    auto const mark = delimiter.text();
    if (asked.names.matches(name.text(), mark.size() == 1 ? std::optional(mark[0]) : std::nullopt, true)) return;
    out.add(i, {"pattern",
                fmt::format("{} does not match {}", base::printable(name.text()), asked.names.printable()),
                {},
                name.offset()});
  }

  // --- the whole answer ----------------------------------------------------------------------------------------------

  struct view {
    item const& i;
    model::operation const& by;
    model::list_options const& asked;
    model::list_request names;  ///< with the reference before them
    std::optional<char> delimiter;
    std::map<std::string, entry> const& told;
    report& out;

    bool must(interval_register const& reg) const { return !can(reg, false); }
    bool cannot(interval_register const& reg) const { return !can(reg, true); }
    entry const* find(std::string_view name) const {
      auto const at = told.find(model::canonical_mailbox(name));
      return at == told.end() ? nullptr : &at->second;
    }
    void add(std::string_view rule, std::string text, std::string expected = {}) const {
      remark r{rule, std::move(text), {}, 0};
      if (!expected.empty()) r.expected.push_back(std::move(expected));
      out.add(i, std::move(r));
    }

   private:
    bool can(interval_register const& reg, bool value) const {
      return reg.can_be(value, by.from, out.together().now() + 1, i.session).possible;
    }
  };

  void completed(item const& i, answer const& a, report& out) {
    auto const d = names_.operation_of(i);
    auto const told_delimiter = names_.delimiter(i.imap->account);
    if (!d || !told_delimiter || names_.changing(nullptr)) return;
    auto const delimiter = *told_delimiter == '\0' ? std::nullopt : told_delimiter;
    auto const joined = model::with_reference(a.asked->names, delimiter);
    if (!joined) return;
    view const v{i, *d, *a.asked, *joined, delimiter, a.names, out};
    bool good = true;
    names_.each(i.imap->account, [&](std::string_view mailbox, model::hierarchy::name const& n) {
      if (good) good = v.names.matches(mailbox, delimiter) ? judge(v, mailbox, n) : !owed_above(v, mailbox, n);
    });
    for (auto const& [mailbox, e] : a.names)
      if (good && delimiter) good = !childless(v, mailbox, e) && !redundant(v, mailbox, e);
  }

  /// A name that matches: false once something was found.
  static bool judge(view const& v, std::string_view mailbox, model::hierarchy::name const& n) {
    auto const* e = v.find(mailbox);
    auto const name = base::printable(mailbox);
    auto const& select = v.asked.select;
    bool const by_subscription = v.asked.selects("SUBSCRIBED");
    bool const alone = std::ranges::all_of(
        select, [](auto const& s) { return s == "SUBSCRIBED" || s == "REMOTE" || s == "RECURSIVEMATCH"; });
    if (by_subscription && alone && (!e || !e->subscribed) && v.must(n.subscribed))
      return v.add("subscription", fmt::format("{} is subscribed, matches, and is not told as such", name),
                   fmt::format("* LIST (... \\Subscribed) ... {}", name)),
             false;
    if (!e) return true;
    if (v.asked.tells("SUBSCRIBED") && !e->subscribed && v.must(n.subscribed))
      return v.add("subscribed", fmt::format("{} is subscribed, and lacks \\Subscribed", name), "\\Subscribed"), false;
    if (v.asked.tells("SUBSCRIBED") && e->subscribed && v.cannot(n.subscribed))
      return v.add(by_subscription ? "subscription" : "subscribed",
                   fmt::format("{} has \\Subscribed, and nobody has subscribed it", name)),
             false;
    if (e->absent && v.must(n.exists))
      return v.add("nonexistent", fmt::format("{} is \\NonExistent, and is there", name)), false;
    if (e->no_select && by_subscription && n.opened && v.must(n.exists))
      return v.add("no-select", fmt::format("{} is \\Noselect, and was selected before", name)), false;
    if (v.asked.gives("STATUS") && !e->absent && !e->no_select && v.cannot(n.exists))
      return v.add("selectable", fmt::format("{} is not there, and is not \\Noselect", name), "\\Noselect"), false;
    if (by_subscription && !e->absent && !e->no_select && v.cannot(n.exists))
      return v.add("nonexistent", fmt::format("{} is not there, and is not \\NonExistent", name), "\\NonExistent"),
             false;
    return true;
  }

  /// A subscribed name that does not match: the nearest superior that does is told with CHILDINFO. Whether those above
  /// that one are parents of it too (RFC 5258 §3.1), servers answer either way.
  static bool owed_above(view const& v, std::string_view mailbox, model::hierarchy::name const& n) {
    auto const& select = v.asked.select;
    bool const alone = std::ranges::all_of(
        select, [](auto const& s) { return s == "SUBSCRIBED" || s == "REMOTE" || s == "RECURSIVEMATCH"; });
    if (!v.delimiter || !v.asked.selects("RECURSIVEMATCH") || !alone || !v.must(n.subscribed)) return false;
    for (auto end = mailbox.rfind(*v.delimiter); end != mailbox.npos && end > 0;
         end = mailbox.rfind(*v.delimiter, end - 1)) {
      auto const superior = mailbox.substr(0, end);
      if (!v.names.matches(superior, v.delimiter)) continue;
      auto const* e = v.find(superior);
      if (e && e->child_info) return false;
      v.add("superior",
            fmt::format("{} is subscribed, does not match, and {} is not told with CHILDINFO", base::printable(mailbox),
                        base::printable(superior)),
            fmt::format("* LIST (...) ... {} (\"CHILDINFO\" (\"SUBSCRIBED\"))", base::printable(superior)));
      return true;
    }
    return false;
  }

  bool childless(view const& v, std::string const& mailbox, entry const& e) const {
    if (!e.childless || v.asked.select.empty()) return false;  // mailbox_names compares it
    bool found = false;
    auto const prefix = mailbox + *v.delimiter;
    names_.each(v.i.imap->account, [&](std::string_view other, model::hierarchy::name const& n) {
      if (found || !model::is_below(other, prefix) || !v.must(n.exists)) return;
      found = true;
      v.add("children", fmt::format("{} says that it has no children, and {} is there", base::printable(mailbox),
                                    base::printable(other)));
    });
    return found;
  }

  /// Where all names match, each that is selected is told itself.
  static bool redundant(view const& v, std::string const& mailbox, entry const& e) {
    if (!e.child_info || e.subscribed || !v.asked.selects("SUBSCRIBED") || !v.names.is_everything()) return false;
    v.add("redundant",
          fmt::format("{} is told for its children only, and all of these are told too", base::printable(mailbox)));
    return true;
  }

  model::hierarchy names_;
  per_session<answer> answers_{this};
};

checker_kind const kind{
    "list_selection",
    "LIST with options tells what they select.",
    {{"unasked", "RFC5258-3-11", "Extended data come only to who has used extended LIST."},
     {"childinfo", "RFC5258-3.5-01", "CHILDINFO comes only where RECURSIVEMATCH was asked for.", "RFC9051-6.3.9.6-01"},
     {"criteria", "RFC5258-3.5-05", "CHILDINFO names selection options of the command."},
     {"root", "RFC5258-3-03", "In an extended LIST the empty name asks for nothing.", "RFC5258-3-04"},
     {"twice", "RFC5258-3.3-01", "A name is told once.", "RFC5258-3-09"},
     {"pattern", "RFC5258-3.1-07", "A name that is told matches the pattern, whatever selects it.", "RFC5258-3-06"},
     {"children-untold", "RFC5258-4-01", "RETURN (CHILDREN) is answered for each name.", "RFC5258-4-08 RFC5258-3.2-03"},
     {"children", "RFC5258-4-05", "A name with children does not say that it has none."},
     {"unselected", "RFC5258-3.3-02", "A name that is told meets the selection, or has names below it that do.",
      "RFC5258-3-06 RFC5258-3.1-02 RFC5258-3.1-04"},
     {"subscription", "RFC5258-3.1-01", "LIST (SUBSCRIBED) tells exactly the subscribed names.", "RFC5258-3.1-02"},
     {"subscribed", "RFC5258-3.2-01", "\\Subscribed is on what is subscribed, and on nothing else.",
      "RFC5258-3.1-02 RFC5258-3.2-02"},
     {"nonexistent", "RFC5258-3-13", "\\NonExistent is on what is not there, and on nothing else.",
      "RFC5258-3.1-03 RFC5258-3.2-02"},
     {"absent", "RFC5258-3-14", "What is not there is told where it is selected only.", "RFC5258-3-07"},
     {"no-select", "RFC5258-3.5-02", "\\Noselect does not stand for a name that is not subscribed.", "RFC5258-3.1-03"},
     {"selectable", "RFC5819-2-04", "What LIST cannot give the STATUS of is \\Noselect."},
     {"superior", "RFC5258-3.1-06", "RECURSIVEMATCH tells of superiors of what is selected.", "RFC5258-3.5-05"},
     {"redundant", "RFC5258-3.5-04", "No name is told for the sake of children that are told themselves."}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<list_selection>(); },
    true,
    kinds::everything,
    told::mailboxes | told::completions};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::list_selection
