// terminal_lines: lines for people that a run says while it works. It never waits for whoever reads them: a terminal
// that is stopped, or a pipe that nobody empties, costs lines, and how many is said.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>

namespace mailrig::app {

class terminal_lines {
 public:
  /// `file`: a descriptor, which stays open longer than this. `most`: lines that may wait.
  explicit terminal_lines(int file, std::size_t most = 10000);
  /// What still waits is written, as far as it is taken within a second.
  ~terminal_lines();
  terminal_lines(terminal_lines const&) = delete;

  /// Without its line end. Any thread; it returns at once.
  void say(std::string line);

 private:
  void work();
  bool write(std::string_view octets);

  int const file_;
  std::size_t const most_;
  std::mutex lock_;
  std::condition_variable something_;
  std::deque<std::string> lines_;
  std::size_t left_out_ = 0;
  bool over_ = false;
  std::thread worker_;
};

}  // namespace mailrig::app
