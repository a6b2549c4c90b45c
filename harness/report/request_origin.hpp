// request_origin: which requests to our own pages are answered: those of this machine's browsers that opened them under
// a name of this machine, and of no page from elsewhere; or, where a token is asked for, those that show it.
#pragma once

#include <optional>
#include <string_view>

namespace mailrig::report {

/// "localhost", a loopback address, "[::1]"; with any port, which a tunnel may have changed. A name that somebody made
/// to resolve to this machine (DNS rebinding) is none.
bool names_this_machine(std::string_view host);

/// What a request says of where it comes from.
struct request_origin {
  std::string_view host;                   ///< its Host
  std::optional<std::string_view> origin;  ///< none: the browser sent none, or it is no browser
  std::string_view authorization = {};     ///< its Authorization; empty: none
  std::string_view target = "/";           ///< path and query, where a token may stand as `token=`
};

/// Why a request is refused; empty: it is not. With a token whoever shows it is let in, under whatever name: a page
/// from elsewhere cannot know it.
std::string_view refusal_of(request_origin const& r, std::string_view token = {});

}  // namespace mailrig::report
