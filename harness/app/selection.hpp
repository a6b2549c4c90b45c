// selection: which scenarios a command line names: files and folders where such are, else ids, globs, requirements and
// tags of the collection.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "scenario/script.hpp"

namespace mailrig::app {

struct chosen {
  scenario::script script;
  std::string selector;  ///< what names just this one, from the folder where the command ran
};

/// In the collection's order, then files that are not of it as they were named; each scenario once. Without selectors
/// all of the collection but what is tagged `big`, which only its id, its file or that tag brings. What is tagged
/// `slow` and not asked for likewise is among them, and put off. The fault says which selector names nothing, or what
/// is wrong with a file.
base::result<std::vector<chosen>> select_scenarios(std::vector<scenario::script> collection,
                                                   std::vector<std::string> const& selectors);
/// Of those only what is tagged `slow`, to be played.
void keep_slow(std::vector<chosen>& all);

}  // namespace mailrig::app
