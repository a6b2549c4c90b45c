// client_mailboxes: what a client asks of mailboxes and names in them fits what it was told (RFC 3501 §2.3.1, §5.1,
// §6.3.10, §6.4.1; RFC 4549 §4.1).
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "check/client/client_checker.hpp"
#include "check/client/heard.hpp"
#include "model/fetch_request.hpp"
#include "wire/imap/mutf7.hpp"
#include "wire/imap/sequence_set.hpp"

namespace mailrig::check::client_mailboxes {
namespace {

using model::imap_command;
using wire::imap::sequence_set;

/// Of the mailbox that a session has selected, and had before by the same name.
struct lives {
  struct one {
    std::uint64_t uidvalidity = 0;
    std::set<std::uint32_t> told;  ///< UIDs
  };
  static constexpr std::size_t most = 100000;  ///< UIDs; beyond it nothing is said
  std::map<std::string, one> now, before;      ///< by mailbox
  std::size_t kept = 0;
};

class client_mailboxes final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (!i.imap) return;
    auto& mine = memory_[i.session];
    mine.size.see(i);
    if (i.kind == item_kind::response) return response(i, mine);
    auto const& c = *i.command;
    if (c.is("CREATE") || c.is("RENAME")) name(i, c.sent.arg(c.is("RENAME") ? 1 : 0), out);
    bool const looks_only = c.is("STATUS") || c.is("CHECK") || c.is("NOOP") || c.is("IDLE");
    if (!looks_only) mine.asked = mine.checked = false;
    bool const certain =
        i.imap->state == model::imap_state::selected && !i.imap->selecting() && !i.imap->mailbox.empty();
    if (!certain) return;
    if (c.is("STATUS") && is_selected(i, c.sent.arg(0))) status(i, mine, out);
    if (c.is("CHECK") && std::exchange(mine.checked, true))
      out.add(i, {"check",
                  "CHECK is sent again, and since the last one this client has done nothing that a checkpoint is for",
                  {"NOOP, to be told of new messages"}});
    if (c.is("DELETE") && is_selected(i, c.sent.arg(0)))
      out.add(i, {"delete-selected",
                  fmt::format("DELETE names {}, which is the selected mailbox", base::printable(i.imap->mailbox)),
                  {"CLOSE or UNSELECT first"}});
    if (!c.sent.uid && names_messages(c)) numbers(i, mine, out);
    if (c.sent.uid && (names_messages(c) || c.is("EXPUNGE"))) uids(i, mine, out);
  }

 private:
  struct known {
    believed_size size;
    lives of;
    bool asked = false;    ///< STATUS of the selected mailbox, and since then nothing else
    bool checked = false;  ///< CHECK likewise
  };

  static bool is_selected(item const& i, std::string_view name) {
    return model::canonical_mailbox(name) == i.imap->mailbox;
  }

  static void status(item const& i, known& mine, report& out) {
    out.add(i, {"status",
                fmt::format("STATUS asks for {}, which is the selected mailbox", base::printable(i.imap->mailbox)),
                {"NOOP, and what the server tells of the selected mailbox unasked"}});
    if (std::exchange(mine.asked, true))
      out.add(i,
              {"poll",
               fmt::format("STATUS asks again for {}, which is the selected mailbox, and nothing else was done since",
                           base::printable(i.imap->mailbox)),
               {"NOOP or IDLE, to be told of new messages"}});
  }

  /// What is made by that name.
  static void name(item const& i, std::string_view n, report& out) {
    if (i.imap->syntax.utf8) return;
    bool const plain = base::is_ascii(n);
    if (!plain)
      out.add(i, {"eight-bit",
                  fmt::format("{} makes a mailbox whose name has octets above 127: {}", i.command->sent.name,
                              base::printable(n.substr(0, 80))),
                  {"the name in modified UTF-7, or ENABLE UTF8=ACCEPT first"}});
    else if (auto const read = wire::imap::decode_mutf7(n); !read && n.find('&') != n.npos)
      out.add(i, {"mutf7",
                  fmt::format("{} makes a mailbox whose name is no modified UTF-7: {} ({})", i.command->sent.name,
                              base::printable(n.substr(0, 80)), read.error().text),
                  {"\"&\" as \"&-\", or base64 of UTF-16 between \"&\" and \"-\""}});
  }

  static void numbers(item const& i, known const& mine, report& out) {
    auto const set = sequence_set::parse(i.command->sent.arg(0));
    if (!set) return;
    std::uint32_t greatest = 0;
    for (auto const& r : set->ranges())
      for (auto const n : {r.low, r.high})
        if (n != sequence_set::star) greatest = std::max(greatest, n);
    // "1:*" is written by whoever does not count; of an empty mailbox it asks for nothing.
    bool const all = set->ranges().size() == 1 && set->ranges()[0].high == sequence_set::star && greatest <= 1;
    if (all || greatest <= mine.size.most()) return;
    out.add(i, {"beyond",
                fmt::format("{} names message {}, and as far as the client was told the mailbox has {}",
                            i.command->sent.name, greatest, mine.size.most()),
                {fmt::format("numbers from 1 to {}", mine.size.most())}});
  }

  /// UIDs that were those of a mailbox of this name and another UIDVALIDITY, and that nobody told of this one.
  static void uids(item const& i, known const& mine, report& out) {
    auto const& box = i.imap->mailbox;
    auto const old = mine.of.before.find(box);
    auto const now = mine.of.now.find(box);
    auto const set = sequence_set::parse(i.command->sent.arg(0));
    if (!set || old == mine.of.before.end() || now == mine.of.now.end() || mine.of.kept > lives::most) return;
    if (now->second.uidvalidity != i.imap->uidvalidity) return;
    for (auto const& r : set->ranges()) {
      if (r.low != r.high || r.low == sequence_set::star) continue;  // a range may be meant for whatever is there
      if (!old->second.told.contains(r.low) || now->second.told.contains(r.low)) continue;
      remark say{"uidvalidity",
                 fmt::format("UID {} names UID {}, which it knows from UIDVALIDITY {} of {}; that is {} now, and no "
                             "message of it was told by that UID",
                             i.command->sent.name, r.low, old->second.uidvalidity, base::printable(box),
                             now->second.uidvalidity),
                 {fmt::format("UIDs that were told under UIDVALIDITY {}", now->second.uidvalidity)}};
      return out.add(i, std::move(say));
    }
  }

  static void response(item const& i, known& mine) {
    auto const& r = *i.response;
    auto const& s = *i.imap;
    if (r.kind == wire::imap::response_kind::tagged && i.command && r.condition == wire::imap::status::ok &&
        (i.command->is("SELECT") || i.command->is("EXAMINE")))
      begin(mine.of, model::canonical_mailbox(i.command->sent.arg(0)), s.uidvalidity);
    if (r.kind != wire::imap::response_kind::untagged) return copied(r, mine.of);
    if (r.name == "FETCH")
      model::for_each_item(r, [&](auto const& name, auto const& data) {
        if (auto const uid = name.names("UID") ? data.number() : std::nullopt)
          told(mine.of, s.mailbox, std::uint32_t(*uid));
      });
    if (r.name == "SEARCH" || r.name == "SORT")
      for (auto v = r.args(); v; v = v.next())
        if (auto const n = v.number()) told(mine.of, s.mailbox, std::uint32_t(*n));
    // ESEARCH, THREAD and VANISHED tell UIDs in forms that are not taken down here.
    if (r.name == "ESEARCH" || r.name == "THREAD" || r.name == "VANISHED") mine.of.before.clear();
  }

  /// UIDs that APPEND and COPY told: of which mailbox does not matter, they only excuse.
  static void copied(wire::imap::response const& r, lives& of) {
    if (r.code == "APPENDUID" || r.code == "COPYUID") of.before.clear();
  }

  static void told(lives& of, std::string const& box, std::uint32_t uid) {
    auto const at = of.now.find(box);
    if (at != of.now.end() && of.kept <= lives::most && at->second.told.insert(uid).second) ++of.kept;
  }

  static void begin(lives& of, std::string const& box, std::uint64_t uidvalidity) {
    if (uidvalidity == 0) return;
    auto& now = of.now[box];
    if (now.uidvalidity != 0 && now.uidvalidity != uidvalidity) of.before[box] = std::exchange(now, {});
    now.uidvalidity = uidvalidity;
  }

  per_session<known> memory_{this};
};

client_checker_kind const kind{
    {"client-mailboxes",
     "The client names messages that it was told of, and asks for the selected mailbox by what it is told unasked.",
     {{"status", "RFC3501-6.3.10-10", "STATUS is not sent for the selected mailbox."},
      {"poll", "RFC3501-6.3.10-12",
       "STATUS does not ask again and again whether the selected mailbox has new messages."},
      {"check", "RFC3501-6.4.1-03", "NOOP, and not CHECK, asks for new messages."},
      {"delete-selected", "RFC2683-3.4.12-02", "The selected mailbox is closed before it is deleted."},
      {"beyond", "RFC3501-2.3.1.2-05", "Sequence numbers are those of messages that there are."},
      {"uidvalidity", "RFC4549-4.1-01", "With a new UIDVALIDITY all that was known by UID is given up.",
       "RFC2683-3.4.3-02"},
      {"eight-bit", "RFC3501-5.1-01", "No mailbox is made whose name has octets above 127."},
      {"mutf7", "RFC3501-5.1.3-08", "No mailbox is made with an \"&\" that is no modified UTF-7."}},
     +[]() -> std::unique_ptr<checker> { return std::make_unique<client_mailboxes>(); },
     false,
     kinds::commands | kinds::untagged | kinds::tagged,
     told::numbers | told::messages | told::mailboxes | told::completions}};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::client_mailboxes
