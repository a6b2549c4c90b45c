// fill_session: one connection to an account that is being filled: looks at what lies in its mailboxes, puts messages
// in, and takes them out again. Blocks on its stage.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "load/fill/append_machine.hpp"
#include "load/fill/fill_data.hpp"
#include "load/fill/fill_marks.hpp"
#include "load/message_writer.hpp"
#include "scenario/delivery.hpp"
#include "scenario/stage.hpp"

namespace mailrig::load {

/// A mailbox of an account, and what is to lie in it.
struct fill_place {
  std::string user;
  std::string box;   ///< as the profile calls it
  std::string name;  ///< as the server knows it
  std::uint64_t key = 0;
  std::size_t messages = 0;

  bool is_inbox() const { return box == "INBOX"; }
};
/// All of an account, in the order of the profile.
std::vector<fill_place> places_of(fill_data const& data, std::uint64_t seed, std::string const& user,
                                  std::string_view prefix, std::string_view delimiter);

/// What was found in a place.
struct found_mail {
  bool exists = true;
  std::uint64_t count = 0;  ///< messages, whosever
  fill_marks marks{0, 0};
  std::vector<std::uint32_t> uids;  ///< of all fillings' messages, where they were asked for (POP3: message numbers)
};

/// What was done since it was asked last.
struct put_mail {
  std::uint64_t messages = 0, octets = 0;
};

class fill_session {
 public:
  /// `ends`: once true, nothing new is sent. `tell` hears of each answer. All that is named here outlives it.
  fill_session(scenario::stage& st, scenario::player& p, fill_data const& data, message_writer& writer,
               std::atomic<bool> const& ends, std::function<void(put_mail const&)> tell);

  /// Before it logs in: of what a server offers it uses no more than that.
  void allow(append_offer const& most) { allowed_ = most; }
  base::result<void> log_in();
  void log_out();
  /// The whole of it where `closely`; else two messages decide where the number is right.
  base::result<found_mail> look(fill_place const& at, bool closely);
  /// Makes a mailbox that is not there.
  base::result<void> create(fill_place const& at);
  /// Puts these in that are not there. After a lost connection it looks at what came of what was under way, and goes
  /// on. The fault says why not all of them were put; none when it `ends`.
  base::result<void> put(fill_place const& at, std::vector<std::uint32_t> const& numbers);
  /// Messages that may have come in: they were under way when the end came.
  std::uint64_t unknown() const { return unknown_; }
  std::uint64_t too_big() const { return machine_ ? machine_->too_big().size() : 0; }
  std::string way() const;
  std::vector<std::string> notes() const { return machine_ ? machine_->notes() : std::vector<std::string>(); }
  /// Takes out of the INBOX, or deletes the mailbox where no other mail than mailrig's lies in it. How many went.
  base::result<std::uint64_t> remove(fill_place const& at);
  /// Messages in it, whosever.
  base::result<std::uint64_t> count(fill_place const& at);

 private:
  bool imap() const { return player_.proto == history::protocol::imap; }
  bool by_delivery(fill_place const& at) const;
  message_writer::letter letter_of(fill_place const& at, letter_plan const& plan, std::uint32_t number) const;
  scenario::stage::question ask(fill_place const& at, append_batch const& b);
  base::result<void> put_by_append(fill_place const& at, std::vector<std::uint32_t> const& numbers);
  base::result<void> put_by_delivery(fill_place const& at, std::vector<std::uint32_t> const& numbers);
  base::result<void> come_again(fill_place const& at, std::vector<std::uint32_t> const& numbers);
  base::result<void> look_imap(fill_place const& at, bool closely, found_mail& out);
  base::result<void> look_pop3(found_mail& out);
  base::result<void> fetch(std::uint64_t from, std::uint64_t to,
                           std::function<void(std::uint32_t uid, std::string const& header)> const& each);
  base::result<std::uint64_t> remove_imap(fill_place const& at, found_mail const& found);
  base::result<std::uint64_t> remove_pop3(found_mail const& found);

  scenario::stage& stage_;
  scenario::player& player_;
  fill_data const& data_;
  message_writer& writer_;
  std::atomic<bool> const& ends_;
  std::function<void(put_mail const&)> tell_;
  append_offer allowed_{true, true, true, 0};
  std::optional<append_machine> machine_;
  std::uint64_t largest_ = ~std::uint64_t(0);  ///< octets of a message that the server announces to take
  std::unique_ptr<scenario::deliveries> deliveries_;
  std::deque<put_mail> asked_;  ///< of each command under way
  std::uint64_t unknown_ = 0;
};

}  // namespace mailrig::load
