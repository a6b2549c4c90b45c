// client_case: what a client is put to: a server with what it may meet there, mail, and what must be true afterwards.
// Cases are data: tables in *.toml files, of which one may stand for many, and scripts that the server plays.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "history/event.hpp"
#include "play/client_file.hpp"
#include "play/inbox.hpp"
#include "play/played_steps.hpp"
#include "play/shown_certificates.hpp"

namespace mailrig::play {

/// What a client owes in a case, beside that it ends, holds bounded memory and loses nothing.
enum class duty : std::uint8_t {
  all,      ///< it has every message, as the server has it, and says that all went well
  honest,   ///< the same, or it says that something went wrong
  part,     ///< what it has is the server's, whole, and once; it need not be all
  survive,  ///< nothing more
  refuse,   ///< it gives nobody its password, and says that something went wrong
};
std::string_view name_of(duty d);

struct client_case {
  std::string id;  ///< the file's name, the case's, and what tells those apart for which it stands
  std::string title, file;
  std::vector<std::string> proves, tags;
  history::protocol proto = history::protocol::imap;
  security secured = security::plain;
  std::string defect;                  ///< of the embedded server; empty: none
  std::vector<std::string> latitudes;  ///< of the embedded server
  std::vector<scenario::mail_declaration> mail;
  std::vector<std::vector<change>> between;  ///< one more run of the client after each
  certificate_kind certificate = certificate_kind::good;
  duty owes = duty::all;
  std::vector<played_part> parts;  ///< a script that the server plays; empty: it plays none
};

/// Every *.toml of a folder and every *.scn in it and below; the first mistake ends it. Ordered by id.
base::result<std::vector<client_case>> read_client_cases(std::filesystem::path const& folder);
/// The cases of a *.toml, or the one that a *.scn is.
base::result<std::vector<client_case>> read_client_case_file(std::filesystem::path const& file);

}  // namespace mailrig::play
