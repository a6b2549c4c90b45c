// special_use: LIST shows the uses that CREATE gave, selects by them, and knows none that nobody has defined; a use
// that is refused makes no mailbox (RFC 6154 §2, §3).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/text.hpp"
#include "check/checker.hpp"
#include "model/ext/utf8_names.hpp"
#include "model/list_options.hpp"

namespace mailrig::check::special_use {
namespace {

using wire::imap::response_kind;
using wire::imap::status;

/// Attributes that say nothing of a use (RFC 3501 §7.2.2, RFC 5258 §3).
constexpr std::array plain{"\\noselect",    "\\noinferiors", "\\marked",        "\\unmarked", "\\nonexistent",
                           "\\haschildren", "\\subscribed",  "\\hasnochildren", "\\remote"};
/// Those of RFC 6154 §2, RFC 8457, and what the registry has taken since.
constexpr std::array registered_uses{"\\all",   "\\archive",   "\\drafts", "\\flagged",   "\\junk",   "\\sent",
                                     "\\trash", "\\important", "\\memos",  "\\scheduled", "\\snoozed"};

template <std::size_t N>
bool is_one_of(std::array<char const*, N> const& all, std::string_view name) {
  return std::ranges::any_of(all, [&](auto const* a) { return base::iequals(a, name); });
}

class special_use final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (!i.imap) return;
    if (i.kind == item_kind::command) return asked(i);
    if (i.kind != item_kind::response || i.response->violation) return;
    if (i.response->is("LIST")) told(i, out);
    if (i.response->kind == response_kind::tagged && i.command) answered(i, out);
  }

 private:
  struct mailbox {
    std::set<std::string> uses;  ///< lower case
    std::size_t at = 0;          ///< how much had been done to uses when it was made
  };

  static std::string key(item const& i, std::string_view name) {
    return i.imap->account + "\n" + model::canonical_mailbox(name);
  }

  /// What CREATE's USE names; nothing where it has none.
  static std::optional<std::set<std::string>> uses_of(wire::imap::command const& c) {
    if (c.name != "CREATE" || c.arguments.size() != 2 || !c.arg(1).starts_with('(')) return std::nullopt;
    auto const parameters = model::elements_of(c.arg(1));
    if (parameters.size() != 2 || !base::iequals(parameters[0].text, "USE")) return std::nullopt;
    std::set<std::string> out;
    for (auto const& u : model::elements_of(parameters[1].text)) out.insert(base::to_lower(u.text));
    return out;
  }

  void asked(item const& i) {
    auto const& c = i.command->sent;
    auto const uses = uses_of(c);
    if (c.name == "SETMETADATA" || c.name == "SETANNOTATION" || (uses && !uses->empty())) ++changes_;
    if (c.name == "CREATE" || c.name == "DELETE" || c.name == "RENAME") {
      // What is told while it runs may be of before or of after; what is below a name goes with it.
      std::erase_if(known_, [&](auto const& k) {
        return k.first.starts_with(key(i, c.arg(0))) ||
               (c.arguments.size() > 1 && k.first.starts_with(key(i, c.arg(1))));
      });
      if (c.name != "CREATE") ++renames_;
      sent_[i.session] = renames_;
    }
    auto options = model::list_options::of(c);
    asked_[i.session].reset();
    if (options && i.imap->in_progress.size() == 1 && !i.imap->notified) asked_[i.session] = std::move(options);
  }

  void answered(item const& i, report& out) {
    auto const& c = i.command->sent;
    if (c.name == "LIST") return asked_[i.session].reset();
    auto const uses = uses_of(c);
    if (!uses) return;
    bool const ok = i.response->condition == status::ok;
    if (ok && i.imap->in_progress.size() == 1 && renames_ == sent_[i.session])
      known_[key(i, c.arg(0))] = {*uses, changes_};
    if (ok && known_.size() > 4096) known_.clear();
    bool const nonsense =
        std::ranges::any_of(*uses, [](auto const& u) { return u.starts_with("\\") && is_one_of(plain, u); });
    if (ok && nonsense) out.add(i, {"accepted", "a mailbox of a use that is none", {"NO [USEATTR]"}, 0});
  }

  void told(item const& i, report& out) {
    auto const& asked = asked_[i.session];
    auto const attributes = i.response->args();
    auto const name = attributes.next().next();
    if (!asked) return;
    std::set<std::string> uses;
    wire::imap::value other;  // neither a use nor what LIST has anyway
    bool child_info = false;
    for (auto v = attributes.first(); v; v = v.next()) {
      if (is_one_of(registered_uses, v.raw()))
        uses.insert(base::to_lower(v.raw()));
      else if (!is_one_of(plain, v.raw()) && !base::istarts_with(v.raw(), "\\X-"))
        other = v;
    }
    for (auto v = name.next().is_list() ? name.next().first() : wire::imap::value(); v; v = v.next().next())
      child_info = child_info || v.names("CHILDINFO");
    if (asked->selects("SPECIAL-USE") && uses.empty() && !child_info) {
      if (other)
        return out.add(i,
                       {"undefined", fmt::format("{} is no use that is registered", other.raw()), {}, other.offset()});
      return out.add(i,
                     {"selected",
                      fmt::format("{} is told as one of a special use, and shows none", base::printable(name.text())),
                      {},
                      attributes.offset()});
    }
    auto const known = known_.find(key(i, model::told_mailbox(*i.imap, name.text())));
    if (known == known_.end() || known->second.at != changes_ || !asked->tells("SPECIAL-USE")) return;
    for (auto const& u : known->second.uses)
      if (!uses.contains(u))
        return out.add(i, {"lacking",
                           fmt::format("{} was created with {}, and lacks it", base::printable(name.text()), u),
                           {u},
                           attributes.offset()});
    for (auto const& u : uses)
      if (!known->second.uses.contains(u))
        return out.add(i, {"more",
                           fmt::format("{} has {}, which nobody gave it", base::printable(name.text()), u),
                           {},
                           attributes.offset()});
  }

  per_session<std::optional<model::list_options>> asked_{this};
  per_session<std::size_t> sent_{this};   ///< renames_ when its last CREATE was sent
  std::map<std::string, mailbox> known_;  ///< by account and name: made with these uses
  std::size_t changes_ = 0;               ///< commands that may give a use to one mailbox and so take it from another
  std::size_t renames_ = 0;
};

checker_kind const kind{
    "special_use",
    "LIST shows and selects by the uses that mailboxes have.",
    {{"undefined", "RFC6154-6-02", "A use is one of the registry.", "RFC6154-2-07"},
     {"selected", "RFC6154-2-03", "LIST (SPECIAL-USE) tells what has a use, and shows it.", "RFC6154-2-05"},
     {"lacking", "RFC6154-2-04", "The uses that CREATE gave are shown.", "RFC6154-3-01"},
     {"more", "RFC6154-2-04", "No use is shown that nobody gave.", "RFC6154-3-02"},
     {"accepted", "RFC6154-6-01", "CREATE takes no use that is none."}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<special_use>(); },
    false,
    kinds::commands | kinds::untagged | kinds::tagged,
    told::mailboxes | told::completions};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::special_use
