// batch: see batch.hpp.
#include "stress/fuzz/batch.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mailrig::stress {

using history::protocol;
using scenario::operation;
using namespace std::chrono_literals;

namespace {

std::string name_of(std::size_t input, std::size_t session) {
  return fmt::format("{}{}", char('a' + input), session + 1);
}

class joining {
 public:
  joining(protocol proto, std::vector<input> const& inputs, batch_options const& o)
      : proto_(proto), inputs_(inputs), options_(o) {}

  scenario::script run() {
    bool const imap = proto_ == protocol::imap;
    out_.id = imap ? "fuzz/imap" : "fuzz/pop3";
    out_.title = "A server serves on, whatever a client says";
    out_.proves = {imap ? "RFC3501-2.2.2-03" : "RFC1939-5-01"};
    out_.state = scenario::start_state::closed;
    out_.mail = {{"plain", 3, {}}, {imap ? "multipart-mixed" : "dot-lines", 1, {}}};
    if (imap) out_.mail.push_back({"message-in-message", 1, {}});
    bool const beside = imap && options_.looks_by_imap;
    if (beside) {
      other_ = session("other", scenario::start_state::selected);
      add(act(other_, "may-close"));
    }
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      one(i);
      if (beside) ask(other_, "NOOP", "OK | closed");
    }
    imap ? look_by_imap() : look_by_pop3();
    return std::move(out_);
  }

 private:
  std::size_t session(std::string name, scenario::start_state state) {
    out_.sessions.push_back({std::move(name), proto_, state});
    return out_.sessions.size() - 1;
  }

  void add(operation o) {
    o.line = out_.operations.size() + 1;
    out_.operations.push_back(std::move(o));
  }

  void ask(std::size_t session, std::string line, std::string_view answers) {
    add(say(session, std::move(line)));
    expect(session, answers);
  }

  void expect(std::size_t session, std::string_view answers) {
    operation o;
    o.what = operation::kind::expect;
    o.session = session;
    o.expectations.push_back(scenario::any_of(answers, proto_));
    o.proves = out_.proves;
    add(std::move(o));
  }

  void one(std::size_t number) {
    auto const& in = inputs_[number];
    auto const first = out_.sessions.size();
    for (std::size_t s = 0; s < in.sessions; ++s) session(name_of(number, s), scenario::start_state::closed);
    for (auto o : in.steps) {
      o.session += o.what == operation::kind::pause ? 0 : first;
      add(std::move(o));
    }
    if (proto_ == protocol::pop3) add(wait(20ms));
  }

  /// Somebody comes who had no part in it.
  void look_by_imap() {
    auto const after = session("after", scenario::start_state::closed);
    add(act(after, "login"));
    add(act(after, "may-close"));
    ask(after, "SELECT INBOX", "OK | NO | closed");
    ask(after, "NOOP", "OK | closed");
  }

  /// Nobody holds the maildrop any more.
  void look_by_pop3() {
    auto const after = session("after", scenario::start_state::closed);
    add(wait(options_.patient ? 20s : 500ms));
    add(act(after, "login"));
    ask(after, "STAT", "+OK");
    add(act(after, "drop"));
  }

  protocol proto_;
  std::vector<input> const& inputs_;
  batch_options const& options_;
  scenario::script out_;
  std::size_t other_ = 0;
};

}  // namespace

std::optional<std::size_t> batch::owner(std::string_view session) const {
  for (std::size_t i = 0; i < inputs.size(); ++i)
    for (std::size_t s = 0; s < inputs[i].sessions; ++s)
      if (session == name_of(i, s)) return i;
  return std::nullopt;
}

scenario::script visit(protocol proto, bool patient) { return joining(proto, {}, {false, patient}).run(); }

batch join(std::vector<input> inputs, batch_options const& o) {
  batch out;
  out.script = joining(inputs.front().proto, inputs, o).run();
  out.inputs = std::move(inputs);
  return out;
}

}  // namespace mailrig::stress
