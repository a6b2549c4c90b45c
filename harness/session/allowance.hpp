// allowance: how much a server may send before it costs it the session, and when those who wait for it stop waiting.
#pragma once

#include <chrono>
#include <cstddef>

#include "base/run_end.hpp"

namespace mailrig::session {

struct allowance {
  std::size_t answer_octets = 128u << 20;        ///< what comes after the client has spoken and until it speaks again
  std::size_t answer_lines = 1u << 21;           ///< the same in lines
  std::size_t session_octets = ~std::size_t(0);  ///< all that one session is sent
  std::size_t held_octets = 256u << 20;          ///< memory of what came and no expectation has looked at yet
  std::chrono::milliseconds cleaning{20000};     ///< what comes after a scenario: the account is emptied
  std::atomic<bool> const* interrupted = &base::run_end::flag();  ///< once true, nothing is waited for any more
};

}  // namespace mailrig::session
