// structure_mail: a message made after what FETCH told of one: its envelope's fields, its parts with their types, sizes
// and encodings. Texts are stand-ins.
#pragma once

#include <optional>
#include <string>

#include "wire/imap/tree.hpp"

namespace mailrig::record {

/// The fields of an ENVELOPE, a line each.
std::string envelope_fields(wire::imap::value envelope);
/// A header's fields without those that tell of the structure, and without the line that ends it.
std::string other_fields(std::string_view head);
/// The header's fields and the body of a BODY or BODYSTRUCTURE, between them the line that ends the header.
std::string structure_octets(wire::imap::value structure);
/// A message of both, either of which may be empty; where it is shorter than `size`, a field makes up for the rest.
std::string message_after(std::string const& fields, std::string const& structure, std::optional<std::uint64_t> size);

}  // namespace mailrig::record
