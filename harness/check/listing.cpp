// listing: LIST's attributes do not contradict each other, and a hierarchy has one delimiter (RFC 3501 §7.2.2, RFC 3348
// §3).
#include <fmt/format.h>

#include <map>

#include "base/text.hpp"
#include "check/checker.hpp"

namespace mailrig::check::listing {
namespace {

class listing final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.kind != item_kind::response || i.response->violation) return;
    if (!i.response->is("LIST") && !i.response->is("LSUB")) return;
    auto const attributes = i.response->args();
    auto const delimiter = attributes.next();
    auto has = [&](std::string_view name) {
      for (auto v = attributes.first(); v; v = v.next())
        if (v.names(name)) return true;
      return false;
    };
    if (int(has("\\Noselect")) + int(has("\\Marked")) + int(has("\\Unmarked")) > 1)
      out.add(i, {"marks", {}, {"at most one of \\Noselect, \\Marked, \\Unmarked"}, attributes.offset()});
    if (has("\\HasChildren") && (has("\\HasNoChildren") || has("\\Noinferiors")))
      out.add(i, {"children", {}, {"\\HasChildren or \\HasNoChildren"}, attributes.offset()});
    hierarchy(i, delimiter, delimiter.next().text(), out);
  }

 private:
  void hierarchy(item const& i, wire::imap::value delimiter, std::string const& name, report& out) {
    if (delimiter.is_nil() || delimiter.raw().empty() || name.empty()) return;
    auto const mark = delimiter.text();
    auto const top = model::canonical_mailbox(name.substr(0, name.find(mark)));
    auto& known = delimiters_[i.session];
    if (known.size() > 1000) known.clear();
    auto const [at, fresh] = known.emplace(top, mark);
    if (!fresh && at->second != mark)
      out.add(i, {"delimiter",
                  fmt::format("'{}' below '{}', which had '{}'", mark, top, at->second),
                  {at->second},
                  delimiter.offset()});
  }

  per_session<std::map<std::string, std::string>> delimiters_{this};
};

checker_kind const kind{
    "listing",
    "LIST does not contradict itself.",
    {{"marks", "RFC3501-7.2.2-02", "A name has at most one of \\Noselect, \\Marked and \\Unmarked.",
      "RFC3501-7.2.2-01 RFC9051-7.3.1-01"},
     {"children", "RFC3348-3-03", "A name with children does not say that it has none.", "RFC5258-4-06"},
     {"delimiter", "RFC3501-7.2.2-04", "All names of one hierarchy have the same delimiter."}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<listing>(); },
    false,
    kinds::untagged,
    told::nothing};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::listing
