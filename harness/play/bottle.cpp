// bottle: see bottle.hpp.
#include "play/bottle.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "history/trace.hpp"
#include "model/conversation.hpp"

namespace mailrig::play {
namespace {

using kind = played_step::kind;
using model::item_kind;

/// One session's steps: a row of them for each command, what was said before the first being the first row.
class recorded_session final : model::item_sink {
 public:
  recorded_session(history::protocol p, bool strict) : conversation_(0, p, {}), proto_(p), strict_(strict) {}

  void take(history::event e) {
    e.session = 0;
    conversation_.take(e, *this);
  }

  played_part part() {
    played_part out{proto_, {}};
    for (auto& row : rows_) std::ranges::move(row, std::back_inserter(out.steps));
    return out;
  }

 private:
  using row = std::vector<played_step>;

  void see(model::item const& i) override {
    switch (i.kind) {
      case item_kind::command:
        begin(i.command->serial);
        return ask(last_, asked_words(*i.command), i.command->sent.tag, i.imap->mailbox);
      case item_kind::pop3_command:
        waiting_.push_back(begin(++pop3_commands_));
        return ask(last_, asked_words(*i.pop3_command_), {}, {});
      case item_kind::response: return answer(i);
      case item_kind::reply: return reply(i);
      case item_kind::secured:
        if (said_) act("starttls");
        return;
      case item_kind::ended:
        if (i.octets != "client closed") act("drop");
        return;
      default: return;
    }
  }

  /// A row of its own for what comes next. As the trace has it there is one row.
  std::size_t begin(std::uint32_t serial) {
    if (!strict_) rows_.emplace_back();
    last_ = rows_.size() - 1;
    row_of_[serial] = last_;
    return last_;
  }

  /// Of the command that it answers: the oldest under way of its name, else the oldest.
  std::size_t row_of(model::item const& i) const {
    auto const& running = i.imap->in_progress;
    model::imap_command const* of = i.command;
    if (!of && i.response->kind == wire::imap::response_kind::untagged) of = i.imap->running(i.response->name);
    if (!of && i.response->kind == wire::imap::response_kind::continuation)
      for (auto const& c : running)
        if (!of && (c.is("IDLE") || c.is("AUTHENTICATE"))) of = &c;
    if (!of && !running.empty()) of = &running.front();
    auto const at = of ? row_of_.find(of->serial) : row_of_.end();
    return at == row_of_.end() ? last_ : at->second;
  }

  void answer(model::item const& i) {
    using wire::imap::response_kind;
    std::string octets(i.octets);
    auto const to = row_of(i);
    if (i.response->kind == response_kind::continuation) {
      bool const of_literal = i.imap->in_progress.empty() || !i.imap->in_progress.back().whole;
      if (of_literal) return;  // said again where another client's literal asks for it
      say(to, std::move(octets), {});
      return ask(to, {}, {}, {});
    }
    auto const space = octets.find(' ');
    if (i.response->kind != response_kind::tagged || space == octets.npos) return say(to, std::move(octets), {});
    say(to, octets.substr(space), octets.substr(0, space));
  }

  void reply(model::item const& i) {
    auto const to = waiting_.empty() ? last_ : waiting_.front();
    say(to, std::string(i.octets), {});
    if (i.reply->status == wire::pop3::indicator::challenge) return ask(to, {}, {}, {});
    if (!waiting_.empty()) waiting_.erase(waiting_.begin());
  }

  /// Who logs in, and how, may be others than then: the trace does not have their passwords.
  static std::vector<std::string> asked_words(model::imap_command const& c) {
    std::vector<std::string> out;
    if (c.sent.uid) out.emplace_back("UID");
    out.push_back(c.sent.name);
    if (c.is("LOGIN") || c.is("AUTHENTICATE") || c.is("APPEND") || c.is("ID")) return out;
    for (auto const& a : c.sent.arguments) out.push_back(a.text);
    return out;
  }
  static std::vector<std::string> asked_words(model::pop3_command const& c) {
    std::vector<std::string> out{c.keyword};
    if (c.is("USER") || c.is("PASS") || c.is("APOP") || c.is("AUTH")) return out;
    out.insert(out.end(), c.arguments.begin(), c.arguments.end());
    return out;
  }

  void ask(std::size_t to, std::vector<std::string> words, std::string tag, std::string mailbox) {
    played_step s;
    s.what = kind::ask;
    s.text = fmt::format("{}", fmt::join(words, " "));
    s.any.emplace_back(std::move(words));
    s.optional = true;
    s.tag = std::move(tag);
    s.mailbox = std::move(mailbox);
    rows_[to].push_back(std::move(s));
  }
  void say(std::size_t to, std::string octets, std::string tag) {
    said_ = true;
    played_step s;
    s.recorded = true;
    // Literals are mail, and stay.
    bool const lists = octets.find("CAPABILITY") != octets.npos || octets.find("\r\nSASL ") != octets.npos;
    s.text = lists && !strict_ && octets.find("}\r\n") == octets.npos ? without_unknown_mechanisms(octets)
                                                                      : std::move(octets);
    s.tag = std::move(tag);
    rows_[to].push_back(std::move(s));
  }
  void act(char const* action) {
    played_step s;
    s.what = kind::act;
    s.action = action;
    rows_[last_].push_back(std::move(s));
  }

  model::conversation conversation_;
  history::protocol proto_;
  bool strict_, said_ = false;
  std::vector<row> rows_{1};
  std::size_t last_ = 0;                         ///< row of the command that was sent last
  std::map<std::uint32_t, std::size_t> row_of_;  ///< by a command's serial
  std::vector<std::size_t> waiting_;             ///< POP3: rows of commands that are not answered
  std::uint32_t pop3_commands_ = 0;
};

class recorded_sessions final : public history::event_sink {
 public:
  explicit recorded_sessions(bool strict)
      : store(strict ? nullptr : std::make_shared<bottle_store>()), strict_(strict) {}

  void take(history::event const& e) override {
    auto& at = open_[e.session];
    if (e.kind == history::event_kind::opened || !at) {
      all.push_back(std::make_unique<recorded_session>(e.proto, strict_));
      at = all.back().get();
    }
    at->take(e);
    if (store) store->take(e);
  }
  std::vector<std::unique_ptr<recorded_session>> all;
  std::shared_ptr<bottle_store> store;  ///< null: strict

 private:
  bool strict_;
  std::map<history::session_id, recorded_session*> open_;
};

}  // namespace

base::result<bottle> read_bottle(std::filesystem::path const& trace, bool strict) {
  recorded_sessions sessions(strict);
  if (auto const read = history::read_trace(trace, sessions); !read)
    return base::fault{0, trace.string(), fmt::format("{}: {}", trace.string(), read.error().text)};
  bottle out;
  for (auto& one : sessions.all)
    if (auto part = one->part(); !part.steps.empty()) out.parts.push_back(std::move(part));
  if (out.parts.empty())
    return base::fault{0, trace.string(), fmt::format("{}: no server says anything in it", trace.string())};
  out.store = std::move(sessions.store);
  return out;
}

}  // namespace mailrig::play
