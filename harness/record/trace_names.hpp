// trace_names: how a scenario calls the mailboxes of a trace: INBOX as it is, all others by names that begin with
// $box, which whoever plays it makes and removes.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace mailrig::record {

class trace_names {
 public:
  /// As LIST told it; '\0': nobody did, or there is no hierarchy.
  void delimiter(char d) { delimiter_ = d; }
  /// A mailbox's name, without quotes, as a word of a line to be sent; quoted where it needs that.
  std::string word_of(std::string_view name);
  /// LIST's second argument: what it names before its wildcards is called as word_of() does, where that is known.
  std::string pattern_word(std::string_view pattern);

 private:
  std::string called(std::string_view name);
  std::string root(std::string_view name);

  char delimiter_ = '\0';
  std::map<std::string, std::string, std::less<>> roots_;
};

}  // namespace mailrig::record
