// bottled_session: a connection to a server in a bottle: answers what its client asks otherwise than the client of the
// trace did, as far as the answer is in the trace.
#pragma once

#include <span>
#include <vector>

#include "model/fetch_request.hpp"
#include "play/bottle_store.hpp"
#include "play/client_input.hpp"
#include "wire/imap/sequence_set.hpp"

namespace mailrig::play {

class bottled_session final : model::item_sink {
 public:
  /// The store outlives it.
  bottled_session(bottle_store const& store, history::protocol p);

  struct answer {
    std::string octets;      ///< with the client's tag
    std::string after = {};  ///< said line for line, each when the client has said one more; empty: it need not
  };
  /// Nothing: it is not in the trace.
  std::optional<answer> to(client_unit const& u);

  /// What the client said, and what it was told, whoever chose the words.
  void heard(std::string_view octets) { take(history::event_kind::sent, octets); }
  void said(std::string_view octets) { take(history::event_kind::received, octets); }
  void secured() { take(history::event_kind::secured, {}); }

  /// Selected; empty: none.
  std::string const& mailbox() const { return conversation_.imap().mailbox; }

 private:
  static constexpr std::size_t most_mail = 100'000;

  void take(history::event_kind kind, std::string_view octets) {
    conversation_.take({{}, 0, kind, proto_, octets}, *this);
  }
  void see(model::item const& i) override;
  void selected(std::string const& mailbox);
  void grow(std::string const& mailbox, std::size_t size);
  std::string flags(std::size_t number) const;
  bool nothing_marked() const;
  /// Messages as a client names them, read once for all.
  struct named {
    std::optional<wire::imap::sequence_set> set;
    bool by_uid = false;
    std::uint32_t largest = 0;  ///< what "*" means
  };
  named named_by(std::string_view set, bool by_uid) const;
  bool is_named(named const& by, std::size_t number) const;
  bool is_decided(named const& by) const;

  std::optional<answer> imap(client_unit const& u);
  std::optional<answer> pop3(client_unit const& u) const;
  static std::optional<answer> authenticate(client_unit const& u, std::string const& well);
  std::optional<answer> select(wire::imap::command const& c) const;
  std::optional<std::string> counts(wire::imap::command const& c) const;
  std::optional<std::string> list(wire::imap::command const& c) const;
  std::optional<std::string> fetch(wire::imap::command const& c) const;
  std::optional<std::string> item_of(std::size_t number, model::requested_item const& item) const;
  std::optional<std::string> search(wire::imap::command const& c) const;
  /// Of a search, read once for all messages; with neither a flag nor numbers it fits any.
  struct search_key {
    bool wanted = true;  ///< not behind NOT
    std::string flag;    ///< upper case, with its backslash
    bool set = true;     ///< the flag is
    std::optional<named> numbers = {};
  };
  std::optional<std::vector<search_key>> search_keys(std::span<wire::imap::argument const> keys) const;
  std::optional<bool> fits(std::vector<search_key> const& keys, std::size_t number) const;

  bottle_store const& store_;
  history::protocol proto_;
  model::conversation conversation_;
  std::vector<std::shared_ptr<bottled_message>> row_;    ///< of the selected mailbox, as this client was told
  std::map<bottled_message const*, std::string> flags_;  ///< as it was told last
};

/// HEADER, TEXT, HEADER.FIELDS (...) of a message, or all of it; nothing for other sections.
std::optional<std::string> part_of_letter(std::string_view letter, std::string_view section);

}  // namespace mailrig::play
