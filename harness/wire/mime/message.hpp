// message: the parts of a message by RFC 2045/2046 structure, with the octets that BODY[section] names (RFC 3501
// §6.4.5). It says of itself where the message leaves room for opinion, so that nobody is accused over that.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mailrig::wire::mime {

/// A header field, in order of appearance. Views into the message.
struct field {
  std::string_view name;
  std::string_view octets;  ///< with its CRLF, folded as it stands
  std::string value;        ///< unfolded: CRLF taken out, blanks at both ends too
};

struct parameter {
  std::string name;  ///< lower case
  std::string value;
};

/// "type/subtype; name=value" and "attachment; name=value".
struct value_with_parameters {
  std::string type, subtype;  ///< lower case; subtype empty for a disposition
  std::vector<parameter> parameters;
};

struct part {
  std::string_view header;  ///< with the blank line that ends it
  std::string_view body;
  std::vector<field> fields;
  value_with_parameters type;  ///< text/plain, or message/rfc822 in a digest, where no field says otherwise
  std::vector<part> parts;     ///< of a multipart; of message/rfc822 the one message in it
  bool certain = true;         ///< nothing here or below is malformed or unusual

  bool is_multipart() const { return type.type == "multipart"; }
  /// RFC 9051 §6.4.5.1 has message/global as message/rfc822.
  bool is_message() const { return type.type == "message" && (type.subtype == "rfc822" || type.subtype == "global"); }
  /// The field's value; nothing when it is absent.
  std::optional<std::string> value(std::string_view name) const;
  std::size_t count(std::string_view name) const;
};

/// `octets` must outlive the result. At most 20 levels deep; deeper parts are uncertain.
part read_message(std::string_view octets);

/// No bare CR, bare LF or NUL (RFC 5322 §2.3): where there are some, a server may put CRLF there.
bool has_plain_lines(std::string_view octets);

/// The octets that a section names, label as in "BODY[1.2.HEADER.FIELDS (DATE)]" upper case, without "<...>".
/// Nothing when there is no such part, or the message leaves room for opinion.
std::optional<std::string> section(part const& message, std::string_view label);

/// Reads "a/b; c=d"; nothing when malformed or with comments or RFC 2231 continuations.
std::optional<value_with_parameters> read_parameters(std::string_view text, bool with_subtype);

/// Runs of blanks become one space, none at the ends.
std::string collapsed(std::string_view text);

}  // namespace mailrig::wire::mime
