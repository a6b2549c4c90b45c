// secret_forms: how a password or a token may come back: as it is, quoted, in base64, in hex, with every kind of
// escape.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mailrig::base {

/// One way in which a secret is written.
struct secret_form {
  std::string octets;
  bool plain = false;  ///< its own octets stand in it, so that other text may look like it
  bool left = false;   ///< the octet before it may hold some bits of it
  bool right = false;  ///< and the one after it
};

/// Forms on the wire and in mail; without regard to the case of letters, so that hex stands here once. No form twice.
std::vector<secret_form> secret_forms(std::string_view secret);
/// Forms of a digest that proves a password: as it is, escaped where it is base64, and in base64. No form twice.
std::vector<secret_form> proof_forms(std::string_view proof);
/// What becomes of a form in files of ours and on terminals: printable, as JSON, HTML, XML and scenarios write it. The
/// form itself is not among them.
std::vector<std::string> written_forms(std::string_view form);

}  // namespace mailrig::base
