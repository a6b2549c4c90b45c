// client_validity: what a client knows from an earlier session by its UIDs it gives up where the mailbox has another
// UIDVALIDITY now (RFC 4549 §4.1, RFC 3501 §2.3.1.1). Who is the same client: two sessions that begin with the same
// commands, their tags of one form, and the same ID. What a client may have learned where nobody recorded it, accuses
// nobody: an earlier session that lies long back leaves it open.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "check/client/client_checker.hpp"
#include "model/fetch_request.hpp"
#include "wire/imap/sequence_set.hpp"

namespace mailrig::check::client_validity {
namespace {

using wire::imap::sequence_set;

/// In that time a client hardly goes elsewhere, learns new UIDs and comes back.
constexpr auto hardly_away = std::chrono::minutes(10);

/// A mailbox as long as it has one UIDVALIDITY.
struct known_life {
  std::uint64_t validity = 0;
  std::set<std::uint32_t> told;  ///< UIDs
  base::instant until{};         ///< when any was told last
  history::session_id by = 0;    ///< the session that was told last
};

/// What one client was told of a mailbox, over all its sessions.
struct known_mailbox {
  known_life now, before;
};

/// "A0001" and "B7" have one form: "A9".
void put_form(std::string& to, std::string_view tag) {
  char last = '\0';
  for (char const c : tag) {
    bool const digit = c >= '0' && c <= '9';
    char const form = digit ? '9' : (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ? 'A' : c;
    if (form != last) to += form;
    last = form;
  }
}

class client_validity final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (!i.imap) return;
    auto& mine = memory_[i.session];
    if (i.kind == item_kind::opened) mine.number = ++sessions_;
    if (i.kind == item_kind::command) return command(i, mine, out);
    if (i.kind == item_kind::response) response(i, mine);
  }

 private:
  struct speaker {
    std::string words;         ///< of what it said before it selected a mailbox
    bool selects = false;      ///< it has asked for one: the words are whole
    std::uint64_t number = 0;  ///< of the session; numbers of sessions come again
  };
  using mailboxes = std::map<std::string, known_mailbox>;
  static constexpr std::size_t most_words = 2000, most_uids = 1'000'000;

  static void put_words(speaker& to, model::imap_command const& c) {
    if (to.selects || to.words.size() > most_words) return;
    to.selects = c.is("SELECT") || c.is("EXAMINE");
    if (to.selects) return;
    put_form(to.words, c.sent.tag);
    to.words += ' ' + c.sent.name;
    if (c.is("ID")) to.words += base::to_upper(std::string_view(c.sent.octets).substr(c.sent.tag.size()));
    to.words += '\n';
  }

  void command(item const& i, speaker& mine, report& out) {
    auto const& c = *i.command;
    put_words(mine, c);
    auto const& s = *i.imap;
    bool const certain = s.state == model::imap_state::selected && !s.selecting() && s.uidvalidity != 0;
    bool const by_uid = c.sent.uid && (names_messages(c) || c.is("EXPUNGE"));
    if (certain && by_uid && uids_ <= most_uids) names(i, mine, out);
  }

  void names(item const& i, speaker const& mine, report& out) {
    auto const& s = *i.imap;
    auto const client = clients_.find(mine.words);
    if (client == clients_.end()) return;
    auto const box = client->second.find(s.mailbox);
    if (box == client->second.end()) return;
    auto const& [now, before] = box->second;
    // In one session client-mailboxes tells it.
    if (now.validity != s.uidvalidity || before.validity == 0 || before.by == mine.number) return;
    auto const set = sequence_set::parse(i.command->sent.arg(0));
    if (!set) return;
    auto const& anybody = told_[{s.mailbox, s.uidvalidity}];
    for (auto const& r : set->ranges()) {
      if (r.low != r.high || r.low == sequence_set::star) continue;  // a range may be meant for whatever is there
      if (!before.told.contains(r.low) || anybody.contains(r.low)) continue;
      remark say{"across",
                 fmt::format("UID {} names UID {}, which an earlier session of this client was told under UIDVALIDITY "
                             "{} of {}; that is {} now, and nobody was told of a message by that UID",
                             i.command->sent.name, r.low, before.validity, base::printable(s.mailbox), now.validity),
                 {fmt::format("UIDs that were told under UIDVALIDITY {}", now.validity)}};
      say.undecided = i.at - before.until > hardly_away;
      return out.add(i, std::move(say));
    }
  }

  void response(item const& i, speaker const& mine) {
    auto const& r = *i.response;
    auto const& s = *i.imap;
    if (!mine.selects) return;
    bool const selected = r.kind == wire::imap::response_kind::tagged && i.command &&
                          r.condition == wire::imap::status::ok &&
                          (i.command->is("SELECT") || i.command->is("EXAMINE"));
    if (selected) return begin(mine, model::canonical_mailbox(i.command->sent.arg(0)), s.uidvalidity);
    // UIDs that come in forms that are not taken down here excuse all that follow.
    bool const other_forms = r.name == "ESEARCH" || r.name == "THREAD" || r.name == "VANISHED" ||
                             r.code == "APPENDUID" || r.code == "COPYUID";
    if (other_forms)
      for (auto& [words, boxes] : clients_)
        for (auto& [name, box] : boxes) box.before = {};
    if (r.kind != wire::imap::response_kind::untagged || s.uidvalidity == 0) return;
    if (r.name == "FETCH")
      model::for_each_item(r, [&](auto const& name, auto const& data) {
        if (name.names("UID")) told(i, mine, data.number(), true);
      });
    if (r.name == "SEARCH" || r.name == "SORT") {
      auto const* c = s.running(r.name);
      for (auto v = r.args(); v; v = v.next()) told(i, mine, v.number(), c && c->sent.uid);
    }
  }

  void begin(speaker const& mine, std::string const& mailbox, std::uint64_t validity) {
    auto& box = clients_[mine.words][mailbox];
    if (validity == 0 || box.now.validity == validity) return;
    box.before = std::exchange(box.now, {});
    box.now.validity = validity;
  }

  /// `certain`: it is a UID; what may be a number excuses only.
  void told(item const& i, speaker const& mine, std::optional<std::uint64_t> uid, bool certain) {
    auto const& s = *i.imap;
    if (!uid || uids_ > most_uids) return;
    if (told_[{s.mailbox, s.uidvalidity}].insert(std::uint32_t(*uid)).second) ++uids_;
    auto& now = clients_[mine.words][s.mailbox].now;
    if (now.validity != s.uidvalidity || !certain) return;
    if (now.told.insert(std::uint32_t(*uid)).second) ++uids_;
    now.until = i.at;
    now.by = mine.number;
  }

  std::map<std::string, mailboxes> clients_;                                       ///< by what they say first
  std::map<std::pair<std::string, std::uint64_t>, std::set<std::uint32_t>> told_;  ///< to anybody
  std::size_t uids_ = 0;
  std::uint64_t sessions_ = 0;
  per_session<speaker> memory_{this};
};

client_checker_kind const validity_kind{
    {"client-validity",
     "The client forgets what it knew by UID when a mailbox has another UIDVALIDITY than in its earlier session.",
     {{"across", "RFC4549-4.1-01", "UIDs of an earlier session are not used under a new UIDVALIDITY.",
       "RFC2683-3.4.3-02"}},
     +[]() -> std::unique_ptr<checker> { return std::make_unique<client_validity>(); },
     true,
     kinds::commands | kinds::untagged | kinds::tagged | kinds::rest,
     told::numbers | told::messages | told::mailboxes | told::completions}};
base::registrar const registered{validity_kind};

}  // namespace
}  // namespace mailrig::check::client_validity
