// james_stage: what James' Java classes prepare, as lines of a scenario: mailboxes with mail, and those of another user
// who gives rights to this one.
#pragma once

#include <string>

#include "record/james_fixture.hpp"
#include "record/james_names.hpp"
#include "record/suite_script.hpp"

namespace mailrig::record {

/// The sessions that prepare, for the header's line.
std::string james_preparers(james_fixture const& fixture, james_names const& names);
void prepare_james_mail(suite_script& out, james_fixture const& fixture, james_names const& names);

}  // namespace mailrig::record
