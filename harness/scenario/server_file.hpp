// server_file: the description of a real server in fixtures/servers: what to write into its folder and how to start it.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "scenario/program_file.hpp"

namespace mailrig::scenario {

/// Texts hold ${dir}, ${imap} and so on, which are filled in when the server is started.
struct server_file : program_file {
  struct folder {
    std::string path;
    std::optional<std::int64_t> owner;  ///< user id
  };
  struct text {
    std::string path, text;
    std::string each_account, each_odd;  ///< lines that follow, one for each
  };
  struct odd_user {
    std::string name, user, password;  ///< octets
  };

  std::vector<std::string> start;
  bool killed = false;  ///< ended by SIGKILL
  bool needs_root = false;
  base::duration ready_within = std::chrono::seconds(20);
  std::string prefix, delivery;
  std::vector<std::string> latitude;
  bool no_login_delay = false;  ///< a LOGIN-DELAY that it announces is not waited for
  std::size_t accounts = 1000;  ///< at most
  std::set<std::string> ports;  ///< of imap, imaps, pop3, pop3s, imap_b, pop3_b
  std::vector<folder> folders;
  std::vector<text> files;
  std::vector<odd_user> odd;

  static base::result<server_file> read(std::filesystem::path const& file);
};

}  // namespace mailrig::scenario
