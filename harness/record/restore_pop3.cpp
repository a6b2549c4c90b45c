// restore_pop3: a POP3 session from its lines: bodies that the log leaves out are filled, dots are stuffed where the
// log shows them plain, and a beginning that is missing is made up.
#include <fmt/format.h>

#include <algorithm>
#include <deque>

#include "base/text.hpp"
#include "model/pop3_session.hpp"
#include "record/log_lines.hpp"
#include "record/tape.hpp"

namespace mailrig::record {
namespace {

using check::lack;
using history::event_kind;

constexpr std::size_t largest_body = 64u << 20;

model::pop3_command command_of(std::string_view line) {
  model::pop3_command c;
  auto const w = base::words(line);
  if (!w.empty()) c.keyword = base::to_upper(w[0]);
  for (std::size_t i = 1; i < w.size(); ++i) c.arguments.emplace_back(w[i]);
  return c;
}

bool is_status(std::string_view line) { return line.starts_with("+OK") || line.starts_with("-ERR"); }

class pop3_restorer {
 public:
  pop3_restorer(dialogue const& of, tape& out, restored& into) : of_(of), said_(of.said), out_(out), into_(into) {}

  void run() {
    begin();
    while (at_ < said_.size()) {
      auto const& by = said_[at_++];
      if (by.form == form::octets)
        exact(by);
      else if (by.who == side::client)
        client(by);
      else
        server(by);
    }
  }

 private:
  static std::string_view first_line(spoken const& s) {
    return std::string_view(s.text).substr(0, s.text.find_first_of("\r\n"));
  }

  /// What is asked for before a maildrop is open, or leaves it open which.
  static bool before_login(model::pop3_command const& c) {
    static constexpr std::string_view verbs = " USER PASS APOP AUTH CAPA STLS QUIT UTF8 LANG NOOP ";
    return verbs.find(" " + c.keyword + " ") != verbs.npos;
  }

  bool logs_in() const {
    for (auto const& s : said_) {
      if (s.who != side::client) continue;
      auto const c = command_of(first_line(s));
      if (c.is("USER") || c.is("APOP") || c.is("AUTH") || c.is("PASS")) return true;
      if (!before_login(c)) return false;
    }
    return false;
  }

  void begin() {
    auto const& by = said_.front();
    bool const greets = by.who == side::server && is_status(first_line(by));
    unfinished_ = by.who == side::server && !greets;
    if (!of_.after_login && greets) return unanswered_.push_back(model::pop3_command{});
    out_.say_line(side::server, "+OK stand-in", by);
    if (!of_.after_login && logs_in())
      return out_.lack(lack::greeting, by, "the greeting is not in the log: a stand-in");
    out_.say_line(side::client, "USER *", by);
    out_.say_line(side::server, "+OK stand-in", by);
    out_.say_line(side::client, "PASS *", by);
    if (of_.after_login && greets)
      unanswered_.push_back(command_of("PASS *"));
    else
      out_.say_line(side::server, "+OK stand-in", by);
    out_.lack(of_.after_login ? lack::greeting : lack::beginning, by,
              "the greeting and the login are not in the log: stand-ins");
  }

  void commanded(std::string_view line, spoken const& by) {
    if (challenged_) return void(challenged_ = false);
    ++into_.commands;
    unanswered_.push_back(command_of(line));
    auto const& c = unanswered_.back();
    if (c.is("PASS") && c.arg(0).find_first_not_of("*x.<>[]") == std::string_view::npos)
      out_.note(by, "the password is blotted out in the log");
  }

  void client(spoken const& by) {
    if (by.form == form::loose || by.text.empty()) return;
    if (challenged_ && (unanswered_.empty() || !unanswered_.back().is("AUTH"))) {
      challenged_ = false;
      out_.say_line(side::client, secret_stand_in, by);
      return out_.note(by, "an answer to \"+\" of which nobody knows that it is no secret: a stand-in");
    }
    commanded(by.text, by);
    out_.say_line(side::client, by.text, by);
  }

  void server(spoken const& by) {
    if (by.form == form::loose) return;
    if (by.text.starts_with("+ ") || by.text == "+") {
      challenged_ = true;
      return out_.say_line(side::server, by.text == "+" ? "+ " : by.text, by);
    }
    if (!is_status(by.text) && unfinished_)
      return out_.lack(lack::responses, by, "left out: it is part of an answer of which the log has not all");
    if (!is_status(by.text) && of_.by_hand) {
      if (!by.text.empty()) out_.lack(lack::responses, by, "left out, since no reply begins so");
      return;
    }
    unfinished_ = false;
    ++into_.answers;
    out_.say_line(side::server, by.text, by);
    replied(by.text, by);
  }

  void replied(std::string_view line, spoken const& by) {
    bool const ok = line.starts_with("+OK");
    if (unanswered_.empty()) {
      if (std::ranges::none_of(into_.gaps, [](auto const& g) { return g.what == lack::commands; }))
        out_.lack(lack::commands, by, "the command that is answered here is not in the log");
      return;
    }
    auto const c = unanswered_.front();
    unanswered_.pop_front();
    if (ok && c.is("STLS")) out_.event(event_kind::secured, "TLS, of which the log tells nothing", by);
    if (ok && c.multi() && by.form != form::octets) body(c, line, by);
  }

  bool of_server(std::size_t i) const { return i < said_.size() && said_[i].who == side::server; }

  /// Where the entry with the lone dot that ends a body stands; nothing where the log has none.
  std::optional<std::size_t> end_of_body() const {
    std::optional<std::size_t> end;
    for (auto i = at_; of_server(i); ++i) {
      // A dot within a text that is shown unstuffed is followed by more of it.
      if (end && said_[i].form != form::loose && is_status(said_[i].text)) break;
      if (said_[i].text == ".") end = i;
    }
    return end;
  }

  /// The entry behind the lines that add up to the announced octets; nothing where none does.
  std::optional<std::size_t> end_by_size(std::uint64_t size) const {
    std::uint64_t octets = 0;
    for (auto i = at_; of_server(i) && octets <= size; ++i) {
      if (octets == size && size > 0) return i;
      octets += said_[i].text.size() + 2;
    }
    return std::nullopt;
  }

  void body(model::pop3_command const& c, std::string_view status, spoken const& by) {
    auto const w = base::words(status);
    auto const size = c.is("RETR") && w.size() > 1 ? base::number(w[1]).value_or(0) : 0;
    auto end = end_by_size(size);
    // Who shows a text as it is to be read shows no end of it, but a dot may be part of it.
    bool plain = end && said_[*end].text != ".";
    if (!end || (plain && said_[*end].form != form::loose)) {
      plain = size > 0 && whole_run(size);
      end = plain ? std::optional(at_ + run_length()) : end_of_body();
    }
    if (!end) return made_up(c, size, by);
    std::string text;
    for (; at_ < *end; ++at_) {
      auto const& line = said_[at_].text;
      if (line.starts_with('.') && (plain || !line.starts_with(".."))) text += '.';
      text += line + "\r\n";
    }
    auto const& last = at_ < said_.size() ? said_[at_] : by;
    if (of_server(at_) && last.text == ".") ++at_;
    out_.say(side::server, text + ".\r\n", last);
  }

  std::size_t run_length() const {
    auto i = at_;
    while (of_server(i)) ++i;
    return i - at_;
  }
  bool whole_run(std::uint64_t size) const {
    std::uint64_t octets = 0;
    for (auto i = at_; of_server(i); ++i) octets += said_[i].text.size() + 2;
    return octets == size;
  }

  void made_up(model::pop3_command const& c, std::uint64_t size, spoken const& by) {
    // The lines of a body without its end are part of it, if they are no other reply.
    std::string text;
    bool const mail = c.is("RETR") || c.is("TOP");
    for (; of_server(at_) && !is_status(said_[at_].text); ++at_) {
      auto const& line = said_[at_].text;
      if (line.starts_with('.')) text += '.';
      text += line + "\r\n";
    }
    if (size > text.size() && size <= largest_body) text += stand_in(std::size_t(size) - text.size());
    if (!text.empty() && !text.ends_with("\r\n")) text += "\r\n";
    unfinished_ = true;
    out_.say(side::server, text + ".\r\n", by);
    out_.lack(mail ? lack::content : lack::responses, by,
              mail ? fmt::format("the text that {} brought is not whole in the log: stand-ins", c.keyword)
                   : fmt::format("the lines that {} brought are not whole in the log", c.keyword));
  }

  /// Octets as they crossed: whole lines are looked at, nothing is changed.
  void exact(spoken const& by) {
    out_.say(by.who, by.text, by);
    auto& open = by.who == side::client ? client_line_ : server_line_;
    std::string_view more = by.text;
    while (!more.empty()) {
      auto const end = more.find('\n');
      open += more.substr(0, end);
      more.remove_prefix(end == more.npos ? more.size() : end + 1);
      if (end == std::string_view::npos) break;
      while (open.ends_with('\r')) open.pop_back();
      by.who == side::client ? commanded(open, by) : exact_line(open, by);
      open.clear();
    }
  }

  void exact_line(std::string const& line, spoken const& by) {
    if (in_body_) {
      in_body_ = line != ".";
      return;
    }
    if (line.starts_with("+ ")) return void(challenged_ = true);
    if (!is_status(line)) return;
    ++into_.answers;
    in_body_ = line.starts_with("+OK") && !unanswered_.empty() && unanswered_.front().multi();
    replied(line, by);
  }

  dialogue const& of_;
  std::vector<spoken> const& said_;
  tape& out_;
  restored& into_;
  std::size_t at_ = 0;
  std::deque<model::pop3_command> unanswered_;  ///< the greeting answers the first of them
  bool challenged_ = false, in_body_ = false;
  bool unfinished_ = false;  ///< the log left out the end of an answer, or shows it later
  std::string client_line_, server_line_;
};

}  // namespace

void restore_pop3(dialogue const& of, tape& out, restored& into) { pop3_restorer(of, out, into).run(); }

}  // namespace mailrig::record
