// own_version: see own_version.hpp.
#include "app/own_version.hpp"

namespace mailrig::app {

char const* own_version() { return MAILRIG_VERSION; }

}  // namespace mailrig::app
