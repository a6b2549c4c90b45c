// turn: one thing that a device may do when it is its turn: some lines of a script, chosen by what the device has been
// told so far. Kinds of turns register themselves; a workload names them.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "base/registry.hpp"
#include "base/rng.hpp"
#include "model/conversation.hpp"
#include "scenario/script.hpp"
#include "stress/workload.hpp"

namespace mailrig::stress {

struct device {
  std::string name;
  history::protocol proto = history::protocol::imap;
  habit const* does = nullptr;
  std::size_t session = 0;  ///< of the script
  std::string box;          ///< selected, as the script names it; empty: none
  bool read_only = false;
  bool idling = false, stalled = false;
  bool held = false;  ///< POP3: logged in, as far as its writer knows
};

/// What the devices of an episode share.
struct notebook {
  std::set<std::string> boxes;                ///< that were created, as the script names them, and not yet deleted
  std::map<std::uint32_t, std::string> uids;  ///< of INBOX, as the script names them
  unsigned written = 0;                       ///< messages written
  unsigned names = 0;                         ///< mailboxes named
};

/// Writes a device's turn.
class turn_writer {
 public:
  turn_writer(base::rng& random, device& who, model::conversation const* told, notebook& notes)
      : random(random), who(who), told(told), notes(notes) {}

  void send(std::string line);
  /// Any answer: checkers judge it.
  void expect_any();
  /// The patterns of the language, e.g. "+ | NO | BAD | closed".
  void expect(std::string_view alternatives);
  void act(std::string action, std::string argument = {});
  void pause(std::chrono::milliseconds d);
  void command(std::string line) { send(std::move(line)), expect_any(); }
  /// Several commands in one write.
  void pipeline(std::vector<std::string> lines);

  /// Messages of the view; 0 for POP3 and without a mailbox.
  std::size_t messages() const;
  model::imap_session const& imap() const { return told->imap(); }
  bool selected() const { return !who.box.empty() && told && imap().state == model::imap_state::selected; }
  /// One to three numbers, a range, or all. Not for an empty view.
  std::string numbers();
  /// As numbers(), by UID where the script can name them; "UID " goes before the command then.
  std::pair<std::string, std::string> named_set();
  std::string one_number() { return std::to_string(1 + random.below(messages())); }
  std::string keyword();
  /// A new message as a literal.
  std::string new_message();
  std::string any_box(bool inbox_too = true);
  template <class T>
  T const& pick(std::vector<T> const& from) {
    return from[random.below(from.size())];
  }
  bool chance(unsigned percent) { return random.below(100) < percent; }

  base::rng& random;
  device& who;
  model::conversation const* told;  ///< null while there is no connection
  notebook& notes;
  std::vector<scenario::operation> lines;

 private:
  scenario::operation& add(scenario::operation::kind what);
};

struct turn_kind {
  std::string_view name;
  std::string_view summary;
  history::protocol proto;
  enum class where : std::uint8_t { closed, logged_in, selected, writable } needs;
  /// False when it has nothing to do here.
  bool (*write)(turn_writer&);
};

/// Registers itself.
struct turn : turn_kind {
  explicit turn(turn_kind k) : turn_kind(k) { base::registry<turn_kind>::add(*this); }
  turn(turn const&) = delete;
};

}  // namespace mailrig::stress
