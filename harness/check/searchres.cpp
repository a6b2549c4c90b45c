// searchres: what "$" stands for: FETCH $ tells of the messages that the search found which was saved, and of no other
// (RFC 5182 §2.1); also where the search itself told nothing.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "check/searching.hpp"
#include "model/fetch_request.hpp"

namespace mailrig::check::searchres {
namespace {

using model::truth;
using wire::imap::status;

class saved_results final : public checker {
 public:
  void see(item const& i, report& out) override {
    searching_.before(i, out);
    auto& a = asked_[i.session];
    if (i.kind == item_kind::command) begin(i, a);
    if (i.kind == item_kind::response && a.command != 0 && !i.response->violation) {
      if (i.response->is("FETCH") && i.response->number >= 1 && i.response->number <= i.imap->view.size())
        told(i, a, out);
      if (i.command && i.command->serial == a.command) {
        if (i.response->condition == status::ok) all_told(i, a, out);
        if (i.response->condition == status::bad && i.imap->can("SEARCHRES"))
          out.add(i, {"refused", "\"$\" is a set of messages, also where it is empty", {"OK"}, 0});
        a = {};
      }
    }
    searching_.after(i, out);
  }

 private:
  struct request {
    std::uint32_t command = 0;
    bool plain = false;                    ///< it is beyond doubt well-formed
    bool news_only = false;                ///< nothing but flags is asked for, which may be told of any message
    std::map<std::uint32_t, truth> saved;  ///< by serial
    std::set<std::string> items;
    std::set<std::uint32_t> answered;
  };

  void begin(item const& i, request& a) {
    a = {};
    auto const& c = i.command->sent;
    if (!i.command->is("FETCH") || c.arg(0) != "$" || c.arguments.size() != 2 || c.arguments[0].string) return;
    if (i.imap->in_progress.size() != 1 || i.imap->state != model::imap_state::selected || i.imap->notified) return;
    for (auto const& one : model::requested_items(c)) a.items.insert(one.label);
    auto const is_news = [](auto const& label) { return label == "FLAGS" || label == "UID" || label == "MODSEQ"; };
    static std::set<std::string, std::less<>> const known{"FLAGS", "UID", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE"};
    a.plain = !a.items.empty() && std::ranges::includes(known, a.items);
    a.news_only = std::ranges::all_of(a.items, is_news);
    for (auto const& m : i.imap->view.slots()) a.saved[m.serial] = searching_.saved(i, m.serial);
    a.command = i.command->serial;
  }

  /// All that was asked for, and no flags where they were not: this is the answer, and no news.
  static void told(item const& i, request& a, report& out) {
    auto const serial = i.imap->view.at(i.response->number).serial;
    std::set<std::string> labels;
    model::for_each_item(*i.response, [&](auto name, auto) { labels.insert(model::canonical_label(name.raw())); });
    if (!std::ranges::includes(labels, a.items)) return;
    a.answered.insert(serial);
    auto const at = a.saved.find(serial);
    if (a.news_only || at == a.saved.end() || at->second != truth::no) return;
    out.add(i, {"extra",
                fmt::format("message {} is told of, and the search that was saved did not find it", i.response->number),
                {},
                2});
  }

  static void all_told(item const& i, request const& a, report& out) {
    for (auto const& [serial, saved] : a.saved) {
      if (saved != truth::yes || a.answered.contains(serial)) continue;
      auto const n = i.imap->view.number_of(serial);
      if (!n || out.together().may_be_gone(i.session, i.imap->view.at(*n).uid)) continue;
      return out.add(i, {"missing",
                         fmt::format("message {} was found by the search that was saved, and is not told of", *n),
                         {fmt::format("* {} FETCH ...", *n)},
                         0});
    }
  }

  searching searching_{this};
  per_session<request> asked_{this};
};

checker_kind const kind{
    "searchres",
    "\"$\" stands for the messages that the search found which was saved last.",
    {{"extra", "RFC5182-2.1-05", "FETCH $ tells of no message that was not saved.",
      "RFC5182-2.1-01 RFC5182-2.1-03 RFC5182-2.1-04 RFC5182-2.1-06 RFC5182-2.1-08 RFC5182-2.1-11 RFC5182-2.4-01 "
      "RFC5182-2.5-01"},
     {"missing", "RFC5182-2.1-02", "FETCH $ tells of every message that was saved.",
      "RFC5182-2.1-03 RFC5182-2.1-06 RFC5182-2.1-08 RFC5182-2.4-01"},
     {"refused", "RFC5182-2.1-07", "\"$\" is a valid set of messages, also where it is empty."}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<saved_results>(); },
    true,
    kinds::everything,
    told::numbers | told::messages};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::searchres
