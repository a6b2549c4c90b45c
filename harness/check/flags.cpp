// flags: what FETCH shows was announced by FLAGS; \Recent goes to one session; no made-up system flags
// (RFC 3501 §2.3.2, §7.2.6, §9).
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "check/checker.hpp"
#include "model/fetch_request.hpp"

namespace mailrig::check::flags {
namespace {

constexpr std::string_view system_flags[] = {"\\answered", "\\flagged", "\\deleted", "\\seen", "\\draft"};

class flags final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.kind == item_kind::command && i.command->is("SELECT")) selected_at_[i.session] = i.at;
    if (i.imap && i.imap->selecting()) mine_[i.session].clear();
    if (i.kind != item_kind::response || i.response->violation) return;
    auto const& r = *i.response;
    if (r.is("FLAGS")) announced(i, out);
    if (r.is("FETCH"))
      model::for_each_item(r, [&](auto name, auto data) {
        if (name.names("FLAGS")) shown(i, data, out);
      });
    if (r.code == "PERMANENTFLAGS")
      for (auto v = r.code_args().first(); v; v = v.next())
        if (v.names("\\Recent")) out.add(i, {"recent-place", {}, {}, v.offset()});
  }

 private:
  static void announced(item const& i, report& out) {
    std::set<std::string> told;
    for (auto v = i.response->args().first(); v; v = v.next()) {
      told.insert(base::to_lower(v.raw()));
      if (v.names("\\Recent")) out.add(i, {"recent-place", {}, {}, v.offset()});
    }
    for (auto f : system_flags)
      if (!told.contains(std::string(f)))
        return out.add(i, {"system", fmt::format("FLAGS lacks {}", f), {"all five system flags"}, 0});
  }

  void shown(item const& i, wire::imap::value list, report& out) {
    auto const& s = *i.imap;
    std::set<std::string> once;
    bool const several = list.first() && list.first().next();
    still_recent(i, list, out);
    for (auto v = list.first(); v; v = v.next()) {
      auto const flag = base::to_lower(v.raw());
      if (several && !once.insert(flag).second)
        out.add(i, {"twice", fmt::format("{} stands twice", v.raw()), {}, v.offset()});
      if (flag == "\\recent") {
        recent(i, v, out);
      } else if (flag[0] == '\\' && std::ranges::find(system_flags, flag) == std::end(system_flags)) {
        out.add(i, {"made-up", fmt::format("{} is no system flag", v.raw()), {}, v.offset()});
      } else if (s.flags_known && !s.selecting() && !std::ranges::binary_search(s.flags, flag)) {
        out.add(i, {"unannounced",
                    fmt::format("{} was not in the last FLAGS response", v.raw()),
                    {fmt::format("* FLAGS (... {}) before", v.raw())},
                    v.offset()});
      }
    }
  }

  /// That this session was the first to be told of a message does not change while it lasts.
  void still_recent(item const& i, wire::imap::value list, report& out) {
    auto const n = i.response->number;
    if (i.imap->selecting() || n == 0 || n > i.imap->view.size()) return;
    auto& mine = mine_[i.session];
    auto const serial = i.imap->view.at(n).serial;
    for (auto v = list.first(); v; v = v.next())
      if (v.names("\\Recent")) {
        if (mine.size() < most) mine.insert(serial);
        return;
      }
    // Of a message that another session has expunged, FETCH may tell what an empty one has (RFC 2180 §4.1.3).
    bool const empty = !list.first() && out.together().may_be_gone(i.session, i.imap->view.at(n).uid);
    if (!empty && mine.erase(serial))
      out.add(i, {"recent-lost",
                  fmt::format("message {} was \\Recent in this session before", n),
                  {"FLAGS (... \\Recent)"},
                  list.offset()});
  }

  /// Judged only where one session was told of \Recent before the other began to select the mailbox.
  void recent(item const& i, wire::imap::value v, report& out) {
    auto const& s = *i.imap;
    auto const n = i.response->number;
    if (s.read_only || s.selecting() || s.uidvalidity == 0 || n == 0 || n > s.view.size()) return;
    std::uint64_t uid = s.view.at(n).uid;
    model::for_each_item(*i.response, [&](auto name, auto data) {
      if (name.names("UID")) uid = data.number().value_or(uid);
    });
    if (uid == 0) return;
    auto const [first, fresh] =
        recent_.try_emplace(fmt::format("{}\n{}\n{}\n{}", s.account, s.mailbox, s.uidvalidity, uid), i.session, i.at);
    if (fresh || first->second.first == i.session) return;
    if (first->second.second < selected_at_[i.session])
      out.add(i, {"recent-again",
                  fmt::format("UID {} was \\Recent in an earlier session already", uid),
                  {"no \\Recent"},
                  v.offset()});
    if (recent_.size() > (1u << 18)) recent_.clear();
  }

  static constexpr std::size_t most = 1u << 16;

  per_session<base::instant> selected_at_{this};
  per_session<std::set<std::uint32_t>> mine_{this};  ///< serials of messages that were \Recent
  std::map<std::string, std::pair<history::session_id, base::instant>> recent_;
};

checker_kind const kind{
    "flags",
    "Flags are announced before they are shown, and \\Recent goes to one session.",
    {{"unannounced", "RFC3501-7.2.6-02", "A keyword is announced by FLAGS before FETCH shows it."},
     {"system", "RFC3501-7.2.6-01", "FLAGS lists at least the five system flags."},
     {"made-up", "RFC3501-9-15", "No flag begins with a backslash but the defined ones.",
      "RFC3501-2.3.2-01 RFC3501-2.3.2-06"},
     {"twice", "RFC3501-7.4.2-01", "A message's flags are a set."},
     {"recent-place", "RFC3501-9-16", "\\Recent stands in FETCH only."},
     {"recent-again", "RFC3501-2.3.2-03", "A message is \\Recent in one session only.", "RFC3501-2.3.2-05"},
     {"recent-lost", "RFC3501-6.4.6-01", "What is \\Recent stays so for the session.", "RFC3501-2.3.2-02"}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<flags>(); },
    false,
    kinds::commands | kinds::untagged | kinds::tagged,
    told::numbers | told::messages};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::flags
