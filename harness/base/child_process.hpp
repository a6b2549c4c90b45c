// child_process: programs that mailrig starts: servers, workers, and the shell commands of a target file.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace mailrig::base {

using shell_variables = std::vector<std::pair<std::string, std::string>>;

struct child_options {
  std::vector<std::string> command;    ///< what it is called by, and its arguments
  std::filesystem::path program = {};  ///< what is executed, where that is not the command's first word
  /// A file that its output and errors are added to; it reads nothing, and is in a session of its own with no
  /// descriptor of ours. Empty: it has ours, and its output comes through a pipe.
  std::filesystem::path log = {};
  int input = -1;                     ///< a descriptor of ours that is its standard input; -1: as the log says
  int signal_at_our_end = 0;          ///< sent by the kernel when the thread that started it ends; 0: none
  std::filesystem::path folder = {};  ///< where it works; empty: where we do
  shell_variables variables = {};     ///< further ones in its environment
};

/// One process, which is not ended with its object. One thread at a time, but for signal().
class child_process {
 public:
  child_process() = default;
  child_process(child_process const&) = delete;
  /// Closes the pipe, and waits for its end where there is one.
  ~child_process();

  /// The fault says why there is none. A program that cannot be executed is one that ends with 127.
  result<void> start(child_options const& o);
  /// False once it has ended, and where none was started.
  bool runs();
  /// How it ended, as a shell tells it: 128 and the signal's number, where it died of one. Nothing while it runs.
  std::optional<int> status() const { return status_; }
  /// Its process id; 0: none runs, as far as runs() has seen. One with a log has a session of this number.
  pid_t id() const { return id_; }
  /// To it, or to all of its session.
  void signal(int number, bool all = false) const;
  /// The next line that it has printed, without its end; blocks. False at the end of its output, and without a pipe.
  bool read_line(std::string& line);

 private:
  pid_t id_ = 0;
  std::optional<int> status_;
  int pipe_ = -1;
  std::string read_;  ///< and not taken yet
};

/// What came of a shell command.
struct shell_answer {
  int status = 0;      ///< as the shell tells it: 128 and the signal's number, where it died of one
  std::string output;  ///< without line ends behind it
  std::string errors;  ///< the end of what it said on its standard error, printable, without the secrets of this run

  /// "the command ended with status 3: no such key".
  std::string how_it_failed() const;
};

/// Runs a command by sh with further variables in its environment and `input` on its standard input; blocks. The fault:
/// it cannot be started, or takes longer than `limit` or than the run has been to end for some seconds, or prints more
/// than `most` octets, and has been killed. What it says on its standard error reaches nobody but by the answer.
result<shell_answer> run_shell(std::string const& command, shell_variables const& variables = {},
                               std::string_view input = {}, std::chrono::milliseconds limit = std::chrono::minutes(1),
                               std::size_t most = 1 << 20);

}  // namespace mailrig::base
