// counts: RECENT and UNSEEN of SELECT, and STATUS, agree with what FETCH and EXISTS say (RFC 3501 §6.3.1, §6.3.10).
#include <fmt/format.h>

#include <unordered_map>

#include "check/checker.hpp"
#include "model/fetch_request.hpp"

namespace mailrig::check::counts {
namespace {

class counts final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.kind == item_kind::command && (i.command->is("SELECT") || i.command->is("EXAMINE"))) memory_[i.session] = {};
    if (i.kind != item_kind::response || i.response->violation) return;
    auto const& r = *i.response;
    auto& m = memory_[i.session];
    if (r.is("RECENT") && !i.imap->rev2) m.recent = r.number;  // RFC 9051 has no \Recent that it would count
    if (r.is("EXPUNGE") || r.is("VANISHED") || r.is("EXISTS")) m.recent.reset();  // the next RECENT counts anew
    if (r.code == "UNSEEN") unseen_code(i, out);
    if (r.is("FETCH")) flags(m, i);
    if (r.is("STATUS")) status(i, out);
    if (i.command && i.command->is("FETCH") && r.condition == wire::imap::status::ok) recent(m, i, out);
  }

 private:
  struct memory {
    std::optional<std::uint64_t> recent;
    std::unordered_map<std::uint32_t, bool> is_recent;
    bool told = false;
  };

  static void flags(memory& m, item const& i) {
    auto const n = i.response->number;
    if (n == 0 || n > i.imap->view.size()) return;
    model::for_each_item(*i.response, [&](auto name, auto data) {
      if (!name.names("FLAGS")) return;
      auto& recent = m.is_recent[i.imap->view.at(n).serial];
      recent = false;
      for (auto f = data.first(); f; f = f.next()) recent |= f.names("\\Recent");
    });
  }

  /// Only when the flags of every message are known can the sum be wrong.
  static void recent(memory& m, item const& i, report& out) {
    if (!m.recent || m.told) return;
    std::uint64_t sum = 0;
    // Whether one that another may have expunged already still counts, nobody says.
    auto const* opened = out.together().open_mailbox_of(i.session);
    if (!opened) return;
    for (auto const& s : i.imap->view.slots()) {
      auto const life = opened->box->messages.find(s.uid);
      if (life != opened->box->messages.end() &&
          (life->second.gone != model::never || opened->box->cause(life->second, out.together().now() + 1)))
        return;
      auto const known = m.is_recent.find(s.serial);
      if (known == m.is_recent.end()) return;
      sum += known->second;
    }
    if (sum == *m.recent) return;
    m.told = true;
    out.add(i, {"recent",
                fmt::format("RECENT {} but {} messages have \\Recent", *m.recent, sum),
                {fmt::format("{}", sum)},
                0});
  }

  static void unseen_code(item const& i, report& out) {
    auto const n = i.response->code_args().number().value_or(0);
    if (i.imap->view.size() > 0 && n > i.imap->view.size())
      out.add(i, {"unseen", fmt::format("[UNSEEN {}] of {} messages", n, i.imap->view.size()), {}, 0});
  }

  static void status(item const& i, report& out) {
    auto const& s = *i.imap;
    std::optional<std::uint64_t> messages, recent, unseen, uidnext, validity;
    std::size_t where = 0;
    auto const list = i.response->args().next();
    for (auto v = list.first(); v; v = v.next().next()) {
      if (v.names("MESSAGES")) messages = v.next().number();
      if (v.names("RECENT")) recent = v.next().number();
      if (v.names("UNSEEN")) unseen = v.next().number();
      if (v.names("UIDVALIDITY")) validity = v.next().number();
      if (v.names("UIDNEXT")) uidnext = v.next().number(), where = v.next().offset();
    }
    // Another mailbox may have the name by now (RFC 2180 §3).
    bool const selected = s.state == model::imap_state::selected &&
                          model::canonical_mailbox(i.response->args().text()) == s.mailbox &&
                          (!validity || s.uidvalidity == 0 || *validity == s.uidvalidity);
    if (selected && uidnext && *uidnext <= s.view.largest_uid())
      out.add(i, {"status-uidnext",
                  fmt::format("UIDNEXT {} while UID {} is in use", *uidnext, s.view.largest_uid()),
                  {},
                  where});
    if (messages && ((recent && *recent > *messages) || (unseen && *unseen > *messages)))
      out.add(i, {"status-sum",
                  fmt::format("{} messages, but {} recent and {} unseen", *messages, recent.value_or(0),
                              unseen.value_or(0)),
                  {},
                  2});
  }

  per_session<memory> memory_{this};
};

checker_kind const kind{
    "counts",
    "RECENT, UNSEEN and STATUS agree with the messages.",
    {{"recent", "RFC3501-7.3.2-01", "RECENT counts the messages with \\Recent.", "RFC3501-6.3.1-05"},
     {"unseen", "RFC3501-6.3.1-03", "[UNSEEN n] names a message."},
     {"status-uidnext", "RFC3501-6.3.10-04", "STATUS's UIDNEXT is more than every UID in use."},
     {"status-sum", "RFC3501-6.3.10-05", "Recent and unseen messages are some of all."}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<counts>(); },
    false,
    kinds::commands | kinds::untagged | kinds::tagged,
    told::numbers | told::messages | told::mailboxes};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::counts
