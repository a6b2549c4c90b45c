// trace_mail: the mail that lay in mailboxes before a trace's clients changed anything, as far as the trace shows it:
// how much, its UIDs, flags, sizes and octets.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/conversation.hpp"

namespace mailrig::record {

/// One message; what nobody was told is left open.
struct lying_message {
  std::uint32_t uid = 0;  ///< 0: not told
  std::optional<std::uint64_t> size;
  std::optional<std::string> octets;
  std::optional<std::string> head, text;          ///< told apart from each other
  std::optional<std::vector<std::string>> flags;  ///< as they were spelled, without \Recent
  std::string date;                               ///< INTERNALDATE; empty: not told
  std::string fields, structure;                  ///< of what FETCH told of its envelope and parts; empty: nothing
  bool stored = false;                            ///< a client has changed flags since: what is told now is newer
  bool read = false;                              ///< ... has fetched it, which sets \Seen
};

/// Sees all items of a trace in order. One thread.
class trace_mail final : public model::item_sink {
 public:
  void see(model::item const& i) override;

  /// What more of the same messages a longer trace shows, of which this one is a part: their octets, sizes, structure.
  void learn_from(trace_mail const& longer);

  /// Of the mailbox, by the number that each had first; empty where nobody looked. INBOX is "INBOX".
  std::vector<lying_message> const& in(std::string const& mailbox) const;
  /// Which of them a number of the session means now, from 0 on; nothing where that cannot be told.
  std::optional<std::size_t> index_of(model::item const& i, std::uint64_t number) const;

 private:
  struct place {
    bool seen = false;
    std::vector<lying_message> lying;
    std::uint64_t arrived = 0;  ///< put there by the trace's clients before anybody looked
    bool removed = false;       ///< mail has gone: numbers are no longer those of the beginning
  };
  struct watch {
    std::string mailbox;                         ///< selected; empty: none
    std::map<std::uint32_t, std::size_t> index;  ///< the view's serial -> place
  };
  place& of(std::string_view mailbox);
  void count(place& p, std::uint64_t messages);
  void command(model::item const& i);
  void tagged(model::item const& i);
  void untagged(model::item const& i);
  void fetched(model::item const& i);
  void searched(model::item const& i);
  void opened(model::item const& i);
  void reply(model::item const& i);
  void learn_uid(model::item const& i, std::uint64_t number, std::uint32_t uid);

  std::map<std::string, place, std::less<>> places_;
  std::map<history::session_id, watch> watches_;
};

}  // namespace mailrig::record
