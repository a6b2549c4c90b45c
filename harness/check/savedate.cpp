// savedate: when a message was saved in its mailbox is said once and for all, and a copy is saved when it is made
// (RFC 8514 §3). How SEARCH finds by it is what the checker of searches judges.
#include <fmt/format.h>

#include <map>

#include "base/text.hpp"
#include "check/checker.hpp"
#include "model/fetch_request.hpp"
#include "model/mail_truth.hpp"
#include "wire/imap/internal_date.hpp"

namespace mailrig::check::savedate {
namespace {

struct triple {
  std::string mailbox;  ///< account, LF, name
  std::uint64_t uidvalidity = 0;
  std::uint32_t uid = 0;
  auto operator<=>(triple const&) const = default;
};

class savedate final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.kind != item_kind::response || i.response->violation) return;
    if (i.response->code == "COPYUID") copied(i);
    if (i.response->is("FETCH")) told(i, out);
  }

 private:
  static constexpr std::size_t most = 100'000;
  struct saving {
    std::optional<std::int64_t> date;  ///< nothing: NIL
    base::instant told{};              ///< first
  };
  struct copying {
    triple source;
    base::instant begun{};
  };

  static std::string key(item const& i, std::string_view mailbox) {
    return i.imap->account + "\n" + model::canonical_mailbox(mailbox);
  }

  void copied(item const& i) {
    auto const* c = i.command;
    if (!c && !(c = i.imap->running("MOVE"))) c = i.imap->running("COPY");
    auto const args = i.response->code_args();
    auto const from = wire::imap::sequence_set::parse(args.next().raw());
    auto const to = wire::imap::sequence_set::parse(args.next().next().raw());
    if (!c || c->sent.arguments.size() < 2 || !args.number() || !from || !to) return;
    auto const sources = from->expand(most), targets = to->expand(most);
    if (!sources || !targets || sources->size() != targets->size()) return;
    if (copies_.size() > most) copies_.clear();
    for (std::size_t n = 0; n < sources->size(); ++n)
      copies_[{key(i, c->sent.arg(1)), *args.number(), (*targets)[n]}] = {
          {key(i, i.imap->mailbox), i.imap->uidvalidity, (*sources)[n]}, c->begun};
  }

  void told(item const& i, report& out) {
    if (i.imap->selecting() || i.imap->uidvalidity == 0) return;
    auto const uid = model::told_uid(*i.imap, *i.response);
    model::for_each_item(*i.response, [&](auto name, auto data) {
      if (!name.names("SAVEDATE") || uid == 0 || out.mail().disturbed(i.session)) return;
      auto const date = data.is_nil() ? std::nullopt : wire::imap::instant_of(data.text());
      triple const at{key(i, i.imap->mailbox), i.imap->uidvalidity, uid};
      if (dates_.size() > most) dates_.clear();
      auto const [known, fresh] = dates_.emplace(at, saving{date, i.at});
      if (!fresh && known->second.date != date)
        return out.add(i, {"changed",
                           fmt::format("SAVEDATE of UID {} is {} now", uid, base::printable(data.raw())),
                           {"what was told before"},
                           data.offset()});
      if (fresh && date) newer(i, at, *date, data.offset(), out);
      if (fresh && date) not_given(i, uid, *date, data.offset(), out);
    });
  }

  /// A copy is made after its source was there: a second later the date is another.
  void newer(item const& i, triple const& at, std::int64_t date, std::size_t offset, report& out) {
    auto const copy = copies_.find(at);
    auto const source = copy == copies_.end() ? dates_.end() : dates_.find(copy->second.source);
    if (source == dates_.end() || !source->second.date) return;
    constexpr auto a_second = std::chrono::milliseconds(1100);  // and what clocks differ in
    bool const later = copy->second.begun - source->second.told >= a_second;
    if (later && date <= *source->second.date)
      out.add(i, {"copied",
                  fmt::format("SAVEDATE of UID {} is not later than that of what it is a copy of", at.uid),
                  {"when it was copied"},
                  offset});
  }

  /// The date that APPEND gives is INTERNALDATE; that both are the same second would be much of a chance.
  static void not_given(item const& i, std::uint32_t uid, std::int64_t date, std::size_t offset, report& out) {
    constexpr std::int64_t old = 1'600'000'000;  // 2020: nothing is saved so long ago by a client of today
    auto const* m = out.mail().find(*i.imap, {uid, 0});
    if (m && m->date && *m->date == date && date < old)
      out.add(i, {"given",
                  fmt::format("SAVEDATE of UID {} is the date that APPEND gave", uid),
                  {"when it was appended"},
                  offset});
  }

  std::map<triple, saving> dates_;
  std::map<triple, copying> copies_;
};

checker_kind const kind{"savedate",
                        "SAVEDATE tells when a message was saved, and stays.",
                        {{"changed", "RFC8514-3-02", "SAVEDATE stays while the message is in its mailbox."},
                         {"copied", "RFC8514-3-03", "A copy has a SAVEDATE of its own."},
                         {"given", "RFC8514-3-01", "No client gives SAVEDATE."}},
                        +[]() -> std::unique_ptr<checker> { return std::make_unique<savedate>(); },
                        true,
                        kinds::untagged | kinds::tagged,
                        told::numbers | told::messages | told::mailboxes};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::savedate
