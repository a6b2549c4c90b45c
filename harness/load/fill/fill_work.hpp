// fill_work: what the connections of a filling share: accounts that nobody has looked at yet, and lots of messages that
// are missing. Who has nothing left to look at helps with what others have found, so that one account with one large
// mailbox keeps all connections busy.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>

#include "load/fill/fill.hpp"
#include "load/fill/fill_session.hpp"

namespace mailrig::load {

/// Messages of one mailbox that one connection puts in.
struct fill_lot {
  std::size_t account = 0;
  fill_place at;
  std::vector<std::uint32_t> numbers;
};

/// Any thread.
class fill_work {
 public:
  static constexpr std::size_t lot_size = 1024;

  fill_work(std::size_t from, std::size_t to) : next_(from), to_(to) {}

  /// An account to look at; nothing when all are taken.
  std::optional<std::size_t> account();
  /// What is missing in an account, that has been looked at.
  void found(std::size_t account, std::vector<fill_lot> lots);
  /// The account with most left to do. Waits for what others are looking at; nothing when all is under way or done.
  std::optional<std::size_t> busiest();
  /// A lot of that account, if there is one left.
  std::optional<fill_lot> lot(std::size_t account);
  /// A lot has been put in. True for the last of an account of which nothing was dropped.
  bool done(std::size_t account);
  /// What is left of that account is not done.
  void drop(std::size_t account);
  void end();

 private:
  std::mutex mutex_;
  std::condition_variable news_;
  std::size_t next_, to_, looking_ = 0;
  struct open_account {
    std::deque<fill_lot> lots;
    std::size_t under_way = 0;
    bool dropped = false;
  };
  std::map<std::size_t, open_account> open_;
  bool over_ = false;
};

}  // namespace mailrig::load
