// condstore: what a session has asked for of CONDSTORE and QRESYNC, and what it was granted (RFC 7162 §3.1, §3.2).
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "wire/imap/command.hpp"
#include "wire/imap/response.hpp"
#include "wire/imap/sequence_set.hpp"

namespace mailrig::model {

/// QRESYNC (validity modseq [known] [(numbers uids)]).
struct resync_parameter {
  std::uint64_t validity = 0, modseq = 0;
  std::optional<wire::imap::sequence_set> known;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> match;  ///< number and UID
};

/// What a command has of RFC 7162.
struct condstore_request {
  bool select = false;                      ///< SELECT or EXAMINE (CONDSTORE)
  bool status = false;                      ///< STATUS (HIGHESTMODSEQ)
  bool item = false;                        ///< FETCH MODSEQ
  bool criterion = false;                   ///< SEARCH, SORT or THREAD with MODSEQ
  bool extended = false;                    ///< with RETURN before it
  bool vanished = false;                    ///< the modifier of UID FETCH, or of FETCH, where it must not be
  bool condstore = false, qresync = false;  ///< ENABLE of these
  bool quick = false;                       ///< SELECT or EXAMINE (QRESYNC ...), read or not
  std::optional<std::uint64_t> changed_since, unchanged_since;
  std::optional<resync_parameter> resync;

  /// A CONDSTORE enabling command (§3.1).
  bool enables() const {
    return select || status || item || criterion || changed_since || unchanged_since || condstore || qresync || quick;
  }
  /// What a server that keeps no mod-sequences of the selected mailbox refuses (§3.1.2.2).
  bool needs_modseqs() const { return item || criterion || changed_since || unchanged_since; }
};
condstore_request read_condstore(wire::imap::command const& c);

/// Of one session.
struct condstore_session {
  bool aware = false;     ///< an enabling command was answered OK
  bool quick = false;     ///< ENABLED QRESYNC was told
  bool highest = false;   ///< of the mailbox that is selected, or being selected: HIGHESTMODSEQ was told
  bool nomodseq = false;  ///< NOMODSEQ was told of it

  /// SELECT or EXAMINE is sent while nothing else is under way.
  void selecting() { highest = nomodseq = false; }
  /// `answered`: the command that a tagged response answers, or null.
  void told(wire::imap::response const& r, wire::imap::command const* answered);
};

}  // namespace mailrig::model
