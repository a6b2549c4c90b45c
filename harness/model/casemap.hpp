// casemap: a string as i;unicode-casemap compares it (RFC 5051 §2): titlecase, and then decomposed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mailrig::model {

/// By whose octets the string compares; nothing where it is no UTF-8, or has letters beyond Latin Extended-A.
std::optional<std::string> casemapped(std::string_view utf8);

}  // namespace mailrig::model
