// context: a search's results that the server keeps up to date: what ADDTO and REMOVEFROM say fits the list that the
// client has (RFC 5267 §4.3), and they end where they should.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "check/checker.hpp"
#include "model/esearch.hpp"
#include "model/search_request.hpp"

namespace mailrig::check::context {
namespace {

using wire::imap::status;

class result_updates final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.kind == item_kind::command && i.imap) asked(i);
    if (i.kind == item_kind::response && i.imap && !i.response->violation) response(i, out);
  }

 private:
  struct kept {
    bool uid = false, sorted = false;
    bool refused = false;                            ///< NOUPDATE
    bool cancelled = false;                          ///< by the client, and answered OK
    std::optional<std::vector<std::uint32_t>> list;  ///< serials; nothing: it was not told
  };
  using contexts = std::map<std::string, kept>;  ///< by tag
  static constexpr std::size_t most = 64;

  void asked(item const& i) {
    auto& all = contexts_[i.session];
    auto const request = model::read_search_request(i.command->sent);
    if (!request || !request->returns_option("UPDATE") || all.size() >= most) return;
    auto const before = all.find(i.command->sent.tag);
    if (before != all.end() && !before->second.refused && !before->second.cancelled)
      return reused_[i.session].push_back(i.command->serial);
    auto& k = all[i.command->sent.tag] = {};
    k.uid = request->uid;
    k.sorted = request->kind == model::search_request::what::sort;
  }

  void response(item const& i, report& out) {
    auto const& r = *i.response;
    auto& all = contexts_[i.session];
    if (r.code == "NOUPDATE")
      if (auto const at = all.find(r.code_args().text()); at != all.end()) at->second.refused = true;
    if (r.is("ESEARCH")) told(i, all, out);
    if (r.is("EXPUNGE") && r.number >= 1 && r.number <= i.imap->view.size()) gone(i, all, out);
    if (i.command) answered(i, all, out);
  }

  void answered(item const& i, contexts& all, report& out) {
    auto const& r = *i.response;
    auto const& c = *i.command;
    bool const ok = r.condition == status::ok;
    bool const leaves = c.is_one_of("SELECT", "EXAMINE", "CLOSE", "UNSELECT");
    if (leaves && r.condition != status::bad && (ok || i.imap->selecting())) return all.clear();
    if (c.is("CANCELUPDATE") && ok)
      for (auto const& argument : c.sent.arguments)
        if (auto const at = all.find(argument.text); at != all.end()) at->second.cancelled = true;
    auto& reused = reused_[i.session];
    if (std::erase(reused, c.serial) > 0) {
      if (r.condition != status::bad)
        out.add(i, {"reused", "the tag is that of a search whose results are kept up to date", {"BAD"}, 0});
      return;
    }
    auto const at = all.find(c.sent.tag);
    if (!ok && at != all.end() && (c.is("SEARCH") || c.is("SORT"))) all.erase(at);
  }

  void told(item const& i, contexts& all, report& out) {
    auto const r = model::read_esearch(*i.response);
    auto const at = r.correlated ? all.find(r.tag) : all.end();
    if (!r.changes.empty() && (at == all.end() || at->second.cancelled || at->second.refused))
      return out.add(i, {"ended",
                         fmt::format("\"{}\" is the tag of no search whose results are kept up to date", r.tag),
                         {"no ADDTO or REMOVEFROM"},
                         2});
    if (at == all.end()) return;
    auto& k = at->second;
    if (r.uid != k.uid)
      return r.changes.empty()
                 ? void()
                 : out.add(i, {"uid", "the search that it is about speaks of the other kind of numbers", {}, 2});
    if (r.too_long) return k.list.reset();
    if (r.all) k.list = serials(i, k, *r.all);
    for (auto const& c : r.changes)
      if (!change(i, k, c, out)) return k.list.reset();
  }

  static std::optional<std::vector<std::uint32_t>> serials(item const& i, kept const& k,
                                                           std::vector<std::uint32_t> const& numbers) {
    std::vector<std::uint32_t> out;
    auto const& slots = i.imap->view.slots();
    for (auto const n : numbers) {
      if (!k.uid) {
        if (n == 0 || n > slots.size()) return std::nullopt;
        out.push_back(slots[n - 1].serial);
      } else {
        auto const at = std::ranges::find(slots, n, &model::slot::uid);
        if (at == slots.end()) return std::nullopt;
        out.push_back(at->serial);
      }
    }
    return out;
  }

  /// False where the list is not known any more.
  static bool change(item const& i, kept& k, model::result_change const& c, report& out) {
    auto const name = c.adds ? "ADDTO" : "REMOVEFROM";
    for (auto const n : c.messages)
      if (!k.uid && n > i.imap->view.size())
        return out.add(i, {"number", fmt::format("{} names message {}, of which EXISTS has not told", name, n), {}, 2}),
               false;
    if (k.sorted && c.position == 0)
      return out.add(i, {"position", fmt::format("{} has no position, and the results are sorted", name), {}, 2}),
             false;
    auto const named = serials(i, k, c.messages);
    if (!k.list || !named) return false;
    auto& list = *k.list;
    if (c.position > list.size() + (c.adds ? 1 : 0))
      return out.add(i, {"position",
                         fmt::format("{} has position {}, and there are {} results", name, c.position, list.size()),
                         {},
                         2}),
             false;
    auto place = c.position == 0 ? list.size() : c.position - 1;
    for (std::size_t n = 0; n < named->size(); ++n) {
      auto const at = std::ranges::find(list, (*named)[n]);
      bool const there = at != list.end();
      if (c.adds == there || (!c.adds && c.position != 0 && at != list.begin() + std::ptrdiff_t(place)))
        return out.add(i, {"list",
                           fmt::format("{} names {}, which is {} the results{}", name, c.messages[n],
                                       there ? "among" : "not among", c.adds == there ? "" : ", elsewhere"),
                           {},
                           2}),
               false;
      if (c.adds)
        list.insert(list.begin() + std::ptrdiff_t(place++), (*named)[n]);
      else
        list.erase(at);
    }
    return true;
  }

  /// RFC 5267 §4.3.4: of results by number REMOVEFROM comes before EXPUNGE.
  static void gone(item const& i, contexts& all, report& out) {
    auto const serial = i.imap->view.at(i.response->number).serial;
    for (auto& [tag, k] : all) {
      if (!k.list) continue;
      auto const at = std::ranges::find(*k.list, serial);
      if (at == k.list->end()) continue;
      k.list->erase(at);
      if (!k.uid && !k.refused && !k.cancelled)
        out.add(i, {"late",
                    fmt::format("message {} is among the results of \"{}\", and no REMOVEFROM came before EXPUNGE",
                                i.response->number, tag),
                    {fmt::format("* ESEARCH (TAG \"{}\") REMOVEFROM (...) before it", tag)},
                    2});
    }
  }

  per_session<contexts> contexts_{this};
  per_session<std::vector<std::uint32_t>> reused_{this};
};

checker_kind const kind{
    "context",
    "What changes in a search's results that are kept up to date fits the list that the client has.",
    {{"reused", "RFC5267-4.3-01", "UPDATE with the tag of a search that is kept up to date is answered BAD."},
     {"ended", "RFC5267-4.3.5-01", "There are no updates that nobody asked for, or that are cancelled.",
      "RFC5267-4.3-03"},
     {"uid", "RFC5267-4.3.2-01", "Updates speak of UIDs where the search did, and of numbers where it did."},
     {"number", "RFC5267-4.3.3-01", "ADDTO names messages of which EXISTS has told."},
     {"position", "RFC5267-4.3.2-02", "Updates stand where the list has a place for them."},
     {"list", "RFC5267-4.3.2-02", "ADDTO names what is not in the list, REMOVEFROM what is there."},
     {"late", "RFC5267-4.3.4-01", "REMOVEFROM of a number comes before EXPUNGE."}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<result_updates>(); },
    false,
    kinds::commands | kinds::untagged | kinds::tagged,
    told::numbers | told::messages};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::context
