// restore_imap: an IMAP session from its lines: literals are cut out by their announced counts and filled where the log
// leaves them out, wrapped lines are joined, and a beginning that is missing is made up.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/text.hpp"
#include "record/imap_beginning.hpp"
#include "record/imap_lines.hpp"
#include "record/log_lines.hpp"
#include "record/tape.hpp"

namespace mailrig::record {
namespace {

using check::lack;
using history::event_kind;

class imap_restorer {
 public:
  imap_restorer(dialogue const& of, tape& out, restored& into) : of_(of), said_(of.said), out_(out), into_(into) {
    lost_blanks_ = (of.by_hand || of.trimmed) &&
                   std::ranges::none_of(said_, [](spoken const& s) { return s.text.ends_with(' '); });
  }

  void run() {
    begin();
    while (at_ < said_.size()) said_[at_].who == side::client ? client() : server();
    look_for_lost_answers();
  }

 private:
  struct taken {
    std::string octets, rest;
    bool exact = true;
    bool ended = true;  ///< the log has what follows the literal
  };

  // --- the beginning ---------------------------------------------------------------------------------------------

  void begin() {
    if (!of_.after_login && greets(of_)) return;
    auto const& by = said_.front();
    auto const tag = foreign_tag(of_);
    if (logs_in(of_)) {
      out_.say_line(side::server, "* OK stand-in: the log begins after the greeting", by);
      return out_.lack(lack::greeting, by, "the greeting is not in the log: a stand-in");
    }
    if (of_.after_login || !tag.empty()) {
      out_.say_line(side::server, tag.empty() ? "* PREAUTH stand-in" : "* OK stand-in", by);
      if (!tag.empty()) out_.say_line(side::client, fmt::format("{} LOGIN * *", tag), by);
      if (!tag.empty()) sent_.insert(std::string(tag));
      return out_.lack(lack::greeting, by, "the greeting and the login are not in the log: stand-ins");
    }
    out_.say_line(side::server, "* PREAUTH stand-in: the log begins later", by);
    out_.lack(lack::beginning, by, "the session begins before its log: a stand-in greets and logs in");
  }

  // --- literals --------------------------------------------------------------------------------------------------

  bool mine(std::size_t i, side who) const {
    return i < said_.size() && said_[i].who == who && said_[i].form != form::octets;
  }

  /// The answer to a command that waits for one: no part of a literal.
  bool is_awaited(spoken const& s) const {
    if (s.who != side::server || s.form == form::loose || !is_tagged_status(s.text)) return false;
    auto const tag = base::words(std::string_view(s.text).substr(0, 200))[0];
    return sent_.contains(std::string(tag)) && !answered_.contains(std::string(tag));
  }

  /// The literal's octets from the entries at `at_`, which are passed over. The octets are exact where the lines add
  /// up.
  taken take_literal(std::uint64_t count, side who) {
    taken t;
    auto i = at_;
    for (; mine(i, who) && t.octets.size() < count; ++i) {
      auto const& line = said_[i].text;
      if (is_awaited(said_[i])) break;
      if (t.octets.size() + line.size() >= count) {
        auto const part = std::size_t(count) - t.octets.size();
        if (!is_tail(std::string_view(line).substr(part), who)) break;
        t.octets += line.substr(0, part);
        t.rest = line.substr(part);
        // Some logs have what follows a literal as a line of its own; a response has more to come.
        if (who == side::server && t.rest.empty()) {
          t.ended = mine(i + 1, who) && !said_[i + 1].text.empty() && is_tail(said_[i + 1].text, who);
          if (t.ended) t.rest = said_[++i].text;
        }
        return at_ = i + 1, t;
      }
      t.octets += line + "\r\n";
    }
    if (t.octets.size() == count) {
      if (auto const next = behind_blanks(i, who)) i = *next;
      t.ended = mine(i, who) && !is_response(said_[i].text) &&
                (who == side::client || (!said_[i].text.empty() && is_tail(said_[i].text, who)));
      if (t.ended) t.rest = said_[i++].text;
      return at_ = i, t;
    }
    return fill(count, who);
  }

  /// What closes a literal, behind blank lines that the log set there.
  std::optional<std::size_t> behind_blanks(std::size_t i, side who) const {
    auto const from = i;
    while (mine(i, who) && said_[i].form == form::loose && said_[i].text.empty()) ++i;
    bool const closes = i > from && mine(i, who) && said_[i].text.starts_with(')');
    return closes ? std::optional(i) : std::nullopt;
  }

  /// The lines do not add up: what there is of them, and stand-ins for the rest.
  taken fill(std::uint64_t count, side who) {
    taken t;
    t.exact = t.ended = false;
    auto i = at_;
    for (; mine(i, who) && t.octets.size() < count; ++i) {
      auto const& line = said_[i].text;
      if ((is_tail(line, who) && !line.empty()) || is_awaited(said_[i])) break;
      if (who == side::server && said_[i].form != form::loose && is_response(line)) break;
      if (who == side::client && is_command(line)) break;
      t.octets += line + "\r\n";
    }
    if (mine(i, who) && is_tail(said_[i].text, who) && !said_[i].text.empty()) {
      t.rest = said_[i++].text;
      t.ended = true;
    }
    at_ = i;
    t.octets.resize(std::min<std::size_t>(t.octets.size(), std::size_t(count)));
    t.octets += stand_in(std::size_t(count) - t.octets.size());
    return t;
  }

  void tell_of(taken const& t, std::uint64_t count, spoken const& by) {
    if (!t.exact)
      out_.lack(lack::content, by, fmt::format("the literal of {} octets is not whole in the log: stand-ins", count));
  }

  // --- the server ------------------------------------------------------------------------------------------------

  /// A line of the server's that goes on with the one before it.
  bool goes_on(std::string const& so_far, bool literal) const {
    if (at_ >= said_.size() || said_[at_].who != side::server || said_[at_].form == form::octets) return false;
    auto const& next = said_[at_];
    if (next.text.empty() || is_response(next.text)) return false;
    if (next.form != form::loose && !of_.by_hand) return false;
    if (is_condition(so_far)) return is_open(so_far);
    if (is_open(so_far)) return true;
    if (literal || !of_.by_hand) return false;
    if (!is_whole(so_far)) return true;
    // What is whole goes on in a line that is set in, if it is whole with that too.
    auto both = so_far;
    join(both, next.text);
    return next.text.front() == ' ' && is_whole(both);
  }

  static void join(std::string& text, std::string_view more) {
    while (!more.empty() && (more.front() == ' ' || more.front() == '\t')) more.remove_prefix(1);
    while (text.ends_with(' ')) text.pop_back();
    bool const tight = text.ends_with('(') || more.starts_with(')') || text.ends_with('[') || more.starts_with(']');
    if (!tight) text += ' ';
    text += more;
  }

  void server() {
    auto const& by = said_[at_++];
    if (by.form == form::octets) return exact(by);
    if (by.form == form::loose) return left_out(by);
    if ((of_.by_hand || closed_) && !is_response(by.text)) {
      if (!by.text.empty()) out_.lack(lack::responses, by, "left out, since no response begins so");
      return;
    }
    std::string whole = by.text, line = by.text, outside = by.text;
    bool altered = by.form == form::cut, first = true, literal = false;
    for (;;) {
      if (auto const l = literal_of(line, side::server, first); l && by.form != form::cut) {
        auto t = take_literal(l->count, side::server);
        tell_of(t, l->count, by);
        outside += t.rest;
        if (!t.ended) {
          t.rest = std::string(std::size_t(std::max(0, balance_of(outside).open)), ')');
          outside += t.rest;
          closed_ = true;
          out_.lack(lack::responses, by, "what follows its literal is not in the log: it is closed behind it");
        }
        whole += "\r\n" + t.octets + t.rest;
        line = t.rest;
        literal = true;
        first = false;
      } else if (goes_on(outside, literal)) {
        join(whole, said_[at_].text);
        join(outside, said_[at_].text);
        line = outside;
        altered = true;
        ++at_;
      } else {
        break;
      }
    }
    // Whoever shortens a line says so, but where the log ends within it.
    bool const shortened = is_elided(outside) || (at_ >= said_.size() && ends_early(outside));
    respond(by, whole, altered || (shortened && !is_whole(whole)));
  }

  /// A line that stands for others, whoever said them.
  void left_out(spoken const& by) {
    constexpr std::size_t longest = 40;
    if (by.text.size() > longest || !is_elided(by.text)) return;
    out_.lack(lack::responses, by, "a person left something out here");
    out_.lack(lack::commands, by, "perhaps commands too");
  }

  void respond(spoken const& by, std::string const& whole, bool altered) {
    if (altered && !is_whole(whole)) {
      out_.lack(lack::responses, by, "left out, since the log has not all of it");
      return;
    }
    if (altered && by.form != form::cut) out_.note(by, "its lines were wrapped, and are joined");
    ++into_.answers;
    asked_for_ = whole.starts_with('+');
    if (whole == "+" && lost_blanks_) out_.note(by, "the blank behind \"+\" may be lost as others are: it is put back");
    out_.say_line(side::server, whole == "+" && lost_blanks_ ? "+ " : whole, by);
    answered(whole, by);
  }

  /// What a line of the server's means for the session.
  void answered(std::string_view line, spoken const& by) {
    if (!is_tagged_status(line)) return;
    auto const w = base::words(line.substr(0, 200));
    auto const tag = std::string(w[0]);
    if (sent_.empty() || !sent_.contains(tag)) {
      if (std::ranges::any_of(into_.gaps, [](auto const& g) { return g.what == lack::commands; })) return;
      return out_.lack_since(settled_, lack::commands, by,
                             fmt::format("the command that {} answers is not in the log", tag));
    }
    settled_ = out_.last();
    answered_.insert(tag);
    if (!base::iequals(w[1], "OK")) return;
    if (tag == starttls_) out_.event(event_kind::secured, "TLS, of which the log tells nothing", by);
    if (tag == compress_) out_.event(event_kind::deflated, "", by);
  }

  /// A command that is not answered, and a later one is: its answer is what the log lost.
  void look_for_lost_answers() {
    for (auto const& command : asked_) {
      auto const& tag = command.first;
      auto const& asked = command.second;
      if (answered_.contains(tag)) continue;
      bool const later = std::ranges::any_of(asked_, [&](auto const& other) {
        return other.second.place > asked.place && answered_.contains(other.first);
      });
      if (later)
        out_.lack_since(asked.at, lack::responses, said_[asked.place],
                        fmt::format("the answer to {} is not in the log", tag));
    }
  }

  // --- the client ------------------------------------------------------------------------------------------------

  void commanded(std::string_view line, spoken const& by) {
    auto const w = base::words(line.substr(0, 200));
    if (w.size() < 2 || !is_command(line)) return;
    ++into_.commands;
    proves_ = base::iequals(w[1], "AUTHENTICATE");
    sent_.insert(std::string(w[0]));
    answered_.erase(std::string(w[0]));
    asked_[std::string(w[0])] = {std::size_t(&by - said_.data()), out_.last()};
    settled_ = out_.last();
    if (base::iequals(w[1], "STARTTLS")) starttls_ = w[0];
    if (base::iequals(w[1], "COMPRESS")) compress_ = w[0];
    if (base::iequals(w[1], "LOGIN") && (w.size() < 4 || w.back().find_first_not_of("*x.<>[]\"") == w.back().npos))
      out_.note(by, "the password is blotted out in the log");
  }

  /// Until "+" comes, or the answer that makes it needless; false where the literal was refused.
  bool wait_for_continuation(std::string_view tag) {
    for (auto i = at_; i < said_.size() && said_[i].who == side::server; i = at_) {
      auto const line = said_[i].text.substr(0, said_[i].text.find_first_of("\r\n"));
      bool const plus = line.starts_with('+');
      bool const refused =
          is_tagged_status(line) && base::words(line)[0] == tag && !base::iequals(base::words(line)[1], "OK");
      bool const done = is_tagged_status(line) && !refused;
      if (done) break;
      server();
      if (plus) return true;
      if (refused) return false;
    }
    // The log does not show what is not worth showing.
    if (at_ < said_.size()) {
      out_.say_line(side::server, "+ stand-in", said_[at_]);
      out_.lack(lack::responses, said_[at_], "the server's \"+\" is not in the log: a stand-in");
    }
    return true;
  }

  void client() {
    auto const& by = said_[at_++];
    if (by.form == form::octets) return exact(by);
    if (by.form == form::loose) return;
    if (std::exchange(asked_for_, false) && !proves_ && !is_command(by.text) && !base::iequals(by.text, "DONE")) {
      out_.say_line(side::client, secret_stand_in, by);
      return out_.note(by, "an answer to \"+\" of which nobody knows that it is no secret: a stand-in");
    }
    commanded(by.text, by);
    auto const words = base::words(std::string_view(by.text).substr(0, 200));
    auto const tag = words.empty() ? std::string() : std::string(words[0]);
    std::string line = by.text;
    while (auto const l = literal_of(line, side::client, false)) {
      out_.say_line(side::client, line, by);
      if (l->waits && !wait_for_continuation(tag)) return;
      auto t = take_literal(l->count, side::client);
      tell_of(t, l->count, by);
      out_.say(side::client, t.octets, at_ > 0 && at_ <= said_.size() ? said_[at_ - 1] : by);
      line = t.rest;
    }
    if (by.form == form::cut || ends_elided(line)) out_.lack(lack::commands, by, "the command is cut short in the log");
    out_.say_line(side::client, line, said_[at_ - 1].who == side::client ? said_[at_ - 1] : by);
  }

  /// Octets as they crossed: whole lines are looked at, nothing is changed.
  void exact(spoken const& by) {
    out_.say(by.who, by.text, by);
    auto& open = by.who == side::client ? client_line_ : server_line_;
    auto& skip = by.who == side::client ? client_literal_ : server_literal_;
    std::string_view more = by.text;
    while (!more.empty()) {
      if (skip > 0) {
        auto const n = std::size_t(std::min<std::uint64_t>(skip, more.size()));
        skip -= n;
        more.remove_prefix(n);
        continue;
      }
      auto const end = more.find('\n');
      open += more.substr(0, end);
      more.remove_prefix(end == more.npos ? more.size() : end + 1);
      if (end == std::string_view::npos) break;
      while (open.ends_with('\r')) open.pop_back();
      if (by.who == side::client) commanded(open, by);
      if (by.who == side::server) ++into_.answers, answered(open, by);
      if (auto const l = literal_of(open, by.who, true)) skip = l->count;
      open.clear();
    }
  }

  dialogue const& of_;
  std::vector<spoken> const& said_;
  tape& out_;
  restored& into_;
  std::size_t at_ = 0;
  bool asked_for_ = false;    ///< "+" came last
  bool proves_ = false;       ///< in AUTHENTICATE, whose answers are kept secret anyway
  bool closed_ = false;       ///< a literal was closed whose end is not in the log, or comes later
  bool lost_blanks_ = false;  ///< no line ends in one: whoever pasted them took them away
  struct asked {
    std::size_t place = 0;  ///< in what is said
    base::instant at{};
  };
  std::set<std::string> sent_, answered_;  ///< tags
  std::map<std::string, asked> asked_;
  base::instant settled_{};  ///< since then a command may be missing
  std::string starttls_ = "-", compress_ = "-";
  std::string client_line_, server_line_;
  std::uint64_t client_literal_ = 0, server_literal_ = 0;
};

}  // namespace

void restore_imap(dialogue const& of, tape& out, restored& into) { imap_restorer(of, out, into).run(); }

}  // namespace mailrig::record
