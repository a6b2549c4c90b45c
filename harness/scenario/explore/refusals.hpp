// refusals: which NOs of an exploration are the server's to give. A command may be declined for what it asks: "can't
// create mailbox with that name" (RFC 3501 §6.3, §6.4). Such a NO goes with the name, or the reference, however the
// request is written, and comes each time.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mailrig::scenario {

class refusals {
 public:
  /// How a request was answered that should be granted; `command` in lower case, `grounds` as choice::grounds().
  void heard(std::string const& command, std::vector<std::string> const& grounds, bool granted);
  /// Whatever was asked for one of these grounds was declined; or the command always was, and is one that a server may
  /// not know how to do at all.
  bool are_for_good(std::string const& command, std::vector<std::string> const& grounds) const;

 private:
  struct count {
    std::size_t granted = 0, declined = 0;
  };
  std::map<std::pair<std::string, std::string>, count> heard_;  ///< by command and ground; "": any
};

}  // namespace mailrig::scenario
