// binary_content: BINARY[n] is the part with its transfer encoding undone, BINARY.SIZE[n] its size, and a string holds
// no NUL (RFC 3516 §4.2, §4.3, §6).
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>

#include "base/text.hpp"
#include "check/checker.hpp"
#include "model/fetch_request.hpp"
#include "model/mail_truth.hpp"
#include "wire/mime/transfer_encoding.hpp"

namespace mailrig::check::binary_content {
namespace {

class binary_content final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.kind == item_kind::response && i.response->is("FETCH") && !i.response->violation) fetch(i, out);
  }

 private:
  struct part_sizes {
    std::optional<std::uint64_t> size, content;
  };
  using message_sizes = std::map<std::string, part_sizes, std::less<>>;

  void fetch(item const& i, report& out) {
    auto const n = i.response->number;
    if (n == 0 || n > i.imap->view.size() || i.imap->selecting()) return;
    auto slot = i.imap->view.at(n);
    model::for_each_item(*i.response, [&](auto name, auto data) {
      if (slot.uid == 0 && name.names("UID")) slot.uid = std::uint32_t(data.number().value_or(0));
    });
    auto const* m = out.mail().find(*i.imap, slot);
    model::for_each_item(*i.response, [&](auto name, auto data) {
      auto const label = model::canonical_label(name.raw());
      // What another session expunged may be shown as if it were empty (RFC 2180 §4.1.3).
      bool const nothing = data.is_nil() || data.raw().empty() || data.raw() == "0";
      if (nothing && out.mail().disturbed(i.session)) return;
      if (label.starts_with("BINARY[")) content(i, label, slot.serial, m, data, out);
      if (label.starts_with("BINARY.SIZE[") && data.number()) size(i, label, slot.serial, m, data, out);
    });
    if (sizes_[i.session].size() > (1u << 14)) sizes_[i.session].clear();
  }

  static std::string numbers_of(std::string_view label) {
    auto const open = label.find('['), end = label.find(']');
    return open == label.npos || end == label.npos ? std::string()
                                                   : std::string(label.substr(open + 1, end - open - 1));
  }

  /// What the section holds; nothing when that is not known.
  static std::optional<std::string> wanted(model::known_message const* m, std::string const& numbers, bool& text) {
    auto const* leaf = m && !numbers.empty() ? wire::mime::find_leaf(m->parts, numbers) : nullptr;
    if (!leaf) return std::nullopt;
    auto out = wire::mime::decoded_body(*leaf);
    text = leaf->type.type == "text";
    // Lines of text end in CRLF whatever the encoding hides (RFC 3516 §6): a server may have put it there.
    if (out && text && !wire::mime::has_plain_lines(*out)) return std::nullopt;
    return out;
  }

  void content(item const& i, std::string const& label, std::uint32_t serial, model::known_message const* m,
               wire::imap::value data, report& out) {
    auto const got = data.is_nil() ? std::string() : data.text();
    auto const numbers = numbers_of(label);
    if (data.kind() == wire::imap::node_kind::literal8 && !got.empty() && !label.ends_with('>') &&
        got.find('\0') == got.npos)
      out.add(i, {"needless", fmt::format("{} has no NUL, and comes as literal8", label), {"a string"}, data.offset()});
    bool text = false;
    auto whole = wanted(m, numbers, text);
    if (label.ends_with('>')) return partial(i, label, whole, got, data, out);
    auto& known = sizes_[i.session][serial][numbers];
    known.content = got.size();
    agree(i, known, numbers, data.offset(), out);
    if (!whole || got == *whole) return;
    auto const differs = std::size_t(std::ranges::mismatch(got, *whole).in1 - got.begin());
    out.add(i, {text ? "text" : "octets",
                fmt::format("{} differs from the decoded part at octet {}", label, differs),
                {base::printable(std::string_view(*whole).substr(0, 200))},
                data.offset()});
  }

  void partial(item const& i, std::string const& label, std::optional<std::string> const& whole, std::string const& got,
               wire::imap::value data, report& out) {
    auto const range = whole ? model::told_range(*i.imap, label) : std::nullopt;
    if (!range) return;
    auto const slice = range->of(*whole);
    if (got != slice)
      out.add(i, {"partial",
                  fmt::format("{} is no such slice of the decoded part", label),
                  {base::printable(std::string_view(slice).substr(0, 200))},
                  data.offset()});
  }

  void size(item const& i, std::string const& label, std::uint32_t serial, model::known_message const* m,
            wire::imap::value data, report& out) {
    auto const numbers = numbers_of(label);
    auto& known = sizes_[i.session][serial][numbers];
    known.size = data.number();
    if (agree(i, known, numbers, data.offset(), out)) return;
    bool text = false;
    auto const whole = wanted(m, numbers, text);
    if (whole && *data.number() != whole->size())
      out.add(i, {"size",
                  fmt::format("{} {} of a part that has {} octets decoded", label, *data.number(), whole->size()),
                  {std::to_string(whole->size())},
                  data.offset()});
  }

  static bool agree(item const& i, part_sizes const& known, std::string const& numbers, std::size_t offset,
                    report& out) {
    if (!known.size || !known.content || known.size == known.content) return false;
    out.add(i, {"size",
                fmt::format("BINARY.SIZE[{}] {}, but BINARY[{}] has {} octets", numbers, *known.size, numbers,
                            *known.content),
                {std::to_string(*known.content)},
                offset});
    return true;
  }

  per_session<std::unordered_map<std::uint32_t, message_sizes>> sizes_{this};  ///< by the message's serial
};

checker_kind const kind{"binary_content",
                        "BINARY tells parts with their encoding undone.",
                        {{"octets", "RFC3516-4.3-01", "BINARY holds the part with its transfer encoding undone."},
                         {"text", "RFC3516-6-01", "BINARY of text holds its lines with CRLF.", "RFC3516-4.3-01"},
                         {"partial", "RFC3516-4.2-03", "A partial BINARY is a slice of the decoded part."},
                         {"size", "RFC3516-4.3-05", "BINARY.SIZE is the size of BINARY."},
                         {"needless", "RFC3516-4.3-03", "What has no NUL comes as a string."}},
                        +[]() -> std::unique_ptr<checker> { return std::make_unique<binary_content>(); },
                        true,
                        kinds::untagged,
                        told::numbers | told::messages};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::binary_content
