// access_lists: GETACL tells what SETACL and DELETEACL have made of a list, where LISTRIGHTS has said which rights an
// identifier can have (RFC 4314 §2.1.1, §3.1, §3.2).
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "check/checker.hpp"

namespace mailrig::check::access_lists {
namespace {

using wire::imap::response_kind;
using wire::imap::status;
using letters = std::set<char>;

/// The least and the most that letters stand for: whether "x" is a member of "c" or of "d" is the server's to say.
struct meaning {
  letters least, most;
};
meaning meaning_of(std::string_view text) {
  letters all(text.begin(), text.end());
  bool const c = all.erase('c') > 0, d = all.erase('d') > 0;
  if (c) all.insert('k');
  if (d) all.insert({'e', 't'});
  if (c && d) all.insert('x');
  meaning out{all, all};
  if (c || d) out.most.insert('x');
  return out;
}

void remove_all(letters& from, letters const& these) {
  for (char const one : these) from.erase(one);
}

class access_lists final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (!i.imap) return;
    if (i.kind == item_kind::command) return asked(i);
    if (i.kind == item_kind::ended && running_[i.session] > 0) running_[i.session] = 0, forget_all();
    if (i.kind != item_kind::response || i.response->violation) return;
    if (i.response->is("LISTRIGHTS")) grantable(i);
    if (i.response->is("ACL")) told(i, out);
    if (i.response->kind == response_kind::tagged && i.command) answered(i);
  }

 private:
  struct entry {
    meaning rights;
    bool removed = false;  ///< DELETEACL was its last
  };
  using entries = std::map<std::string, entry>;  ///< by identifier

  static bool changes(wire::imap::command const& c) { return c.name == "SETACL" || c.name == "DELETEACL"; }
  static std::string key(item const& i, std::string_view box) {
    return i.imap->account + "\n" + model::canonical_mailbox(box);
  }
  void forget_all() { lists_.clear(), optional_.clear(); }

  void asked(item const& i) {
    auto const& name = i.command->sent.name;
    if (changes(i.command->sent)) ++running_[i.session], ++in_flight_;
    if (name == "DELETE" || name == "RENAME" || name == "CREATE") forget_all();
  }

  void grantable(item const& i) {
    auto const box = i.response->args();
    auto const who = box.next();
    auto& sets = optional_[key(i, box.text()) + "\n" + who.text()];
    sets.clear();
    for (auto v = who.next().next(); v; v = v.next()) {
      auto const text = v.text();
      letters one(text.begin(), text.end());
      one.erase('c'), one.erase('d');
      if (!one.empty()) sets.push_back(one);
    }
  }

  void answered(item const& i) {
    auto const& c = i.command->sent;
    if (!changes(c)) return;
    if (running_[i.session] > 0) --running_[i.session], --in_flight_;
    auto& list = lists_[key(i, c.arg(0))];
    auto const who = std::string(c.arg(1));
    if (i.response->condition != status::ok || in_flight_ > 0) return void(list.erase(who));
    if (c.name == "DELETEACL") return void(list[who] = {{}, true});
    auto rights = c.arg(2);
    char const how = rights.empty() ? '\0' : rights[0];
    if (how != '+' && how != '-') return void(list[who] = {meaning_of(rights), false});
    auto const known = list.find(who);
    if (known == list.end()) return;
    auto const change = meaning_of(rights.substr(1));
    auto& [least, most] = known->second.rights;
    known->second.removed = false;
    if (how == '+') {
      least.insert(change.least.begin(), change.least.end());
      most.insert(change.most.begin(), change.most.end());
    } else {
      remove_all(least, change.most);
      remove_all(most, change.least);
    }
  }

  void told(item const& i, report& out) {
    auto const box = i.response->args();
    auto& list = lists_[key(i, box.text())];
    std::map<std::string, std::string> shown;
    std::map<std::string, std::size_t> where;
    for (auto who = box.next(); who; who = who.next().next()) {
      shown[who.text()] = who.next().text();
      where[who.text()] = who.next().offset();
    }
    if (i.imap->runs("GETACL") && in_flight_ == 0)
      for (auto const& [who, known] : list) {
        auto const at = shown.find(who);
        // Under another name it may be the same identifier (§3.3).
        bool const renamed = at == shown.end() && std::ranges::any_of(shown, [&](auto const& s) {
                               bool const known_so = list.contains(s.first) && s.first.find(who) == s.first.npos;
                               return !known_so && s.first != i.imap->account && s.first != "anyone";
                             });
        if (renamed) continue;
        auto const text = at == shown.end() ? std::string() : at->second;
        if (!judge(i, key(i, box.text()) + "\n" + who, who, known, text, at == shown.end() ? 0 : where[who], out))
          break;
      }
    // From here on it is as it was told.
    for (auto const& [who, text] : shown) list[who] = {meaning_of(text), false};
    std::erase_if(list, [&](auto const& one) { return !shown.contains(one.first); });
  }

  bool judge(item const& i, std::string const& at, std::string const& who, entry const& known, std::string const& text,
             std::size_t offset, report& out) {
    auto const sets = optional_.find(at);
    if (sets == optional_.end()) return true;
    letters told(text.begin(), text.end());
    told.erase('c'), told.erase('d');
    for (auto const& together : sets->second) {
      bool const owed = std::ranges::includes(known.rights.least, together);
      for (char const right : together) {
        if (told.contains(right) && !known.rights.most.contains(right))
          return out.add(i, {known.removed ? "deleted" : "given",
                             fmt::format("{} has '{}', which was {}", base::printable(who), right,
                                         known.removed ? "taken away by DELETEACL" : "not given or was taken"),
                             {},
                             offset}),
                 false;
        if (owed && !told.contains(right))
          return out.add(i, {"missing",
                             fmt::format("{} lacks '{}', which was given", base::printable(who), right),
                             {fmt::format("{} with '{}'", base::printable(who), right)},
                             offset}),
                 false;
      }
    }
    return true;
  }

  std::map<std::string, entries> lists_;                  ///< by account and mailbox
  std::map<std::string, std::vector<letters>> optional_;  ///< by account, mailbox and identifier: those that are tied
  per_session<std::size_t> running_{this};
  std::size_t in_flight_ = 0;
};

checker_kind const kind{
    "access_lists",
    "GETACL tells what SETACL and DELETEACL have made.",
    {{"given", "RFC4314-3.1-02", "An identifier has the rights that it was given, and no others."},
     {"missing", "RFC4314-3.1-02", "An identifier has the rights that it was given.", "RFC4314-2.1.1-02"},
     {"deleted", "RFC4314-3.2-01", "What DELETEACL took away is gone."}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<access_lists>(); },
    true,
    kinds::commands | kinds::untagged | kinds::tagged | kinds::rest,
    told::completions};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::access_lists
