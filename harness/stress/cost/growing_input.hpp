// growing_input: what a server is asked in ever larger sizes, as a file of scenarios/robustness/costs/*.toml: what is
// made ready, what is said and measured, and how its cost may grow. One file is an input; nothing else need know of it.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "history/event.hpp"
#include "scenario/script.hpp"
#include "stress/cost/growth.hpp"

namespace mailrig::stress {

/// Sessions beside the one that is measured.
struct crowd {
  std::string size;               ///< a text whose value is their number: "$n"; empty: there are none
  std::vector<std::string> says;  ///< each of them, without waiting for an answer
  scenario::start_state state = scenario::start_state::authenticated;
  bool reads = true;
  bool measured = false;  ///< what they cost by themselves is part of the cost
  enum class end : std::uint8_t { stays, drops, half_closes } ends = end::stays;  ///< after it has said that
};

struct growing_input {
  std::string name, title;
  std::vector<std::string> known;  ///< where it has hit servers: CVEs, issues
  std::vector<std::string> needs;
  history::protocol proto = history::protocol::imap;
  scenario::start_state state = scenario::start_state::authenticated;

  std::uint64_t from = 1, most = 1024;  ///< sizes
  double factor = 2;
  std::string mail;     ///< name of a message of the mailroom's, with the size in it; empty: there is none
  std::string message;  ///< or its text
  std::string copies = "1";
  std::vector<std::string> before, ask, after;
  bool repeat = false;  ///< `ask` is said as often as the size says

  crowd others;

  growth_rule time, memory;
  bool kept = false;  ///< of memory, what is still held in the end is judged, not the most there was
  std::chrono::milliseconds victim{2000};  ///< so long another user may wait meanwhile
};

/// `$n` is the size, `$i` within `${...}` counts from 1, and `${TEXT}` stands for n times TEXT; `$NAME` for what
/// `names` says. Anything else stays as it is.
std::string grown(std::string_view text, std::uint64_t n, std::map<std::string, std::string, std::less<>> const& names);

/// The sizes, ascending: each differs from the one before.
std::vector<std::uint64_t> sizes_of(growing_input const& i);

/// A fault says file, line and what is wrong.
base::result<growing_input> read_growing_input(std::filesystem::path const& file);
/// Every *.toml of a folder, by name.
base::result<std::vector<growing_input>> read_growing_inputs(std::filesystem::path const& folder);

}  // namespace mailrig::stress
