// obstacle: what keeps a session from being logged in before the server is asked for anything that a scenario is about;
// it stands as the rule in the login's fault.
#pragma once

#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "history/finding.hpp"
#include "history/requirement.hpp"
#include "net/end_cause.hpp"

namespace mailrig::scenario::obstacle {

inline constexpr std::string_view preauth = "login.preauth";    ///< PREAUTH in the clear, where TLS is wanted
inline constexpr std::string_view no_tls = "login.tls";         ///< TLS was due, and is none, or breaks its rules
inline constexpr std::string_view distrust = "login.distrust";  ///< a certificate that we do not trust
inline constexpr std::string_view patience = "login.patience";  ///< its LOGIN-DELAY is longer than we wait

/// Of a connection's end; empty: none of these. `upgraded`: the server had agreed to TLS by STARTTLS or STLS; where it
/// had not, that nobody speaks TLS on a port may be a mistake of the target's file.
std::string_view of_end(net::end_cause cause, bool upgraded);
/// One of these.
bool is_one(std::string_view rule);
/// What it says against the server; nothing: the choice is ours, or its own. `requirements` may be null.
std::optional<history::finding> against(base::fault const& f, history::catalogue const* requirements);

}  // namespace mailrig::scenario::obstacle
