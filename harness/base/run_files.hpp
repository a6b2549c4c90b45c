// run_files: what this run reads and what it is to write: no file is both, and none is written for two ends.
#pragma once

#include <filesystem>

#include "base/result.hpp"

namespace mailrig::base {

// A process has one run. Any thread. Devices and pipes may be read and written as often as one likes, and so may what
// is not told here: a baseline that is brought up to date is both on purpose.

/// To be said before a file is read; the fault: this run is to write it.
result<void> will_read(std::filesystem::path const& file);
/// To be said of a file that somebody names for what a run tells, before the run begins, once for each that is told;
/// its folder is there. The fault: this run has read it, or is to write something else there.
result<void> will_write(std::filesystem::path const& file);
/// Whether it has been asked for to be read, before will_write or since.
bool was_read(std::filesystem::path const& file);

}  // namespace mailrig::base
