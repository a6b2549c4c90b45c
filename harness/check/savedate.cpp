// savedate: when a message was saved in its mailbox is said once and for all, and a copy is saved when it is made
// (RFC 8514 §3). How SEARCH finds by it is what the checker of searches judges.
#include <fmt/format.h>

#include <map>

#include "base/text.hpp"
#include "check/message_place.hpp"
#include "model/fetch_request.hpp"
#include "model/mail_truth.hpp"
#include "wire/imap/internal_date.hpp"

namespace mailrig::check::savedate {
namespace {

class savedate final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.kind != item_kind::response || i.response->violation) return;
    if (i.response->code == "COPYUID") copied(i);
    if (i.response->is("FETCH")) told(i, out);
  }

 private:
  struct saving {
    std::optional<std::int64_t> date;  ///< nothing: NIL
    base::instant told{};              ///< first
  };
  struct copying {
    message_place source;
    base::instant begun{};
  };

  void copied(item const& i) {
    if (copies_.size() > message_place::most) copies_.clear();
    each_copied(i, [&](auto const& source, auto const& copy, auto const& c) { copies_[copy] = {source, c.begun}; });
  }

  void told(item const& i, report& out) {
    if (i.imap->selecting() || i.imap->uidvalidity == 0) return;
    auto const uid = model::told_uid(*i.imap, *i.response);
    model::for_each_item(*i.response, [&](auto name, auto data) {
      if (!name.names("SAVEDATE") || uid == 0 || out.mail().disturbed(i.session)) return;
      auto const date = data.is_nil() ? std::nullopt : wire::imap::instant_of(data.text());
      auto const at = message_place::here(i, uid);
      if (dates_.size() > message_place::most) dates_.clear();
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
  void newer(item const& i, message_place const& at, std::int64_t date, std::size_t offset, report& out) {
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

  std::map<message_place, saving> dates_;
  std::map<message_place, copying> copies_;
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
