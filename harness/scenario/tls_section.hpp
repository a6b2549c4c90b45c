// tls_section: [tls] of a target file, read and written.
#pragma once

#include <string>

#include "net/tls.hpp"
#include "scenario/toml_table.hpp"

namespace mailrig::scenario {

/// Files are looked for from the target's folder.
net::tls_options read_tls(toml_table tls);
/// What read_tls makes the same options of; empty for none.
std::string write_tls(net::tls_options const& o);

}  // namespace mailrig::scenario
