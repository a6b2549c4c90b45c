// left_over: see left_over.hpp.
#include "scenario/left_over.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <mutex>

#include "base/text.hpp"
#include "scenario/mailbox_removal.hpp"

namespace mailrig::scenario {
namespace {

constexpr std::uint64_t most_messages = 100'000;
constexpr std::uint64_t most_octets = 64u << 20;  ///< of unmarked mail that is read to know it

bool digits(std::string_view text, std::string_view of) {
  return !text.empty() && text.find_first_not_of(of) == text.npos;
}

base::fault partly(std::uint64_t all, std::uint64_t ours) {
  return {0, "occupied",
          ours == 0
              ? std::string()
              : fmt::format(", of which {} are an interrupted run's of mailrig and {} are not", ours, all - ours)};
}

}  // namespace

bool is_own_mailbox(std::string_view name) {
  if (!name.starts_with("mailrig-")) return false;
  name.remove_prefix(8);
  for (auto const kind : {"seen", "lock"})
    if (name == kind) return true;
  for (std::string_view const kind : {"stress", "load"})
    if (name.starts_with(kind)) return digits(name.substr(kind.size(), 1), "0123456789");
  // A scenario's: the seed and its place in the run.
  auto const dash = name.find('-');
  return dash != name.npos && dash <= 4 && digits(name.substr(0, dash), "0123456789abcdef") &&
         digits(name.substr(dash + 1, 1), "0123456789");
}

bool is_first_visit(target const& t, std::string const& user) {
  static std::mutex mutex;
  static std::set<std::pair<std::string, std::string>> visited;
  auto const& at = t.imap ? t.imap->at : t.pop3->at;
  std::lock_guard const lock(mutex);
  return visited.emplace(fmt::format("{}:{}", at.host, at.port), user).second;
}

void left_over::remove_mailboxes(std::string const& prefix) {
  for (auto const* verb : {"LSUB", "LIST"}) {
    auto names = mailbox_names(stage_, player_, verb, prefix + "mailrig-*");
    std::erase_if(names, [&](std::string const& n) {
      return !n.starts_with(prefix + "mailrig-") ||
             (!is_own_mailbox(std::string_view(n).substr(prefix.size())) && holds_others_mail(n));
    });
    std::ranges::sort(names, std::greater<>());  // children before parents
    for (auto const& name : names)
      remove_mailbox(stage_, player_, verb == std::string_view("LSUB") ? "UNSUBSCRIBE" : "DELETE", name);
  }
}

/// UIDs of those that are `mine` by that item; of those that are not, in `others`.
std::set<std::uint64_t> left_over::look(std::string const& uids, std::string_view item,
                                        bool (left_over::*mine)(std::string const&) const,
                                        std::set<std::uint64_t>& others) {
  std::set<std::uint64_t> out;
  auto const told = stage_.command(player_, fmt::format("UID FETCH {} (UID BODY.PEEK[{}])", uids, item));
  if (!told) return out;
  auto const label = fmt::format("BODY[{}]", item);
  for (auto const& a : *told) {
    if (!a->response.is("FETCH")) continue;
    std::optional<std::uint64_t> uid;
    std::optional<std::string> octets;
    for (auto v = a->response.args().first(); v; v = v.next().next()) {
      if (v.names("UID")) uid = v.next().number();
      if (v.names(label)) octets = v.next().text();
    }
    if (!uid || !octets) continue;
    ((this->*mine)(*octets) ? out : others).insert(*uid);
  }
  return out;
}

bool left_over::holds_others_mail(std::string const& mailbox) {
  if (mailbox.find_first_of("\"\\\r\n") != mailbox.npos) return true;
  auto const seen = stage_.command(player_, fmt::format("EXAMINE \"{}\"", mailbox));
  if (!seen) return true;
  auto const n = std::ranges::find_if(*seen, [](auto const& a) { return a->response.is("EXISTS"); });
  std::uint64_t const count = n == seen->end() ? 1 : (*n)->response.number;
  std::set<std::uint64_t> others;
  auto const ours = count > 0 ? look("1:*", "HEADER", &left_over::is_marked, others).size() : 0;
  (void)stage_.command(player_, "CLOSE");
  return ours < count;
}

/// Another run, from another machine perhaps, would be seen to change it.
bool left_over::is_quiet(std::uint64_t count) {
  auto const look = [&]() -> std::string {
    auto const told = stage_.command(player_, "STATUS INBOX (MESSAGES UIDNEXT)");
    if (told)
      for (auto const& a : *told)
        if (a->response.is("STATUS")) return a->octets;
    return fmt::format("{}", count);  // who tells nothing is taken at his word of before
  };
  auto const before = look();
  stage_.wait([] { return false; }, std::chrono::seconds(1));
  return look() == before;
}

base::result<void> left_over::remove_imap(std::uint64_t count) {
  if (!stage_.command(player_, "EXAMINE INBOX")) return partly(count, 0);
  std::set<std::uint64_t> unmarked, others;
  auto ours = look("1:*", "HEADER", &left_over::is_marked, unmarked);
  if (!unmarked.empty()) {
    std::uint64_t octets = 0;
    if (auto const sizes = stage_.command(player_, fmt::format("UID FETCH {} (RFC822.SIZE)", fmt::join(unmarked, ","))))
      for (auto const& a : *sizes)
        if (a->response.is("FETCH"))
          for (auto v = a->response.args().first(); v; v = v.next().next())
            if (v.names("RFC822.SIZE")) octets += v.next().number().value_or(most_octets);
    if (octets <= most_octets)
      ours.merge(look(fmt::format("{}", fmt::join(unmarked, ",")), "", &left_over::is_wholly_ours, others));
  }
  (void)stage_.command(player_, "CLOSE");
  if (ours.size() < count) return partly(count, ours.size());
  if (!is_quiet(count)) return base::fault{0, "occupied", ", and another run of mailrig is at work with them"};
  auto const uids = fmt::format("{}", fmt::join(ours, ","));
  auto const* c = stage_.conversation(player_);
  auto const expunge = c && c->imap().can("UIDPLUS") ? "UID EXPUNGE " + uids : std::string("EXPUNGE");
  for (auto const& text :
       {std::string("SELECT INBOX"), fmt::format("UID STORE {} +FLAGS.SILENT (\\Deleted)", uids), expunge})
    if (auto const done = stage_.command(player_, text); !done)
      return base::fault{0, "occupied",
                         fmt::format(", all of them an interrupted run's of mailrig, which could not be removed: {}",
                                     done.error().text)};
  // CLOSE would expunge what others have marked meanwhile (RFC 3501 §6.4.2).
  (void)stage_.command(player_, "EXAMINE INBOX");
  (void)stage_.command(player_, "CLOSE");
  return {};
}

base::result<void> left_over::remove_pop3(std::uint64_t count) {
  std::uint64_t ours = 0;
  for (std::uint64_t n = 1; n <= count; ++n) {
    auto const head = stage_.pop3_command(player_, fmt::format("TOP {} 0", n));
    bool mine = head && own_mail::marked((*head)->body);
    if (!mine)
      if (auto const whole = stage_.pop3_command(player_, fmt::format("RETR {}", n)))
        mine = is_wholly_ours((*whole)->body);
    ours += mine;
  }
  if (ours < count) return partly(count, ours);
  // Nobody else is in the maildrop: it is locked (RFC 1939 §4).
  for (std::uint64_t n = 1; n <= count; ++n)
    if (auto const done = stage_.pop3_command(player_, fmt::format("DELE {}", n)); !done)
      return base::fault{0, "occupied", ", which could not be removed: " + done.error().text};
  return {};
}

base::result<void> left_over::remove_mail(std::uint64_t count) {
  if (count > most_messages) return partly(count, 0);
  return player_.proto == history::protocol::imap ? remove_imap(count) : remove_pop3(count);
}

}  // namespace mailrig::scenario
