// client_file: the description of a mail client in fixtures/clients: what to write for it, how it is run, and where its
// mail lies afterwards.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "history/event.hpp"
#include "scenario/program_file.hpp"

namespace mailrig::play {

/// How a client meets a server: in the clear, by STARTTLS or STLS, by TLS from the start.
enum class security : std::uint8_t { plain, starttls, implicit };
std::string_view name_of(security s);

/// Placeholders by name: "host", "dir" ...
using words = std::map<std::string, std::string>;
/// The text with each "{name}" of `v` put in; other braces stay as they are.
std::string filled(std::string text, words const& v);

/// Where a client's mail lies after a run, and what of it may differ from what the server has.
struct mail_place {
  enum class kind : std::uint8_t { none, maildir, mbox, files } how = kind::none;
  std::string path;               ///< below {dir}; `files`: a folder of messages
  std::vector<std::string> adds;  ///< header fields that it adds or changes, globs over their names
  bool flags = false;             ///< a maildir's letters tell \Seen and the like
  bool keeps_end = true;          ///< whether the last line ends with a line end is as it was
  bool quotes_from = false;       ///< "From " at the beginning of a line has got a ">"
};

struct client_file : scenario::program_file {
  struct text {
    std::string path, text;
  };

  std::string run;                                     ///< a shell command
  std::map<history::protocol, std::string> protocols;  ///< that it speaks, and its word for each
  std::map<security, std::string> securities;          ///< likewise
  std::vector<int> success{0};                         ///< exit statuses that say that all went well
  bool remembers = true;                               ///< a run brings what earlier ones have not
  std::vector<std::string> crashes;                    ///< what its output says when it crashed
  base::duration within = std::chrono::seconds(20);    ///< a run may take
  std::uint64_t memory = 256;                          ///< MB that its processes may hold together
  std::vector<std::string> folders;                    ///< made below {dir}
  std::vector<text> files;                             ///< written below {dir}, for their owner only
  mail_place mail;

  bool succeeds(int status) const;
  static base::result<client_file> read(std::filesystem::path const& file);
};

/// Every *.toml of a folder that describes a client, ordered by name. The first mistake ends it.
base::result<std::vector<client_file>> read_clients(std::filesystem::path const& folder);

/// A client by its command alone: what it speaks is seen by the placeholders that the command has. Its mail is the
/// maildir below {dir}. The fault says what the command lacks.
base::result<client_file> client_of_command(std::string const& command);

}  // namespace mailrig::play
