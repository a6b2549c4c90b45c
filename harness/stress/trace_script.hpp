// trace_script: the client's side of a trace as a script: what each session sent, in the order it was sent, whatever
// the answers. Logins become the language's own, since a trace holds no credentials.
#pragma once

#include <filesystem>

#include "scenario/script.hpp"

namespace mailrig::stress {

base::result<scenario::script> script_of_trace(std::filesystem::path const& file);

}  // namespace mailrig::stress
