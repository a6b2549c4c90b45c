// collection: all scenarios of a folder: its files, one for each cell of its state matrix, and those that run again
// with their octets cut up.
#pragma once

#include "scenario/script.hpp"

namespace mailrig::scenario {

/// Every *.scn below `folder`, the cells of `folder`/state_matrix.tsv as "imap/states/..." and "pop3/states/...", and
/// for each scenario tagged "segments" the same as "id~octets" and "id~trickle"; what holds in IMAP4rev2 too as
/// "id~rev2"; ordered by id.
base::result<std::vector<script>> read_collection(std::filesystem::path const& folder);

/// A scenario with `accounts` becomes one for each of them, `id~NAME`.
std::vector<script> on_each_account(std::vector<script> all);

}  // namespace mailrig::scenario
