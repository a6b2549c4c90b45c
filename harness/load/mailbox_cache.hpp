// mailbox_cache: what a device keeps of its mailbox from one session to the next so that it need not look at all of it
// again: UIDVALIDITY, HIGHESTMODSEQ and which UIDs there are (RFC 4549 §3, RFC 7162 §6).
#pragma once

#include "load/uid_ranges.hpp"
#include "model/conversation.hpp"

namespace mailrig::load {

class mailbox_cache {
 public:
  /// A session has begun.
  void begin() { *this = mailbox_cache{std::move(known_), uidvalidity_, modseq_}; }
  /// SELECT is about to be sent.
  void selecting();
  /// UID SEARCH ALL is about to be sent: what it finds is all that there is.
  void searching() { searching_ = true; }
  /// All is about to be looked at.
  void relearn() { known_.clear(); }
  /// What happened while it was away is known: from now on mod-sequences that it is told are its own.
  void in_step();
  /// Each response of the session, before the session's model takes it in.
  void hear(model::item const& i);

  /// Whoever asks what has changed since then is told all of it.
  bool can_ask() const { return uidvalidity_ != 0 && modseq_ != 0 && !keeps_none_; }
  bool enabled() const { return enabled_; }  ///< QRESYNC, in this session
  std::uint64_t uidvalidity() const { return uidvalidity_; }
  std::uint64_t modseq() const { return modseq_; }
  bool unchanged() const { return heard_ == modseq_; }
  uid_ranges const& known() const { return known_; }

  mailbox_cache() = default;

 private:
  mailbox_cache(uid_ranges known, std::uint64_t uidvalidity, std::uint64_t modseq)
      : known_(std::move(known)), uidvalidity_(uidvalidity), modseq_(modseq) {}
  void forget();
  void untagged(model::item const& i);
  void fetched(model::item const& i);
  void vanished(wire::imap::response const& r);
  void answered(model::item const& i);

  uid_ranges known_;
  std::uint64_t uidvalidity_ = 0;
  std::uint64_t modseq_ = 0;  ///< what was before it is known
  std::uint64_t heard_ = 0;   ///< the greatest that this session may keep
  std::uint64_t coded_ = 0;   ///< HIGHESTMODSEQ since the last tagged response
  std::uint64_t newest_ = 0;  ///< MODSEQ of FETCH since then
  bool enabled_ = false, keeps_none_ = false, in_step_ = false, searching_ = false;
};

}  // namespace mailrig::load
