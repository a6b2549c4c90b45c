// client_table: which client a session of the judge belongs to; numbers are used again.
#pragma once

#include <vector>

#include "load/client.hpp"

namespace mailrig::load {

/// One thread.
class client_table {
 public:
  /// A number for a session that the client begins.
  history::session_id add(client& c);
  /// The session has ended.
  void remove(history::session_id id, client& c);
  /// Null: nobody's any more.
  client* find(history::session_id id) const { return by_id_[id]; }

  bool any_waits_for_answer() const;
  /// Gives up what waits for an answer beyond patience; `over`: whatever waits for one.
  void sweep(base::instant now, bool over);
  /// Lets go of the memory of connections that have ended; not from within their calls.
  void let_go_of_ended();

 private:
  std::vector<client*> by_id_;
  std::vector<history::session_id> free_;
  std::vector<client*> ended_, waiting_;
};

}  // namespace mailrig::load
