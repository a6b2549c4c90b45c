// sizes: RFC822.SIZE, BODY[], BODY[HEADER], BODY[TEXT] and partial fetches of one message agree (RFC 3501 §6.4.5,
// §7.4.2).
#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "base/text.hpp"
#include "check/checker.hpp"
#include "model/ext/utf8_names.hpp"
#include "model/fetch_request.hpp"
#include "model/mail_truth.hpp"

namespace mailrig::check::sizes {
namespace {

class sizes final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.kind == item_kind::command && i.command->is("FETCH"))
      requested_[i.session] = model::requested_items(i.command->sent);
    if (i.kind != item_kind::response || !i.response->is("FETCH") || i.response->violation) return;
    auto const n = i.response->number;
    if (n == 0 || n > i.imap->view.size() || i.imap->selecting()) return;
    auto& m = memory_[i.session][i.imap->view.at(n).serial];
    model::for_each_item(*i.response, [&](auto name, auto data) {
      bool const tells = data.is_string() || name.names("RFC822.SIZE") || base::istarts_with(name.raw(), "BODY[");
      if (tells) learn(m, model::canonical_label(name.raw()), data, i, out);
    });
    agree(m, i, out);
    if (memory_[i.session].size() > (1u << 16)) memory_[i.session].clear();
  }

 private:
  struct message {
    std::optional<std::uint64_t> size, whole, header, text;
    bool told = false;
  };

  void learn(message& m, std::string const& label, wire::imap::value data, item const& i, report& out) {
    // What another session expunged may be shown as if it were empty (RFC 2180 §4.1.3).
    if (label == "RFC822.SIZE" && data.number().value_or(0) > 0) m.size = data.number();
    if (data.is_string() && !data.raw().empty()) {
      auto const octets = data.raw().size();
      if (label == "BODY[]" || label == "RFC822") m.whole = octets;
      if (label == "BODY[HEADER]" || label == "RFC822.HEADER") m.header = octets;
      if (label == "BODY[TEXT]" || label == "RFC822.TEXT") m.text = octets;
    }
    if (label.starts_with("BODY[")) partial(label, data, i, out);
  }

  void partial(std::string const& label, wire::imap::value data, item const& i, report& out) {
    if (!i.imap->runs("FETCH") || i.imap->in_progress.size() != 1) return;
    auto const& requested = requested_[i.session];
    if (requested.empty()) return;
    bool asked = false;
    std::optional<std::uint64_t> bound;
    for (auto const& r : requested)
      if (r.label == label) {
        asked = true;
        bound = std::max(bound, r.partial_length);  // the same octets may be asked for twice, in two lengths
      }
    if (!asked)
      return out.add(i, {"section",
                         fmt::format("{} was not asked for", label),
                         {"the section and origin that the command named"},
                         data.offset()});
    if (bound && data.is_string() && data.raw().size() > *bound)
      out.add(i, {"partial",
                  fmt::format("{} octets where at most {} were asked for", data.raw().size(), *bound),
                  {},
                  data.offset()});
  }

  static void agree(message& m, item const& i, report& out) {
    if (m.told) return;
    // Of a message that is shown by a surrogate either may be told (RFC 6858 §3); what is known has none.
    auto const is_itself = [&] {
      return !model::is_legacy(*i.imap) || out.mail().find(*i.imap, i.imap->view.at(i.response->number));
    };
    if (m.size && m.whole && *m.size != *m.whole && is_itself()) {
      m.told = true;
      out.add(i, {"size",
                  fmt::format("RFC822.SIZE {}, but BODY[] has {} octets", *m.size, *m.whole),
                  {fmt::format("{}", *m.whole)},
                  0});
    }
    if (m.whole && m.header && m.text && *m.header + *m.text != *m.whole) {
      m.told = true;
      out.add(i, {"parts",
                  fmt::format("BODY[HEADER] has {} and BODY[TEXT] {} octets, BODY[] {}", *m.header, *m.text, *m.whole),
                  {},
                  0});
    }
  }

  per_session<std::unordered_map<std::uint32_t, message>> memory_{this};
  per_session<std::vector<model::requested_item>> requested_{this};
};

checker_kind const kind{
    "sizes",
    "Sizes, whole texts, their parts and partial fetches agree.",
    {{"size", "RFC3501-2.3.4-01", "RFC822.SIZE is the number of octets of the message.", "RFC2683-3.4.5-01"},
     {"parts", "RFC3501-6.4.5-06", "BODY[HEADER] and BODY[TEXT] together are BODY[]."},
     {"section", "RFC3501-6.4.5-28", "The answer names the section that was asked for."},
     {"partial", "RFC3501-6.4.5-17", "A partial fetch gives at most the octets asked for."}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<sizes>(); },
    false,
    kinds::commands | kinds::untagged,
    told::messages};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::sizes
