// scribe_names: how a trace_scribe calls what another server numbers otherwise, UIDs and UIDVALIDITY: by names that an
// answer binds.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "record/trace_scribe.hpp"

namespace mailrig::record {

using model::item;
using scenario::operation;

bool opens_inbox(operation const& o) {
  return o.lines == std::vector<std::string>{"SELECT INBOX"} || o.lines == std::vector<std::string>{"EXAMINE INBOX"};
}

/// The mail that lay in INBOX has names by its numbers; what came later has the next ones.
std::string trace_scribe::uid_name(std::string const& mailbox, std::uint64_t uid) {
  if (lay_there(mailbox, uid)) return fmt::format("uid{}", lay_.at(uid));
  auto const known = uids_.find({mailbox, uid});
  if (known != uids_.end()) return known->second;
  return uids_.emplace(std::pair(mailbox, uid), fmt::format("uid{}", facts_.mail.in("INBOX").size() + uids_.size() + 1))
      .first->second;
}

/// A client will name this UID: the answer binds it.
void trace_scribe::tell_uid(item const& i, std::string const& mailbox, std::uint64_t uid, std::string_view pattern) {
  if (uid == 0 || !facts_.is_named(mailbox, uid)) return;
  auto const name = uid_name(mailbox, uid);
  if ((lay_there(mailbox, uid) && knows_inbox()) || !bound_.insert(name).second) return;
  speakers_[i.session].told.push_back(fmt::format(fmt::runtime(pattern), "$" + name));
}

/// "$validity" is that of the first mailbox whose UIDVALIDITY has a name.
std::string trace_scribe::validity_name(std::string const& mailbox, std::uint64_t validity) {
  auto const number = validities_.size() + 1;
  auto const [at, first] = validities_.emplace(std::pair(mailbox, validity), "");
  if (first) at->second = number == 1 ? "validity" : fmt::format("validity{}", number);
  return at->second;
}

/// What is expected of it as another answer tells it.
std::string trace_scribe::told_validity(std::string const& mailbox, std::uint64_t validity) {
  auto const at = validities_.find({mailbox, validity});
  return at != validities_.end() && bound_.contains(at->second) ? "$" + at->second : "_";
}

/// The mailbox that is being selected.
void trace_scribe::tell_validity(item const& i) {
  auto const validity = i.response->code_args().number().value_or(0);
  if (validity == 0 || !(came_ || facts_.is_named(validity))) return;
  for (auto const& c : i.imap->in_progress) {
    if (!c.is("SELECT") && !c.is("EXAMINE")) continue;
    auto const name = validity_name(model::canonical_mailbox(c.sent.arg(0)), validity);
    if (bound_.insert(name).second || came_)
      speakers_[i.session].told.push_back(fmt::format("* OK [UIDVALIDITY ${}]", name));
  }
}

bool trace_scribe::lay_there(std::string const& mailbox, std::uint64_t uid) const {
  return mailbox == "INBOX" && lay_.contains(uid);
}

/// The script begins with INBOX open, whose mail's UIDs have names from there on.
bool trace_scribe::knows_inbox() const {
  if (came_) return false;
  std::vector<operation const*> first;
  for (std::size_t i = 0; i < out_.operations.size() && first.size() < 3; ++i)
    if (!left_out_.contains(i) && out_.operations[i].action != "connect") first.push_back(&out_.operations[i]);
  return first.size() == 3 && first[0]->action == "login" && opens_inbox(*first[1]) &&
         first[2]->what == operation::kind::expect && first[2]->session == first[0]->session &&
         first[1]->session == first[0]->session;
}

std::string trace_scribe::uid_words(item const& i, std::string_view set) {
  std::string out;
  for (std::size_t at = 0, end = 0; at < set.size(); at = end + 1) {
    end = std::min(set.find_first_of(",:", at), set.size());
    auto const word = set.substr(at, end - at);
    out += word.empty() || word == "*" || set == "1:*" ? std::string(word) : uid_word(i, word);
    if (end < set.size()) out += set[end];
  }
  return out;
}

std::string trace_scribe::uid_word(item const& i, std::string_view word) {
  auto const n = base::number(word);
  if (!n) return std::string(word);
  auto const& mailbox = i.imap->mailbox;
  bool const lay = lay_there(mailbox, *n);
  auto const name = uid_name(mailbox, *n);
  if (lay && !knows_inbox() && !bound_.contains(name)) ask_uids(i);
  if (bound_.contains(name) || (lay && knows_inbox())) return "$" + name;
  note(fmt::format("the UID {} of {} stands as it was: nothing told what it names", *n, mailbox));
  return std::string(word);
}

/// A client knew UIDs from earlier: whoever plays it asks for them.
void trace_scribe::ask_uids(item const& i) {
  if (!i.imap || i.imap->in_progress.size() > 1) return;
  auto const& lying = facts_.mail.in("INBOX");
  send(i, "FETCH 1:* (UID)");
  for (std::size_t n = 1; n <= i.imap->view.size(); ++n) {
    auto const at = lying_.index_of(i, n);
    if (at && lying[*at].uid) tell_uid(i, "INBOX", lying[*at].uid, fmt::format("* {} FETCH (UID {{}})", n));
  }
  expect(i, "OK");
}

}  // namespace mailrig::record
