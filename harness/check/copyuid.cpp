// copyuid: APPENDUID and COPYUID pair one source with one destination, and destinations are new (RFC 4315 §3).
#include <fmt/format.h>

#include <map>
#include <set>

#include "check/checker.hpp"

namespace mailrig::check {
namespace {

class copyuid final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.kind != item_kind::response || i.response->violation) return;
    auto const& r = *i.response;
    if (r.code == "APPENDUID" && i.command && i.command->is("APPEND"))
      given(i, i.command->sent.arg(0), r.code_args().number().value_or(0), r.code_args().next().raw(),
            r.code_args().next().offset(), out);
    if (r.code != "COPYUID") return;
    auto const* c = i.command ? i.command : i.imap->oldest();
    auto const from = r.code_args().next(), to = from.next();
    auto const sources = wire::imap::sequence_set::parse(from.raw());
    auto const targets = wire::imap::sequence_set::parse(to.raw());
    if (!sources || !targets) return;
    auto const s = sources->expand(most), t = targets->expand(most);
    if (!s || !t) return;
    if (s->size() != t->size())
      return out.add(i, {"pairs",
                         fmt::format("{} sources, {} destinations", s->size(), t->size()),
                         {"as many destinations as sources"},
                         to.offset()});
    if (c && c->sent.arguments.size() > 1)
      given(i, c->sent.arg(1), r.code_args().number().value_or(0), to.raw(), to.offset(), out);
  }

 private:
  static constexpr std::size_t most = 100000;

  void given(item const& i, std::string_view mailbox, std::uint64_t validity, std::string_view set, std::size_t offset,
             report& out) {
    auto const uids = wire::imap::sequence_set::parse(set);
    auto const all = uids ? uids->expand(most) : std::nullopt;
    if (!all) return;
    auto& used = given_[fmt::format("{}\n{}\n{}", i.imap->account, model::canonical_mailbox(mailbox), validity)];
    for (auto uid : *all)
      if (!used.insert(uid).second)
        return out.add(i, {"reused",
                           fmt::format("UID {} was given to another message before", uid),
                           {"a UID that was never given"},
                           offset});
    if (used.size() > (1u << 20)) used.clear();
  }

  std::map<std::string, std::set<std::uint32_t>> given_;
};

checker_kind const kind{"copyuid",
                        "APPENDUID and COPYUID name new messages, one for each source.",
                        {{"pairs", "RFC4315-3-08", "COPYUID has as many destinations as sources.", "RFC4315-3-05"},
                         {"reused", "RFC4315-3-12", "A UID is given once."}},
                        +[]() -> std::unique_ptr<checker> { return std::make_unique<copyuid>(); },
                        true,
                        hears::everything,
                        told::numbers | told::messages};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check
