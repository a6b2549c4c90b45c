// completion: what a shell may offer for the last word of a command line of mailrig.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace mailrig::app {

struct candidate {
  std::string word, note;
};

/// `words` come after the program's name; the last is being written and may be empty. Where none is offered, a file may
/// be meant.
std::vector<candidate> complete(CLI::App const& app, std::vector<std::string> const& words);

}  // namespace mailrig::app
