// own_version: this program's, as `mailrig --version` says it.
#pragma once

namespace mailrig::app {

char const* own_version();

}  // namespace mailrig::app
