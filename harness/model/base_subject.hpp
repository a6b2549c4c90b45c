// base_subject: a subject without what replies, forwards and lists put around it (RFC 5256 §2.1).
#pragma once

#include <string>
#include <string_view>

namespace mailrig::model {

struct base_subject {
  std::string text;
  bool reply_or_forward = false;  ///< "re:", "fw:", "(fwd)" or "[fwd: ...]" was taken away (RFC 5256, REFERENCES)
};

/// Of a subject whose encoded words are decoded.
base_subject base_subject_of(std::string_view subject);

}  // namespace mailrig::model
