// normal_form: names of mailboxes that a server may keep in another form than they were given in: Normalization Form C
// (RFC 9051 §5.1, RFC 6855 §3).
#pragma once

#include <string_view>

namespace mailrig::model {

/// An accent stands behind its letter (U+0300 to U+036F), in UTF-8 or in modified UTF-7.
bool has_other_forms(std::string_view name);

}  // namespace mailrig::model
