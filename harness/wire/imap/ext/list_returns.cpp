// list_returns: what LIST returns beside names: LIST-STATUS (RFC 5819), LIST-MYRIGHTS (RFC 8440), LIST-METADATA (RFC
// 9590). The data are those of STATUS, MYRIGHTS and GETMETADATA.
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap::list_returns {
namespace {

extension const list_status{.name = "LIST-STATUS", .rfc = "RFC 5819", .rules = {}, .commands = {}};
extension const list_rights{.name = "LIST-MYRIGHTS", .rfc = "RFC 8440", .rules = {}, .commands = {}};
extension const list_metadata{.name = "LIST-METADATA", .rfc = "RFC 9590", .rules = {}, .commands = {}};
base::registrar const registered[] = {base::registrar{list_status}, base::registrar{list_rights},
                                      base::registrar{list_metadata}};

}  // namespace
}  // namespace mailrig::wire::imap::list_returns
