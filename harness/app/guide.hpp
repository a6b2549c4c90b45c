// guide: the texts that stand beside what they explain, as `mailrig help TOPIC` prints them.
#pragma once

#include <vector>

namespace mailrig::app {

struct guide {
  char const* topic;
  char const* file;  ///< below the folder that is shipped
  char const* summary;
};
std::vector<guide> const& guides();

}  // namespace mailrig::app
