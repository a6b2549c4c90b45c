// client_expunge: EXPUNGE and CLOSE remove what has \Deleted, whoever set it (RFC 4549 §4.2.4, §4.2.5): told where a
// session removes so what it has not marked itself.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <vector>

#include "base/text.hpp"
#include "check/client/client_checker.hpp"
#include "model/fetch_request.hpp"

namespace mailrig::check::client_expunge {
namespace {

using model::imap_command;

/// STORE +FLAGS or FLAGS with \Deleted.
bool marks(imap_command const& c) {
  if (!c.is("STORE")) return false;
  auto const text = base::to_upper(c.sent.octets);
  return text.find("\\DELETED") != text.npos && text.find("-FLAGS") == text.npos;
}

class client_expunge final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (!i.imap) return;
    auto& mine = memory_[i.session];
    if (i.kind == item_kind::response) return told(i, mine);
    auto const& c = *i.command;
    if (c.is("SELECT") || c.is("EXAMINE")) mine = {};
    if (marks(c)) mark(i, mine);
    bool const removes = (c.is("EXPUNGE") && !c.sent.uid) || c.is("CLOSE");
    if (removes && !i.imap->read_only && i.imap->state == model::imap_state::selected) removed(i, mine, out);
  }

 private:
  struct marked {
    std::set<std::uint32_t> own;                 ///< serials of messages that this session marked
    std::set<std::uint32_t> other;               ///< and of those that it was told of as marked
    std::vector<wire::imap::sequence_set> uids;  ///< that this session marked
    bool has(model::slot const& m, std::uint32_t largest) const {
      return own.contains(m.serial) ||
             std::ranges::any_of(uids, [&](auto const& s) { return s.contains(m.uid, largest); });
    }
  };
  static constexpr std::size_t most_sets = 1000;

  /// A client may know UIDs that nobody told in this session.
  static void mark(item const& i, marked& mine) {
    auto const set = wire::imap::sequence_set::parse(i.command->sent.arg(0));
    if (i.command->sent.uid && set && mine.uids.size() < most_sets) mine.uids.push_back(*set);
    for (auto const& slot : model::named_slots(*i.imap, i.command->sent)) mine.own.insert(slot.serial);
  }

  static void told(item const& i, marked& mine) {
    auto const& r = *i.response;
    auto const n = r.number;
    if (r.name != "FETCH" || n == 0 || n > i.imap->view.size()) return;
    auto const flags = model::told_flags(r);
    if (!flags) return;
    auto const serial = i.imap->view.at(n).serial;
    if (flags->contains("\\deleted") && !mine.own.contains(serial))
      mine.other.insert(serial);
    else if (!flags->contains("\\deleted"))
      mine.other.erase(serial), mine.own.erase(serial);
  }

  static void removed(item const& i, marked const& mine, report& out) {
    std::vector<std::string> which;
    constexpr std::size_t most = 5;
    auto const& view = i.imap->view;
    if (mine.uids.size() == most_sets) return;
    for (auto const serial : mine.other) {
      auto const n = view.number_of(serial);
      // Without its UID nobody can say whether a UID STORE meant it.
      if (!n || (view.at(*n).uid == 0 && !mine.uids.empty())) continue;
      if (mine.has(view.at(*n), view.largest_uid())) continue;
      auto const uid = view.at(*n).uid;
      which.push_back(uid ? fmt::format("UID {}", uid) : fmt::format("message {}", *n));
      if (which.size() == most) break;
    }
    if (which.empty()) return;
    out.add(i, {"others",
                fmt::format("{} removes what has \\Deleted, and {} was told to have it, which this session has not set",
                            i.command->sent.name, fmt::join(which, ", ")),
                {i.command->is("CLOSE") ? "UNSELECT, or SELECT of another mailbox, which remove nothing"
                                        : "UID EXPUNGE of the messages that are meant, where UIDPLUS is announced"}});
  }

  per_session<marked> memory_{this};
};

client_checker_kind const kind{
    {"client-expunge",
     "The client removes messages that it has marked, not those of others.",
     {{"others", "RFC4549-4.2.4-01", "EXPUNGE and CLOSE remove messages that this session has marked.",
       "RFC4549-4.2.5-01"}},
     +[]() -> std::unique_ptr<checker> { return std::make_unique<client_expunge>(); },
     false,
     kinds::commands | kinds::untagged,
     told::numbers | told::messages | told::completions}};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::client_expunge
