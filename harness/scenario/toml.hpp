// toml: toml++ without exceptions, so that a mistake in a file is a value with its line.
#pragma once

#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>
