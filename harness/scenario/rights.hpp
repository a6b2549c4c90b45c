// rights: whether what ACL and MYRIGHTS tell is what a pattern asks for: rights are letters in any order.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scenario/near_miss.hpp"
#include "scenario/pattern_node.hpp"
#include "scenario/values.hpp"
#include "wire/imap/tree.hpp"

namespace mailrig::scenario {

/// The same letters, however ordered; "c" and "d", which the others imply, aside where one of the two has none.
bool same_rights(std::string_view wanted, std::string_view told);
/// The mailbox, and the user's rights.
bool match_my_rights(std::vector<pattern_node> const& wanted, wire::imap::value came, values& names, near_miss& m);
/// The mailbox, and of each user that is named his rights, in any order; others may be told of.
bool match_acl(std::vector<pattern_node> const& wanted, wire::imap::value came, values& names, near_miss& m);

}  // namespace mailrig::scenario
