// given_names: the names that a scenario has from the start: its account, its mailbox, the delimiter, days around now
// (scenarios/LANGUAGE.md, "Names bound from the start").
#pragma once

#include "scenario/pattern.hpp"
#include "session/credentials.hpp"

namespace mailrig::scenario {

/// `box`: what the scenario's own mailboxes begin with; `delimiter`: empty in a flat hierarchy.
decltype(values::names) given_names(session::credentials const& account, std::string const& box,
                                    std::string const& delimiter);

/// Of a scenario with a second user: who that is, and how it would act for the first.
decltype(values::names) names_of_second(session::credentials const& first, session::credentials const& second);

}  // namespace mailrig::scenario
