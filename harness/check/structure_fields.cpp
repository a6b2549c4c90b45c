// structure_fields: a body structure has the extension data that RFC 3501 §7.4.2 defines, and no more: what a later
// standard might add, none has.
#include <fmt/format.h>

#include "base/text.hpp"
#include "check/checker.hpp"
#include "model/fetch_request.hpp"

namespace mailrig::check::structure_fields {
namespace {

using wire::imap::value;

/// Disposition, language and location, behind the MD5 of a part or the parameters of a multipart.
constexpr int extensions = 4;

/// The first field beyond those that are defined, of the structure or of a part of it; none where there is none.
value beyond(value structure) {
  auto field = structure.first();
  int left = 2 + 5;  // type and subtype; parameters, id, description, encoding, size
  if (field.is_list()) {
    for (; field && field.is_list(); field = field.next())
      if (auto const more = beyond(field)) return more;
    left = 1;  // the subtype
  } else if (base::iequals(field.text(), "TEXT")) {
    left += 1;  // lines
  }
  for (; field && left > 0; --left) field = field.next();
  if (field.is_list() && structure.first().is_string()) left = 3;  // of a message: envelope, structure, lines
  for (left += extensions; field && left > 0; --left) field = field.next();
  return field;
}

class structure_fields final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.kind != item_kind::response || i.response->violation || !i.response->is("FETCH")) return;
    model::for_each_item(*i.response, [&](auto name, auto data) {
      if (!name.names("BODYSTRUCTURE") || !data.is_list()) return;
      if (auto const more = beyond(data))
        out.add(
            i,
            {"more", fmt::format("'{}' is no field that is defined", base::printable(more.raw())), {}, more.offset()});
    });
  }
};

checker_kind const kind{"structure_fields",
                        "A body structure has the extension data that are defined.",
                        {{"more", "RFC3501-7.4.2-10", "No undefined extension data."}},
                        +[]() -> std::unique_ptr<checker> { return std::make_unique<structure_fields>(); },
                        false,
                        kinds::untagged,
                        told::nothing};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::structure_fields
