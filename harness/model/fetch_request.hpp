// fetch_request: which data items a FETCH command asks for, spelled as the answer will spell them (RFC 3501 §6.4.5).
#pragma once

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/imap_session.hpp"
#include "wire/imap/response.hpp"

namespace mailrig::model {

struct requested_item {
  std::string label;  ///< upper case, e.g. "FLAGS", "BODY[HEADER.FIELDS (DATE)]", "BODY[]<0>"
  std::optional<std::uint64_t> partial_length;
  bool peeks = false;  ///< .PEEK stood in it
};

/// Items of a FETCH command; macros expanded, .PEEK taken out. Empty when they cannot be read.
std::vector<requested_item> requested_items(wire::imap::command const& fetch);

/// It sets \Seen of each message that it gets (RFC 3501 §6.4.5, RFC 3516 §4.2), where the mailbox is not read-only.
bool sets_seen(wire::imap::command const& fetch);

/// Section labels compare without regard to case and to whether a header name is an atom, quoted or a literal.
std::string canonical_label(std::string_view label);
/// Whether `label`, as it was told, is the one that canonical_label would make of it.
bool is_label(std::string_view label, std::string_view canonical);

struct octet_range {
  std::size_t from = 0, length = 0;
  std::string of(std::string_view whole) const {
    return std::string(whole.substr(std::min(from, whole.size()), length));
  }
};
/// Which octets of its section a label such as "BODY[]<5>" tells: how many stands in the FETCH under way alone. Nothing
/// where another command runs too, or it asks for them in several lengths.
std::optional<octet_range> told_range(imap_session const& s, std::string_view label);

/// Calls f(name, data) for each pair of a FETCH response.
template <class F>
void for_each_item(wire::imap::response const& fetch, F f) {
  if (!fetch.args().is_list()) return;
  for (auto name = fetch.args().first(); name; name = name.next().next())
    if (auto const data = name.next()) f(name, data);
}

/// The flags that a FETCH response tells, lower case, without \Recent; nothing when it tells none.
std::optional<std::set<std::string>> told_flags(wire::imap::response const& fetch);

/// The same in one text, ascending, a space between them: "\\answered \\seen".
std::optional<std::string> told_flag_words(wire::imap::response const& fetch);

/// The UID of the message that a FETCH response is about: told in it, or before; 0 when nobody told, or out of view.
std::uint32_t told_uid(imap_session const& s, wire::imap::response const& fetch);

/// The messages a FETCH, STORE, COPY ... names, as slots of the view before it ran.
std::vector<slot> named_slots(imap_session const& s, wire::imap::command const& c);
/// It names them by "$" (RFC 5182), and which they are was not told, or takes some of them (RFC 9394 §3.3): any of the
/// messages may be meant.
bool names_unknown(imap_session const& s, wire::imap::command const& c);

}  // namespace mailrig::model
