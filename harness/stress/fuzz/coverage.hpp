// coverage: what the fuzzer has seen a server do, as the model of each session follows it: in which state which command
// had which kind of answer: status, code, and the kinds of untagged data on the way.
#pragma once

#include <map>
#include <set>
#include <string>

#include "check/judge.hpp"

namespace mailrig::stress {

/// "selected UID FETCH OK: FETCH": one kind of thing that was seen.
using sight = std::string;

/// Hears the events of one play. One thread.
class watcher final : public history::event_sink, model::item_sink {
 public:
  explicit watcher(base::limits const& limits);

  /// Of a session's number, in the order of their connections.
  std::map<history::session_id, std::set<sight>> const& seen() const { return seen_; }
  /// All that a session's client has sent.
  std::string const& said(history::session_id id) { return said_[id]; }
  /// How often a session was answered by that tag.
  std::size_t answered(history::session_id id, std::string const& tag) { return answered_[id][tag]; }
  std::size_t commands() const { return commands_; }

 private:
  void take(history::event const& e) override;
  void see(model::item const& i) override;
  void imap(model::item const& i);
  void pop3(model::item const& i);

  check::judge models_;
  std::map<history::session_id, std::set<sight>> seen_;
  std::map<history::session_id, std::set<std::string>> untagged_;  ///< since the last tagged answer
  std::map<history::session_id, std::string> said_;
  std::map<history::session_id, std::map<std::string, std::size_t>> answered_;
  std::size_t commands_ = 0;
};

/// All that was seen in a run. One thread.
class coverage {
 public:
  /// How many of them are new.
  std::size_t add(std::set<sight> const& seen);
  std::size_t size() const { return seen_.size(); }

 private:
  std::set<sight> seen_;
};

}  // namespace mailrig::stress
