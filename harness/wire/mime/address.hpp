// address: an address list of RFC 5322 §3.4 as ENVELOPE tells it (RFC 3501 §7.4.2): name, route, mailbox, host; groups
// as two marks. Only plain forms are read; comments, routes, obsolete forms and quoted local parts are left to opinion.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mailrig::wire::mime {

struct address {
  std::optional<std::string> name, mailbox, host;  ///< a group's beginning has no host, its end nothing at all
  bool operator==(address const&) const = default;
};

/// Nothing when the text is not plain.
std::optional<std::vector<address>> read_addresses(std::string_view text);

}  // namespace mailrig::wire::mime
