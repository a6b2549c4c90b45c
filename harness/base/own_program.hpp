// own_program: where this very program lies, so that its data are found beside it and it can be started again.
#pragma once

#include <filesystem>

namespace mailrig::base {

/// Absolute, links resolved; empty where the system does not tell. Any thread.
std::filesystem::path const& own_program();

}  // namespace mailrig::base
