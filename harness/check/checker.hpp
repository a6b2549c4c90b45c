// checker: turns what happened into findings. One checker a file; it registers itself and touches no other file.
// Checkers see items one by one, keep only what they need, and never see a socket.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/registry.hpp"
#include "history/finding.hpp"
#include "model/conversation.hpp"
#include "model/ledger.hpp"

namespace mailrig::model {
class maildrop_view;
class mail_truth;
class modseq_book;
}  // namespace mailrig::model

namespace mailrig::check {

using model::item;
using model::item_kind;

/// One thing that a checker may find.
struct rule {
  std::string_view name;         ///< within the checker: the finding's rule is "checker.name"
  std::string_view requirement;  ///< row of the catalogue
  std::string_view text;         ///< what holds, one sentence
  std::string_view also = {};    ///< further rows that it proves, separated by spaces
};

/// What a checker says about an item. Views may point into the item.
struct remark {
  std::string_view rule;
  std::string text;
  std::vector<std::string> expected;
  std::size_t offset = 0;                    ///< within the item's octets
  std::vector<history::witness> story = {};  ///< what led to it, when several sessions had a part
  std::string_view requirement = {};         ///< a row that fits this item better than the rule's own
  bool undecided = false;                    ///< nobody is accused: whether the rule is kept cannot be told
};

class report {
 public:
  virtual ~report() = default;
  virtual void add(item const& where, remark r) = 0;
  /// What all sessions together know, before this item.
  virtual model::ledger const& together() const = 0;
  /// And what they know of mail.
  virtual model::mail_truth const& mail() const = 0;
  /// And of mod-sequences.
  virtual model::modseq_book const& modseqs() const = 0;
  /// What the item's POP3 session was told of its maildrop.
  virtual model::maildrop_view const& drop(item const& i) const = 0;
};

/// What is kept of one session; let go of when its number is given to another.
class session_memory {
 public:
  virtual void forget(history::session_id id) = 0;

 protected:
  ~session_memory() = default;
};

/// Lives as long as the sessions that share a mail store: a scenario, a workload, a load run. One thread.
class checker {
 public:
  checker() = default;
  checker(checker const&) = delete;
  virtual ~checker() = default;
  virtual void see(item const& i, report& out) = 0;
  /// The number begins a new session.
  void forget(history::session_id id) {
    for (auto* m : memories_) m->forget(id);
  }

 private:
  template <class T>
  friend class per_session;
  std::vector<session_memory*> memories_;
};

/// Kinds of items, so that a checker is called for those only that it looks at: under load most are tagged OKs.
enum kinds : std::uint8_t {
  commands = 1,
  untagged = 2,
  tagged = 4,  ///< and continuations, and what is no response at all
  pop3 = 8,    ///< commands and replies
  rest = 16,   ///< opened, secured, deflated, ended
  everything = 31,
  lines = 32,  ///< what a client says that is no command; who judges servers has no use for it
};
inline kinds operator|(kinds a, kinds b) { return kinds(std::uint8_t(a) | std::uint8_t(b)); }
kinds kind_of(item const& i);

/// What earlier responses tell. Where the grammar of one is broken, what it told is lost to us, and whoever builds on
/// that would blame the server twice.
enum told : std::uint8_t {
  nothing = 0,       ///< it looks at each item by itself
  numbers = 1,       ///< which messages there are: EXISTS, EXPUNGE, VANISHED
  messages = 2,      ///< what FETCH, SEARCH, FLAGS say of them
  mailboxes = 4,     ///< LIST, LSUB, STATUS, and the codes that come with SELECT
  capabilities = 8,  ///< CAPABILITY, ENABLED, CAPA
  completions = 16,  ///< which command has ended, and how
  everything_told = 31,
};
constexpr told operator|(told a, told b) { return told(std::uint8_t(a) | std::uint8_t(b)); }
constexpr bool overlap(told a, told b) { return (std::uint8_t(a) & std::uint8_t(b)) != 0; }
/// What is lost with a response or reply that breaks the grammar; `nothing` with one that does not.
told lost_with(item const& i);

struct checker_kind {
  std::string_view name;
  std::string_view summary;
  std::vector<rule> rules;
  std::unique_ptr<checker> (*make)();
  /// It remembers mail, or sets sessions against each other: its memory grows with the store, and it asks what all
  /// sessions together know. The others keep a bounded amount for each session, so that they can judge a load run.
  bool whole_store = false;
  kinds looks_at = everything;
  told builds_on = everything_told;  ///< it is mute once some of that is lost
};

/// State of type T for each session, created at first use; a member of the checker that is given.
template <class T>
class per_session final : session_memory {
 public:
  explicit per_session(checker* owner) { owner->memories_.push_back(this); }
  T& operator[](history::session_id id) {
    auto const n = id / together;
    if (n >= items_.size()) items_.resize(n + 1);
    if (!items_[n]) items_[n] = std::make_unique<T[]>(together);
    return items_[n][id % together];
  }

 private:
  void forget(history::session_id id) override {
    auto const n = id / together;
    if (n < items_.size() && items_[n]) items_[n][id % together] = T();
  }
  /// So many at once, so that neither many sessions nor few have room that nobody uses.
  static constexpr history::session_id together = 16;
  std::vector<std::unique_ptr<T[]>> items_;
};

}  // namespace mailrig::check
