// searching: what SEARCH, SORT and THREAD are held against: for each message whether it matches, as far as the mail and
// its flags are known to this client (RFC 3501 §6.4.4). A part of the checkers of their answers.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "check/checker.hpp"
#include "model/search_request.hpp"
#include "model/sort_order.hpp"

namespace mailrig::check {

/// A searching command that runs alone in a selected mailbox.
struct searched {
  struct candidate {
    std::uint32_t number, uid, serial;
  };
  std::uint32_t command = 0;  ///< its serial; 0: none is to be judged
  model::search_request request;
  std::vector<candidate> candidates;
};

struct search_verdict {
  searched::candidate who{};
  std::uint32_t id = 0;  ///< as the answer names it; 0: not known
  model::truth matches = model::truth::unknown;
  bool may_be_gone = false;  ///< then a server may show and find of it what it likes (RFC 2180 §4)
  bool is_here = true;       ///< it is still in the view, and nothing was removed meanwhile
  model::search_facts facts;
  bool to_the_second = false;  ///< INTERNALDATE is what a client gave

  bool must_be_found() const { return matches == model::truth::yes && is_here && !may_be_gone; }
  bool must_not_be_found() const { return matches == model::truth::no && !may_be_gone; }
  model::sortable sortable() const {
    auto const arrived = facts.arrived ? facts.arrived : facts.mail ? facts.mail->date : std::nullopt;
    return {who.number, facts.mail, facts.size, arrived, to_the_second};
  }
};

/// An answer names each message once, all that match and no other. False, and told as "repeated", "extra" or "missing",
/// where it does not.
bool same_set(item const& i, searched const& s, std::vector<std::uint32_t> const& named,
              std::vector<search_verdict> const& verdicts, report& out);

class searching {
 public:
  explicit searching(checker* owner) : known_(owner) {}

  /// Before the checker looks at the item, and after it has.
  void before(item const& i, report const& out);
  void after(item const& i, report& out);
  /// The search under way, or null.
  searched const* running(item const& i);
  /// The search that this tagged response answers, or null.
  searched const* answered(item const& i);
  std::vector<search_verdict> verdicts(item const& i, searched const& s, report& out);
  /// Whether "$" has the message.
  model::truth saved(item const& i, std::uint32_t serial);

 private:
  /// What FETCH told of a message in this session.
  struct told {
    std::optional<bool> recent;
    std::optional<std::uint64_t> size;
    std::optional<std::int64_t> day, arrived, save_day;
    std::optional<bool> has_save_date;
    std::optional<std::string> email, thread;
  };
  struct knowledge {
    std::map<std::uint32_t, told> messages;  ///< by serial
    searched search;
    std::map<std::uint32_t, model::truth> predicted;  ///< "$", where the server did not tell; by serial
  };
  /// The server's clock against ours, in seconds.
  struct offset {
    std::int64_t least, most;
  };

  static void ask(item const& i, knowledge& k);
  void learn(item const& i, knowledge& k, report const& out);
  /// What somebody put there: what was fetched of a message is no measure for a search.
  static model::known_message const* mail(item const& i, model::slot const& m, report const& out);
  void learn_clock(model::known_message const& m, std::int64_t arrived);
  void predict(item const& i, knowledge& k, report& out);
  void fill(item const& i, search_verdict& v, report& out);

  per_session<knowledge> known_;
  std::optional<offset> clock_;
};

}  // namespace mailrig::check
