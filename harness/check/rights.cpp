// rights: what is told of access control lists is what was asked for, says rights in their present and their old
// letters, and what is tied together goes together (RFC 4314 §2.1.1, §2.2, §3.3 to §3.8, §5.1.1).
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "check/checker.hpp"

namespace mailrig::check::rights {
namespace {

using wire::imap::response_kind;
using wire::imap::status;

/// A server that announces no RIGHTS= is one of RFC 2086, to which none of this applies.
bool is_4314(model::imap_session const& s) {
  return std::ranges::any_of(*s.capabilities, [](auto const& c) { return c.starts_with("RIGHTS="); });
}

bool has_right(std::string_view rights, char right) { return rights.find(right) != rights.npos; }

class rights final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (!i.imap) return;
    if (i.kind == item_kind::command) return asked(i);
    if (i.kind != item_kind::response || i.response->violation) return;
    auto const& r = *i.response;
    if (r.code == "CAPABILITY") announced(i, r.code_args(), out);
    if (r.is("CAPABILITY")) announced(i, r.args(), out);
    if (r.is("ACL")) list(i, out);
    if (r.is("LISTRIGHTS")) grantable(i, out);
    if (r.is("MYRIGHTS")) {
      told_[i.session].insert("MYRIGHTS");
      virtual_rights(i, r.args().next().text(), r.args().next().offset(), out);
    }
    if (r.kind == response_kind::tagged && i.command) answered(i, out);
  }

 private:
  void asked(item const& i) {
    auto const& c = i.command->sent;
    if (c.name == "GETACL" || c.name == "MYRIGHTS" || c.name == "LISTRIGHTS") told_[i.session].clear();
    // What is tied there was told of the mailbox as it was.
    if (c.name == "DELETE" || c.name == "RENAME") tied_.clear();
  }

  static void announced(item const& i, wire::imap::value v, report& out) {
    constexpr std::string_view word = "RIGHTS=", old = "lrswipacd0123456789", owed = "texk";
    for (; v; v = v.next()) {
      if (!base::istarts_with(v.raw(), word)) continue;
      auto const letters = base::to_lower(v.raw().substr(word.size()));
      for (char const one : letters)
        if (has_right(old, one))
          return out.add(i, {"old", fmt::format("RIGHTS= names '{}', which RFC 2086 has", one), {}, v.offset()});
      for (char const one : owed)
        if (!has_right(letters, one))
          return out.add(i, {"new", fmt::format("RIGHTS= lacks '{}'", one), {"RIGHTS=texk"}, v.offset()});
    }
  }

  /// §2.1.1: "delete" is "et" or "etx", "create" is "kx" or "k", as the server has it.
  static void virtual_rights(item const& i, std::string const& told, std::size_t offset, report& out) {
    if (!is_4314(*i.imap)) return;
    bool const c = has_right(told, 'c'), d = has_right(told, 'd');
    char const lacks = !d && (has_right(told, 'e') || has_right(told, 't'))        ? 'd'
                       : !c && has_right(told, 'k')                                ? 'c'
                       : !c && !d && has_right(told, 'x') && !has_right(told, 'k') ? 'd'
                                                                                   : '\0';
    if (lacks != '\0')
      out.add(
          i, {"virtual", fmt::format("'{}' has a member of '{}' and not '{}' itself", told, lacks, lacks), {}, offset});
  }

  void list(item const& i, report& out) {
    told_[i.session].insert("ACL");
    auto const box = i.response->args();
    for (auto who = box.next(); who; who = who.next().next()) {
      auto const value = who.next();
      virtual_rights(i, value.text(), value.offset(), out);
      auto const known = tied_.find(key(i, box.text(), who.text()));
      if (known == tied_.end()) continue;
      for (auto const& together : known->second) {
        auto const given = std::ranges::count_if(together, [&](char r) { return has_right(value.text(), r); });
        if (given != 0 && std::size_t(given) != together.size())
          out.add(i, {"tied",
                      fmt::format("'{}' of {} has some of '{}', which are tied", value.text(),
                                  base::printable(who.text()), together),
                      {"all of them, or none"},
                      value.offset()});
      }
    }
  }

  static std::string key(item const& i, std::string const& box, std::string const& who) {
    return i.imap->account + "\n" + box + "\n" + who;
  }

  void grantable(item const& i, report& out) {
    told_[i.session].insert("LISTRIGHTS");
    auto const box = i.response->args();
    auto const who = box.next();
    auto const* c = i.imap->running("LISTRIGHTS");
    if (c && i.imap->in_progress.size() == 1 && c->sent.arg(1) != who.text())
      out.add(i, {"identifier",
                  fmt::format("{} was asked of, and {} is told", base::printable(c->sent.arg(1)),
                              base::printable(who.text())),
                  {base::printable(c->sent.arg(1))},
                  who.offset()});
    std::string all;
    std::vector<std::string> tied;
    auto const required = who.next();
    for (auto v = required; v; v = v.next()) {
      auto const text = v.text();
      for (char const right : text) {
        if (has_right(all, right))
          return out.add(i, {"twice", fmt::format("'{}' is listed twice", right), {}, v.offset()});
        all += right;
      }
      // The old letters stand for others, and say nothing of their own.
      auto together = text;
      std::erase_if(together, [](char right) { return right == 'c' || right == 'd'; });
      if (v.offset() != required.offset() && together.size() > 1) tied.push_back(together);
    }
    virtual_rights(i, all, required.offset(), out);
    constexpr std::size_t most = 1000;
    if (tied_.size() < most) tied_[key(i, box.text(), who.text())] = tied;
  }

  void answered(item const& i, report& out) {
    auto const& name = i.command->sent.name;
    if (i.response->condition != status::ok || i.imap->in_progress.size() != 1) return;
    std::string_view const owed = name == "GETACL"                             ? "ACL"
                                  : name == "MYRIGHTS" || name == "LISTRIGHTS" ? std::string_view(name)
                                                                               : std::string_view();
    if (owed.empty() || told_[i.session].contains(owed)) return;
    out.add(i, {name == "GETACL" ? "list-untold" : "untold",
                fmt::format("no {} came", owed),
                {fmt::format("* {} ...", owed)},
                0});
  }

  per_session<std::set<std::string, std::less<>>> told_{this};  ///< since the last command that asks for such
  std::map<std::string, std::vector<std::string>> tied_;        ///< by account, mailbox and identifier
};

checker_kind const kind{"rights",
                        "Rights are told as they were asked for, and what is tied goes together.",
                        {{"old", "RFC4314-2.1.1-03", "RIGHTS= names no right that RFC 2086 has."},
                         {"new", "RFC4314-5.1.1-02", "RIGHTS= names t, e, x and k."},
                         {"virtual", "RFC4314-2.1.1-01", "A list with a member of c or d has c or d too."},
                         {"list-untold", "RFC4314-3.3-01", "GETACL is answered with ACL."},
                         {"untold", "RFC4314-3.5-01", "MYRIGHTS and LISTRIGHTS are answered with theirs."},
                         {"identifier", "RFC4314-3.4-01", "LISTRIGHTS tells the identifier as it was given."},
                         {"twice", "RFC4314-3.7-02", "LISTRIGHTS lists no right twice."},
                         {"tied", "RFC4314-3.7-01", "Rights that are tied are given together or not at all."}},
                        +[]() -> std::unique_ptr<checker> { return std::make_unique<rights>(); },
                        true,
                        kinds::commands | kinds::untagged | kinds::tagged,
                        told::capabilities | told::completions};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::rights
