// multi_search: each answer to ESEARCH says of which mailbox it is, speaks of UIDs, and has results (RFC 7377 §2.1).
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "check/checker.hpp"
#include "model/esearch.hpp"

namespace mailrig::check::multi_search {
namespace {

using wire::imap::response_kind;

class multi_search final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.kind != item_kind::response || i.response->violation) return;
    auto const& r = *i.response;
    auto& told = told_[i.session];
    if (r.kind == response_kind::tagged && i.command && i.command->is("ESEARCH"))
      return void(told.erase(i.command->serial));
    bool const alone = i.imap->in_progress.size() == 1 && i.imap->runs("ESEARCH");
    if (r.is("SEARCH") && alone)
      return out.add(i, {"plain", "SEARCH, and the command is ESEARCH", {"* ESEARCH ..."}, 2});
    if (!r.is("ESEARCH")) return;
    auto const read = model::read_esearch(r);
    auto const* c = read.correlated ? i.imap->find(read.tag) : alone ? i.imap->running("ESEARCH") : nullptr;
    if (!c || !c->is("ESEARCH") || !read.changes.empty()) return;
    answer(i, read, told[c->serial], out);
  }

 private:
  static void answer(item const& i, model::esearch const& read, std::set<std::string>& mailboxes, report& out) {
    std::map<std::string, int> correlators;
    std::string mailbox;
    std::optional<std::uint64_t> validity;
    if (auto const list = i.response->args(); list.is_list())
      for (auto name = list.first(); name; name = name.next().next()) {
        ++correlators[base::to_upper(name.raw())];
        if (name.names("MAILBOX")) mailbox = model::canonical_mailbox(name.next().text());
        if (name.names("UIDVALIDITY")) validity = name.next().number();
      }
    for (auto const* name : {"TAG", "MAILBOX", "UIDVALIDITY"})
      if (correlators[name] != 1)
        return out.add(i, {"correlators",
                           fmt::format("{} is told {} times", name, correlators[name]),
                           {"(TAG ... MAILBOX ... UIDVALIDITY ...)"},
                           2});
    if (!read.uid) out.add(i, {"numbers", "the answer speaks of message numbers", {"UID"}, 2});
    bool const nothing = read.items.empty() || (read.count && *read.count == 0);
    if (nothing)
      out.add(i, {"nothing", fmt::format("{} has no message that matches", mailbox), {"no ESEARCH for it"}, 2});
    if (!mailboxes.insert(mailbox).second)
      out.add(i, {"twice", fmt::format("{} is told twice", mailbox), {"a single ESEARCH for each mailbox"}, 2});
    bool const here = i.imap->state == model::imap_state::selected && i.imap->mailbox == mailbox;
    if (here && i.imap->uidvalidity != 0 && validity != i.imap->uidvalidity)
      out.add(i, {"validity",
                  fmt::format("UIDVALIDITY of {} is {}, and was told to be {}", mailbox, validity.value_or(0),
                              i.imap->uidvalidity),
                  {std::to_string(i.imap->uidvalidity)},
                  2});
  }

  per_session<std::map<std::uint32_t, std::set<std::string>>> told_{this};  ///< mailboxes, by the command's serial
};

checker_kind const kind{
    "multi_search",
    "Answers to ESEARCH say of which mailbox they are, and have results.",
    {{"plain", "RFC7377-2.1-01", "ESEARCH is answered by ESEARCH, not by SEARCH."},
     {"numbers", "RFC7377-2.1-02", "Answers to ESEARCH speak of UIDs."},
     {"twice", "RFC7377-2.1-04", "Each mailbox is told once."},
     {"nothing", "RFC7377-2.1-05", "A mailbox without matches is not told."},
     {"correlators", "RFC7377-2.1-06", "TAG, MAILBOX and UIDVALIDITY are told, each once.", "RFC7377-4-01"},
     {"validity", "RFC7377-2.1-07", "The UIDVALIDITY is that of the mailbox."}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<multi_search>(); },
    false,
    kinds::untagged | kinds::tagged,
    told::completions | told::mailboxes};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::multi_search
