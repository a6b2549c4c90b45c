// housekeeping: see housekeeping.hpp.
#include "scenario/housekeeping.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "scenario/appended_flags.hpp"
#include "scenario/delivery.hpp"
#include "scenario/left_over.hpp"
#include "scenario/mailbox_removal.hpp"

namespace mailrig::scenario {

using history::protocol;

base::result<std::uint64_t> housekeeping::count() {
  if (setup().proto == protocol::imap) {
    auto const answer = stage_.command(setup(), "STATUS INBOX (MESSAGES)");
    if (answer)
      for (auto const& a : *answer)
        if (a->response.is("STATUS")) return a->response.args().next().at(1).number().value_or(0);
    return count_by_selecting();  // that STATUS fails or tells nothing is for the scenarios about STATUS
  }
  auto const answer = stage_.pop3_command(setup(), "STAT");
  if (!answer) return base::fault{0, "setup", "STAT: " + answer.error().text};
  auto const words = base::words((*answer)->line);
  auto const n = words.size() > 1 ? base::number(words[1]) : std::nullopt;
  if (!n) return base::fault{0, "setup", "STAT told no number"};
  return *n;
}

base::result<std::uint64_t> housekeeping::count_by_selecting() {
  auto const answer = stage_.command(setup(), "EXAMINE INBOX");
  if (!answer) return base::fault{0, "setup", "EXAMINE INBOX: " + answer.error().text};
  auto const n = std::ranges::find_if(*answer, [](auto const& a) { return a->response.is("EXISTS"); });
  if (n == answer->end())
    return base::fault{0, "setup", "neither STATUS nor EXAMINE tells how many messages there are"};
  auto const number = (*n)->response.number;
  if (auto const done = stage_.command(setup(), "CLOSE"); !done)
    return base::fault{0, "setup", "CLOSE: " + done.error().text};
  return number;
}

base::result<std::uint64_t> housekeeping::removed_one_by_one(std::uint64_t n, std::string_view item) {
  constexpr std::uint64_t most = 200;
  (void)stage_.command(setup(), "SELECT INBOX");
  for (auto number = std::min(n, most); number >= 1; --number)
    (void)stage_.command(setup(), fmt::format("STORE {} {} (\\Deleted)", number, item));
  for (auto const* text : {"EXPUNGE", "CLOSE"}) (void)stage_.command(setup(), text);
  return count();
}

/// A number that STAT tells may be any; whoever refuses one after the other has no more.
void housekeeping::remove_all_of_drop(std::uint64_t n) {
  constexpr std::size_t most_refused = 100;
  std::size_t refused = 0;
  for (std::uint64_t i = 1; i <= n && refused < most_refused && stage_.is_open(setup()); ++i)
    refused = stage_.pop3_command(setup(), fmt::format("DELE {}", i)) ? 0 : refused + 1;
}

base::result<void> housekeeping::empty_inbox() {
  auto const n = count();
  if (n && *n == 0) return {};
  // A server that answers wrongly should still be left clean: the answers do not decide, the count afterwards does.
  if (setup().proto == protocol::imap) {
    agreed_ = true;
    for (auto const* text : {"SELECT INBOX", "UID STORE 1:* +FLAGS.SILENT (\\Deleted)", "EXPUNGE", "CLOSE"})
      agreed_ = stage_.command(setup(), text).has_value() && agreed_;
  } else {
    remove_all_of_drop(n ? *n : 0);
    (void)stage_.pop3_command(setup(), "QUIT");
    setup().channel->close();
  }
  // Other ways to say it are for servers that answer.
  if (stage_.gave_up()) return base::fault{0, "silence", "no answer while the inbox was being emptied"};
  if (!stage_.is_open(setup()))
    if (auto const in = stage_.log_in(setup(), session::login_goal::authenticated); !in) return in.error();
  auto left = count();
  if (left && *left > 0 && setup().proto == protocol::imap) {
    // Another form of STORE may do what the first does not.
    for (auto const* item : {"+FLAGS", "FLAGS"})
      if (left && *left > 0) left = removed_one_by_one(*left, item);
  }
  if (left && *left > 0 && setup().proto == protocol::imap) {
    // Where STORE or EXPUNGE do not what they should, RENAME takes the mail out of INBOX.
    auto const away = fmt::format("{}-emptied", box_);
    (void)stage_.command(setup(), fmt::format("RENAME INBOX \"{}\"", away));
    (void)stage_.command(setup(), fmt::format("DELETE \"{}\"", away));
    left = count();
  }
  if (!left) return left.error();
  if (*left > 0) return base::fault{0, "kept", fmt::format("{} messages stay in the inbox", *left)};
  if (setup().proto == protocol::pop3) {
    (void)stage_.pop3_command(setup(), "QUIT");
    setup().channel->close();
  }
  return {};
}

/// Once for each account: what is there later is this run's own.
void housekeeping::remove_left_mailboxes() {
  auto const at = box_.find("mailrig-");
  if (setup().proto != protocol::imap || at == box_.npos || !is_first_visit(target_, stage_.account().user)) return;
  left_over(stage_, setup()).remove_mailboxes(box_.substr(0, at));
}

base::result<std::uint64_t> housekeeping::without_left_mail(std::uint64_t n) {
  auto const removed = left_over(stage_, setup()).remove_mail(n);
  if (!removed)
    return base::fault{0, "occupied",
                       fmt::format("the inbox of {} has {} messages{}; give mailrig accounts of its own, or "
                                   "--allow-destructive to empty them",
                                   stage_.account().user, n, removed.error().text)};
  if (setup().proto == protocol::pop3) {
    (void)stage_.pop3_command(setup(), "QUIT");  // that removes them
    setup().channel->close();
    if (auto const in = stage_.log_in(setup(), session::login_goal::authenticated); !in) return in.error();
  }
  auto const left = count();
  if (left && *left > 0)
    return base::fault{0, "occupied",
                       fmt::format("the inbox of {} has {} messages, after an interrupted run's were removed",
                                   stage_.account().user, *left)};
  return left;
}

base::result<void> housekeeping::prepare(bool may_empty, std::vector<message> const& mail) {
  if (auto const in = stage_.log_in(setup(), session::login_goal::authenticated); !in) return in.error();
  if (!target_.ours) remove_left_mailboxes();
  auto n = count();
  if (n && *n > 0 && !may_empty) n = without_left_mail(*n);
  if (!n) return n.error();
  found_empty_ = found_empty_ || *n == 0;
  if (auto const done = *n > 0 ? empty_inbox() : base::result<void>(); !done) return done.error();
  if (target_.how == delivery::append) {
    if (auto const done = stage_.append(setup(), "INBOX", mail); !done) return done.error();
    auto lost = mend_appended_flags(stage_, setup(), mail);
    if (!lost) return lost.error();
    lost_flags_ = std::move(*lost);
  } else {
    for (auto const& m : mail)
      if (auto const done = deliver(stage_.loop(), target_, stage_.account().user, m); !done) return done.error();
  }
  if (setup().proto == protocol::pop3) setup().channel->close();  // the maildrop is for the scenario
  return {};
}

base::result<void> housekeeping::clean() {
  if (!stage_.is_open(setup()))
    if (auto const in = stage_.log_in(setup(), session::login_goal::authenticated); !in) return in.error();
  if (setup().proto == protocol::imap) {
    std::vector<std::string> mine;
    for (auto const* verb : {"LSUB", "LIST"}) {
      mine = mailbox_names(stage_, setup(), verb, box_ + "*");
      std::ranges::sort(mine, std::greater<>());  // children before parents
      for (auto const& name : mine) {
        if (name.starts_with(box_))
          remove_mailbox(stage_, setup(), verb == std::string_view("LSUB") ? "UNSUBSCRIBE" : "DELETE", name);
      }
    }
  }
  if (!stage_.is_open(setup()))
    if (auto const in = stage_.log_in(setup(), session::login_goal::authenticated); !in) return in.error();
  return empty_inbox();
}

}  // namespace mailrig::scenario
