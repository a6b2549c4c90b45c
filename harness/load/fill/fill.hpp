// fill: puts a profile's mail into many accounts, over several connections, and takes it out again. What is there
// already is left as it is, so that a filling that was interrupted goes on.
#pragma once

#include <atomic>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "load/fill/append_machine.hpp"
#include "load/fill/fill_data.hpp"
#include "scenario/target.hpp"

namespace mailrig::load {

/// How far it is.
struct fill_progress {
  std::size_t accounts = 0, looked = 0;    ///< accounts; of them looked at
  std::uint64_t missing = 0;               ///< messages that were not there, in accounts that were looked at
  std::uint64_t messages = 0, octets = 0;  ///< put, or removed
  base::duration passed{};
};

struct fill_options {
  std::uint64_t seed = 1;
  std::size_t connections = 8;
  append_offer allowed{true, true, true, 0};  ///< of what the server offers, to see what each is worth
  bool beside_others = false;                 ///< an INBOX may have other mail, which stays
  base::limits limits;
  /// From the calling thread, five times a second.
  std::function<void(fill_progress const&)> progress;
};

struct fill_result {
  std::size_t accounts = 0, mailboxes = 0;  ///< that were looked at
  std::uint64_t planned = 0;                ///< messages of all accounts
  std::uint64_t there = 0;                  ///< of them, before
  std::uint64_t messages = 0, octets = 0;   ///< put, as the server said; or removed
  std::uint64_t unknown = 0;                ///< may have come in: under way when it ended
  std::uint64_t too_big = 0;                ///< that the server does not take
  std::uint64_t no_place = 0;               ///< of mailboxes other than INBOX, where there is POP3 alone
  double seconds = 0;
  bool interrupted = false;
  std::set<std::string> ways, notes;
  std::vector<std::string> faults;  ///< the first 20, by account
  std::size_t faults_all = 0;

  double rate() const { return seconds > 0 ? double(messages) / seconds : 0; }
  /// All is there that can be.
  bool is_whole() const { return faults_all == 0 && !interrupted; }
};

/// Accounts [from, to) of the target. Once `interrupted`, nothing new is sent, and it returns within a second. The
/// fault: nothing could be begun.
base::result<fill_result> fill(scenario::target const& where, std::size_t from, std::size_t to, fill_data const& data,
                               fill_options const& how, std::atomic<bool> const& interrupted);
/// Takes out what fill put in, whatever its seed: messages of the INBOX, and the mailboxes with all that lies in them.
base::result<fill_result> remove_fill(scenario::target const& where, std::size_t from, std::size_t to,
                                      fill_data const& data, fill_options const& how,
                                      std::atomic<bool> const& interrupted);

}  // namespace mailrig::load
