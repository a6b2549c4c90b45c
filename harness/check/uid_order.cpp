// uid_order: UIDs ascend with sequence numbers and do not change within a session (RFC 3501 §2.3.1.1), and what is
// told of UIDNEXT bounds them.
#include <fmt/format.h>

#include "check/checker.hpp"
#include "model/fetch_request.hpp"

namespace mailrig::check::uid_order {
namespace {

class uid_order final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.kind != item_kind::response || i.response->violation) return;
    auto const& r = *i.response;
    auto& m = memory_[i.session];
    if (r.code == "UIDNEXT")
      if (auto const n = r.code_args().number()) uidnext(i, *n, out);
    if (i.imap->selecting()) m.bound = 0;  // of what was selected before
    if (r.is("FETCH")) fetch(i, m, out);
    if (r.is("EXISTS") && i.imap->selecting()) ++m.exists_seen;
    if (r.is("EXPUNGE") && r.number <= m.old) --m.old;
    if (r.is("VANISHED")) m.bound = 0;
    if (r.kind != wire::imap::response_kind::tagged || !i.command) return;
    if (i.command->is("SELECT") || i.command->is("EXAMINE")) {
      // Mail that came while SELECT ran may lie on either side of its UIDNEXT.
      m.bound = m.exists_seen == 1 && r.condition == wire::imap::status::ok ? i.imap->uidnext : 0;
      m.old = i.imap->view.size();
      m.exists_seen = 0;
    }
  }

 private:
  struct memory {
    std::uint64_t bound = 0;  ///< SELECT's UIDNEXT: above every UID then, at most every UID that comes
    std::size_t old = 0;      ///< messages 1..old were there then
    int exists_seen = 0;
  };
  static constexpr std::size_t reach = 256;  ///< how far a neighbour with a known UID is looked for

  static void uidnext(item const& i, std::uint64_t n, report& out) {
    auto const& s = *i.imap;
    if (s.state == model::imap_state::selected && !s.selecting() && n < s.uidnext)
      out.add(i, {"uidnext-falls",
                  fmt::format("UIDNEXT {} after {}", n, s.uidnext),
                  {fmt::format("{} or more", s.uidnext)},
                  2});
    if (auto const top = s.view.largest_uid(); !s.selecting() && n <= top)
      out.add(i, {"uidnext-low",
                  fmt::format("UIDNEXT {} while UID {} is in use", n, top),
                  {fmt::format("more than {}", top)},
                  2});
  }

  static void fetch(item const& i, memory& m, report& out) {
    auto const& view = i.imap->view;
    auto const n = i.response->number;
    if (n == 0 || n > view.size()) return;
    model::for_each_item(*i.response, [&](auto name, auto data) {
      if (!name.names("UID")) return;
      auto const uid = data.number().value_or(0);
      auto const known = view.at(n).uid;
      if (known != 0 && known != uid)
        return out.add(i, {"changes",
                           fmt::format("message {} had UID {}, now {}", n, known, uid),
                           {fmt::format("UID {}", known)},
                           data.offset()});
      // The nearest neighbours whose UIDs are known.
      for (auto before = n - 1; before >= 1 && n - before < reach; --before)
        if (auto const u = view.at(before).uid) {
          if (u >= uid)
            out.add(i, {"order",
                        fmt::format("message {} has UID {}, message {} has {}", before, u, n, uid),
                        {fmt::format("more than {}", u)},
                        data.offset()});
          break;
        }
      for (auto after = n + 1; after <= view.size() && after - n < reach; ++after)
        if (auto const u = view.at(after).uid) {
          if (u <= uid)
            out.add(i, {"order",
                        fmt::format("message {} has UID {}, message {} has {}", n, uid, after, u),
                        {fmt::format("less than {}", u)},
                        data.offset()});
          break;
        }
      if (m.bound && known == 0 && n <= m.old && uid >= m.bound)
        out.add(i, {"uidnext-low",
                    fmt::format("UID {} although UIDNEXT was {} when it was there already", uid, m.bound),
                    {fmt::format("less than {}", m.bound)},
                    data.offset()});
      if (m.bound && n > m.old && uid < m.bound)
        out.add(i, {"uidnext-passed",
                    fmt::format("a new message has UID {} although UIDNEXT was {}", uid, m.bound),
                    {fmt::format("{} or more", m.bound)},
                    data.offset()});
    });
  }

  per_session<memory> memory_{this};
};

checker_kind const kind{
    "uid_order",
    "UIDs ascend with sequence numbers, stay, and are bounded by UIDNEXT.",
    {{"order", "RFC3501-2.3.1.1-13", "UIDs strictly ascend with sequence numbers.",
      "RFC3501-2.3.1.2-02 RFC3501-2.3.1.1-17"},
     {"changes", "RFC3501-2.3.1.1-04", "A message's UID does not change during a session."},
     {"uidnext-falls", "RFC3501-2.3.1.1-07", "UIDNEXT never falls while UIDVALIDITY stays."},
     {"uidnext-low", "RFC3501-6.3.1-06", "UIDNEXT is more than every UID in use."},
     {"uidnext-passed", "RFC3501-2.3.1.1-09", "A new message gets the UIDNEXT told before, or more."}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<uid_order>(); },
    false,
    kinds::untagged | kinds::tagged,
    told::numbers | told::messages | told::mailboxes};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::uid_order
