// mail_truth: the messages whose octets are known, by mailbox, UIDVALIDITY and UID, since the client itself appended
// them (APPENDUID, RFC 4315 §3), copied them (COPYUID) or has fetched them whole.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "model/append_request.hpp"
#include "model/conversation.hpp"
#include "wire/mime/message.hpp"

namespace mailrig::model {

struct known_message {
  std::string octets;
  wire::mime::part parts;            ///< views into octets
  std::optional<std::int64_t> date;  ///< INTERNALDATE, seconds since 1970, if the client gave one
  /// Where it gave none: between which instants it was appended.
  std::optional<base::instant> undated_from, undated_to;
  enum how : std::uint8_t { alone, together, of_pieces } made = alone;  ///< by one APPEND, with others, by CATENATE
  std::uint32_t copy_of = 0;  ///< the UID that COPYUID paired it with; 0: the client put it there
  bool wide = false;          ///< a header in it, its own or a part's, is not ASCII
  bool told = false;          ///< no client put it there, nor what it is made of: FETCH told it
};

/// Whose APPENDUID a response tells: of the command that it answers, or of a REPLACE under way (RFC 8508 §4.3); null
/// where neither brings mail.
imap_command const* uploader(item const& i);

/// One mail store's messages. Bounded; of too many some are forgotten.
class mail_truth {
 public:
  /// Call with each item before the models have taken it in.
  void see(item const& i);
  /// The message in a slot of the session's selected mailbox; null when unknown.
  known_message const* find(imap_session const& s, slot const& m) const;
  /// Another session may have removed messages since this one selected its mailbox: their data may be anything that
  /// RFC 2180 §4 allows.
  bool disturbed(history::session_id id) const { return id < disturbed_.size() && disturbed_[id]; }

 private:
  struct place {
    std::string mailbox;  ///< account, NUL, name
    std::uint64_t uidvalidity = 0;
    std::uint32_t uid = 0;
    auto operator<=>(place const&) const = default;
  };
  static constexpr std::size_t most = 4096;

  void command(item const& i);
  void appended(item const& i, imap_command const& by);
  /// A piece of a message, or all of it.
  struct text {
    std::string octets;
    bool told = false;  ///< as of known_message
  };
  std::optional<text> octets_of(imap_session const& s, appended_message const& m) const;
  std::optional<text> named_by(imap_session const& s, std::string_view url) const;
  void copied(item const& i);
  void fetched(item const& i);
  void learn(place const& at, std::shared_ptr<known_message> m);
  static std::string box(imap_session const& s, std::string_view name);

  std::map<place, std::shared_ptr<known_message>> known_;
  std::vector<bool> disturbed_;  ///< by session id
};

}  // namespace mailrig::model
