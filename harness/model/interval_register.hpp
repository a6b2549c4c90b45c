// interval_register: a value that several sessions write and read, where nobody knows in which order the server did
// what was asked at the same time. It says whether a value that was read can be explained by some order at all: every
// write takes effect at one instant between its sending and its answer, at any time after its sending when it has no
// answer. The necessary half of linearizability (Herlihy and Wing 1990): what it calls impossible is so.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "history/event.hpp"

namespace mailrig::model {

/// Places in a history: how many items came before.
using place = std::uint64_t;
inline constexpr place never = std::numeric_limits<place>::max();

/// A command that changes what others see, from its sending to its answer.
struct operation {
  place from = 0, to = never;  ///< never: not answered, it may still take effect
  base::instant sent{}, answered{};
  history::session_id by = 0;
  bool good = false;  ///< answered OK
  std::string words;  ///< the command, for people
};
using operation_ptr = std::shared_ptr<operation const>;

/// Forgets of these, oldest first, what was answered before the last began that certainly took effect and that every
/// reader sees from now on, which `settled` says of its operation. False: there is none. An element has `by` and
/// `sure`.
template <class Written, class Settled>
bool forget_settled(std::vector<Written>& all, Settled settled) {
  auto const last = std::ranges::find_if(all.rbegin(), all.rend(),
                                         [&](Written const& w) { return w.sure && w.by->good && settled(*w.by); });
  if (last == all.rend()) return false;
  auto const by = last->by;
  std::erase_if(all, [&](Written const& o) { return o.by != by && o.by->to < by->from; });
  return true;
}

class interval_register {
 public:
  /// Nothing known of what it was before the first write.
  interval_register() = default;
  explicit interval_register(bool initial) : initial_(initial) {}

  /// `sure`: an answer of OK means that it took effect.
  void write(operation_ptr by, bool value, bool sure);

  struct reason {
    bool possible = true;
    operation_ptr wrote,
        undid;  ///< when impossible: who last wrote the value, if anybody, and who wrote the other after it
  };
  /// Can a reader be shown `value` at `until`, who must see whatever was answered before `since`, and all of its own?
  reason can_be(bool value, place since, place until, history::session_id reader) const;

  /// It was read while nobody had written: so it always was.
  void observed(bool value);
  /// It was read by this command, which is being answered: what was written before it has come to this value. Nothing
  /// is learned where somebody writes meanwhile.
  void read(operation_ptr by, bool value);
  /// Forgets what no longer matters. `settled`: every reader from now on sees what this command did.
  template <class F>
  void forget(F settled) {
    if (forget_settled(writes_, settled)) initial_matters_ = false;
  }
  std::size_t size() const { return writes_.size(); }

 private:
  struct written {
    operation_ptr by;
    bool value, sure;
  };
  bool after(written const& w, written const& o) const;

  std::optional<bool> initial_;
  bool initial_matters_ = true;
  bool lost_ = false;  ///< too much at once to be followed: anything is possible
  std::vector<written> writes_;
};

}  // namespace mailrig::model
