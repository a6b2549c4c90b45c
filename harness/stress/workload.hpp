// workload: a random mix of operations as a file of scenarios/workloads/*.toml: who takes part, what each does and how
// often. One file is a workload; nothing else need know of it.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "history/event.hpp"
#include "scenario/script.hpp"

namespace mailrig::stress {

/// What a kind of device does: turns by name, each with its weight.
struct habit {
  history::protocol proto = history::protocol::imap;
  std::vector<std::string> names;
  scenario::start_state state = scenario::start_state::selected;
  std::vector<std::pair<std::string, unsigned>> turns;
  unsigned weight = 0;  ///< of all turns
};

struct workload {
  std::string name, title;
  std::vector<std::string> proves, needs;
  std::vector<scenario::mail_declaration> mail;
  std::size_t devices = 4;         ///< without --devices
  std::size_t rounds = 60;         ///< of an episode
  std::size_t together = 3;        ///< so many devices speak in one round, at most
  std::size_t audit = 15;          ///< rounds from one audit to the next
  std::vector<std::string> boxes;  ///< created at the beginning: names after $box
  std::vector<habit> habits;       ///< devices take them in turn
  bool handles_server = false;     ///< kills or freezes it
};

/// A fault says file, line and what is wrong.
base::result<workload> read_workload(std::filesystem::path const& file);
/// Every *.toml of a folder, by name.
base::result<std::vector<workload>> read_workloads(std::filesystem::path const& folder);

}  // namespace mailrig::stress
