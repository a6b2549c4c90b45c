// list_returns: what LIST is asked to return beside names comes after the name it is of, for each name that can have
// it, and for no other: STATUS (RFC 5819 §2), MYRIGHTS (RFC 8440 §3), METADATA (RFC 9590 §3).
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "check/checker.hpp"
#include "model/ext/utf8_names.hpp"
#include "model/list_options.hpp"
#include "model/mailbox_life.hpp"

namespace mailrig::check::list_returns {
namespace {

using wire::imap::response_kind;
using wire::imap::status;

class list_returns final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (!i.imap) return;
    if (i.kind == item_kind::command) return command(i);
    if (i.kind != item_kind::response || i.response->violation) return;
    auto const& r = *i.response;
    auto& a = answers_[i.session];
    if (a.asked && r.is("LIST")) listed(i, a);
    for (auto const& [data, option] : returned)
      if (a.asked && r.is(data) && i.imap->in_progress.size() == 1) came(i, a, option, out);
    if (a.asked && (r.condition == status::no || r.condition == status::bad) && r.kind == response_kind::untagged)
      a.trouble = true;
    if (r.is("MYRIGHTS")) rights(i, out);
    if (r.kind != response_kind::tagged || !i.command) return;
    if (a.asked && i.command->is("LIST") && r.condition == status::ok) completed(i, a, out);
    if (i.command->is("LIST")) a.asked.reset();
  }

 private:
  static constexpr std::pair<std::string_view, std::string_view> returned[] = {
      {"STATUS", "STATUS"}, {"MYRIGHTS", "MYRIGHTS"}, {"METADATA", "METADATA"}};

  struct entry {
    bool no_select = false, absent = false, only_above = false;
    std::set<std::string_view> came;
  };
  struct answer {
    std::optional<model::list_options> asked;
    std::map<std::string, entry> names;
    bool trouble = false;  ///< an untagged NO or BAD spoke of some
  };
  struct told_rights {
    std::string letters;
    std::size_t changes;
  };

  void command(item const& i) {
    auto const& c = i.command->sent;
    if (c.name == "SETACL" || c.name == "DELETEACL" || c.name == "CREATE" || c.name == "DELETE" || c.name == "RENAME" ||
        c.name == "LOGIN" || c.name == "AUTHENTICATE")
      ++changes_;
    auto& a = answers_[i.session];
    if (c.name != "LIST" && a.asked) a.asked.reset();  // what comes now may be the other's
    if (c.name != "LIST") return;
    a = {};
    auto options = model::list_options::of(c);
    bool const returns =
        options && std::ranges::any_of(returned, [&](auto const& r) { return options->gives(r.second); });
    if (returns && i.imap->in_progress.size() == 1 && !i.imap->notified) a.asked = std::move(options);
  }

  static void listed(item const& i, answer& a) {
    auto const attributes = i.response->args();
    auto const name = attributes.next().next();
    entry e;
    bool subscribed = false, child_info = false;
    for (auto v = attributes.first(); v; v = v.next()) {
      e.no_select = e.no_select || v.names("\\Noselect");
      e.absent = e.absent || v.names("\\NonExistent");
      subscribed = subscribed || v.names("\\Subscribed");
    }
    for (auto v = name.next().is_list() ? name.next().first() : wire::imap::value(); v; v = v.next().next())
      child_info = child_info || v.names("CHILDINFO");
    e.only_above = child_info && !subscribed && a.asked->selects("SUBSCRIBED");
    a.names.emplace(model::told_mailbox(*i.imap, name.text()), std::move(e));
  }

  void came(item const& i, answer& a, std::string_view option, report& out) {
    if (!a.asked->gives(option)) return;
    auto const name = i.response->args();
    auto const at = a.names.find(model::told_mailbox(*i.imap, name.text()));
    auto const printable = base::printable(name.text());
    bool const is_status = option == "STATUS";
    // Of the mailbox that is selected METADATA may come at any time (RFC 5464 §4.4.1), and of others that changed.
    if (option == "METADATA" && !name.next().is_list()) return;
    if (at == a.names.end())
      return out.add(i, {is_status              ? "status-before"
                         : option == "MYRIGHTS" ? "rights-before"
                                                : "metadata-before",
                         fmt::format("{} of {} comes before its LIST", option, printable),
                         {fmt::format("* LIST ... {}", printable)},
                         name.offset()});
    auto& e = at->second;
    e.came.insert(option);
    if (is_status && (e.no_select || e.absent))
      out.add(i, {"unselectable", fmt::format("STATUS of {}, which cannot be selected", printable), {}, name.offset()});
    if (is_status && e.only_above)
      out.add(i, {"only-children",
                  fmt::format("STATUS of {}, which is told for its children only", printable),
                  {},
                  name.offset()});
    if (is_status) items(i, *a.asked, name.next(), out);
  }

  static void items(item const& i, model::list_options const& asked, wire::imap::value list, report& out) {
    std::set<std::string> told;
    for (auto v = list.first(); v; v = v.next().next()) told.insert(base::to_upper(v.raw()));
    for (auto const& name : asked.status)
      if (!told.contains(name))
        return out.add(i, {"items", fmt::format("{} was asked for", name), {name}, list.offset()});
    for (auto const& name : told)
      if (!asked.status.contains(name))
        return out.add(i, {"items", fmt::format("{} was not asked for", name), {}, list.offset()});
  }

  /// The mailbox is certainly there: somebody has told of its messages since anybody did anything to its name.
  static bool is_there(item const& i, std::string const& name, report& out) {
    if (i.imap->state == model::imap_state::selected && i.imap->mailbox == name) return true;
    auto const* box = out.together().find(i.imap->account, name);
    return box && !box->uncertain && box->removals.empty();
  }

  void completed(item const& i, answer const& a, report& out) {
    for (auto const& [name, e] : a.names) {
      if (e.no_select || e.absent || e.only_above || a.trouble || !is_there(i, name, out)) continue;
      auto const printable = base::printable(name);
      if (a.asked->gives("STATUS") && !e.came.contains("STATUS"))
        return out.add(i, {"status",
                           fmt::format("{} can be selected, and no STATUS of it came", printable),
                           {fmt::format("* STATUS {} (...), or \\NoSelect", printable)},
                           0});
      if (a.asked->gives("MYRIGHTS") && !e.came.contains("MYRIGHTS"))
        return out.add(i, {"rights",
                           fmt::format("{} is told, and no MYRIGHTS of it", printable),
                           {fmt::format("* MYRIGHTS {} ...", printable)},
                           0});
    }
  }

  /// By whatever command, the rights are the same until somebody changes them.
  void rights(item const& i, report& out) {
    auto const name = i.response->args();
    auto letters = name.next().text();
    // Whoever changes another user's rights need not be one of these sessions.
    if (out.together().is_shared(i.imap->account, model::told_mailbox(*i.imap, name.text()))) return;
    std::ranges::sort(letters);
    auto& before = rights_[i.imap->account + "\n" + model::told_mailbox(*i.imap, name.text())];
    if (!before.letters.empty() && before.changes == changes_ && before.letters != letters)
      out.add(i, {"rights-differ",
                  fmt::format("rights {} on {}, which were {}", letters, base::printable(name.text()), before.letters),
                  {before.letters},
                  name.next().offset()});
    if (rights_.size() > 4096) return rights_.clear();
    before = {letters, changes_};
  }

  per_session<answer> answers_{this};
  std::map<std::string, told_rights> rights_;  ///< by account and mailbox
  std::size_t changes_ = 0;                    ///< of anybody's rights or names
};

checker_kind const kind{
    "list_returns",
    "What LIST returns beside a name follows it.",
    {{"status", "RFC5819-2-01", "Each mailbox that can be selected has its STATUS.", "RFC5819-2-04"},
     {"status-before", "RFC5819-2-01", "STATUS follows the LIST of its mailbox."},
     {"items", "RFC5819-2-02", "STATUS has the items that were asked for."},
     {"unselectable", "RFC5819-2-03", "What cannot be selected has no STATUS."},
     {"only-children", "RFC5819-2-06", "A name that is told for its children has no STATUS."},
     {"rights", "RFC8440-3-04", "Each mailbox has its MYRIGHTS."},
     {"rights-before", "RFC8440-3-02", "MYRIGHTS follows the LIST of its mailbox."},
     {"rights-differ", "RFC8440-3-03", "The rights are those that MYRIGHTS tells."},
     {"metadata-before", "RFC9590-3-02", "METADATA follows the LIST of its mailbox."}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<list_returns>(); },
    true,
    kinds::commands | kinds::untagged | kinds::tagged,
    told::mailboxes | told::completions};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::list_returns
