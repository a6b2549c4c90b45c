// must: assertions about our own mistakes, always on.
#pragma once

#include <cstdio>
#include <cstdlib>

/// Ends the process when `condition` is false: a bug in mailrig, never a server's or a user's doing.
#define MAILRIG_MUST(condition)                                                                      \
  do {                                                                                               \
    if (!(condition)) [[unlikely]] {                                                                 \
      std::fprintf(stderr, "mailrig: broken promise: %s (%s:%d)\n", #condition, __FILE__, __LINE__); \
      std::abort();                                                                                  \
    }                                                                                                \
  } while (false)
