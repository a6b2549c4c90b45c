// tls_keys: what a captured connection said under TLS, by the keys that a client wrote to SSLKEYLOGFILE; tshark
// decrypts it.
#pragma once

#include "record/importer.hpp"

namespace mailrig::record {

/// A connection of a capture, by its ports and its first packet.
struct captured_ends {
  std::string client, server;  ///< "127.0.0.1:40000"
};

/// The file with keys for a capture: what SSLKEYLOGFILE names, or what lies beside it as NAME.keys or NAME.keylog;
/// empty where there is none. A pcapng file may hold its keys itself.
std::filesystem::path keys_for(std::filesystem::path const& capture);

/// What tshark can read of that connection, in its order, without times. A fault: there is no tshark, or it could not.
base::result<std::vector<spoken>> decrypted(std::filesystem::path const& capture, captured_ends const& ends);

}  // namespace mailrig::record
