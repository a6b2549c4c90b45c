// request_origin: which requests to our own pages are answered: those of this machine's browsers that opened them under
// a name of this machine, and of no page from elsewhere.
#pragma once

#include <optional>
#include <string_view>

namespace mailrig::report {

/// "localhost", a loopback address, "[::1]"; with any port, which a tunnel may have changed. A name that somebody made
/// to resolve to this machine (DNS rebinding) is none.
bool names_this_machine(std::string_view host);

/// Why a request with this Host and this Origin (none: the browser sent none, or it is no browser) is refused; empty:
/// it is not.
std::string_view refusal_of(std::string_view host, std::optional<std::string_view> origin);

}  // namespace mailrig::report
