// silent_commands: which commands a server has never answered in this run: whoever asks again need not wait as long as
// the first who did.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace mailrig::scenario {

/// Of one server, shared by all that talk to it. Any thread. Names are upper case, without "UID ".
class silent_commands {
 public:
  void answered(std::string_view command);
  /// A whole step was waited for an answer, in vain.
  void silent(std::string_view command);
  /// Waited for in vain several times, and answered to nobody.
  bool never_answered(std::string_view command) const;

 private:
  struct count {
    std::size_t silences = 0;
    bool answered = false;
  };
  static constexpr std::size_t most_names = 1000;  ///< scripts and fuzzing say what they like

  mutable std::mutex mutex_;
  std::map<std::string, count, std::less<>> known_;
};

}  // namespace mailrig::scenario
