// id: an ID response comes before the tagged OK of ID (RFC 2971 §3.2) and keeps to the limits of §3.3: 30 pairs, names
// of 30 octets, values of 1,024, no name twice.
#include <fmt/format.h>

#include <set>

#include "base/text.hpp"
#include "check/checker.hpp"

namespace mailrig::check::id {
namespace {

class id final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.kind != item_kind::response || !i.response->is("ID") || i.response->violation) return;
    if (!i.imap->runs("ID")) out.add(i, {"unasked", {}, {"ID data only while ID runs"}, 2});
    auto const list = i.response->args();
    if (!list.is_list()) return;
    std::set<std::string> names;
    std::size_t pairs = 0;
    for (auto name = list.first(); name; name = name.next().next()) {
      auto const value = name.next();
      ++pairs;
      if (!value) out.add(i, {"pairs", "a field without a value", {}, name.offset()});
      if (name.text().size() > 30) out.add(i, {"name", {}, {}, name.offset()});
      if (value && value.text().size() > 1024) out.add(i, {"value", {}, {}, value.offset()});
      if (!names.insert(base::to_lower(name.text())).second)
        out.add(i, {"twice", fmt::format("'{}' stands twice", name.text()), {}, name.offset()});
    }
    if (pairs > 30) out.add(i, {"pairs", fmt::format("{} pairs", pairs), {"at most 30"}, 0});
  }
};

checker_kind const kind{"id",
                        "ID keeps to its place and its limits.",
                        {{"unasked", "RFC2971-3.2-01", "ID data come before the OK of ID."},
                         {"pairs", "RFC2971-3.3-03", "ID has at most 30 pairs.", "RFC2971-3.2-03 RFC2971-3.2-02"},
                         {"name", "RFC2971-3.3-01", "A field's name has at most 30 octets."},
                         {"value", "RFC2971-3.3-02", "A field's value has at most 1,024 octets."},
                         {"twice", "RFC2971-3.3-04", "No field stands twice."}},
                        +[]() -> std::unique_ptr<checker> { return std::make_unique<id>(); },
                        false,
                        kinds::untagged,
                        told::nothing};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::id
