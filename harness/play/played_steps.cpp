// played_steps: see played_steps.hpp.
#include "play/played_steps.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "play/inbox.hpp"
#include "play/shown_certificates.hpp"

namespace mailrig::play {
namespace {

using kind = played_step::kind;

constexpr std::string_view with_octets[] = {"raw", "cut", "hello", "flood"};
constexpr std::string_view playable[] = {"raw",      "cut",   "hello",  "flood",  "drop",   "close",       "reset",
                                         "starttls", "stall", "resume", "accept", "answer", "certificate", "mail"};

bool is_one_of(auto const& list, std::string_view word) { return std::ranges::find(list, word) != std::end(list); }

base::fault wrong(scenario::script const& s, std::size_t line, std::string const& what) {
  return {line, "scenario", fmt::format("{}:{}: {}", s.file, line, what)};
}

base::result<played_step> read_ask(scenario::script const& s, std::size_t line, std::string_view text) {
  played_step out;
  out.what = kind::ask;
  out.line = line;
  out.text = text;
  if (text.starts_with("within ")) {
    auto const word = base::words(text)[1];
    out.within = base::read_duration(word);
    if (!out.within) return wrong(s, line, fmt::format("'within' takes a time, not '{}'", word));
    text = base::trim(text.substr(std::size_t(word.data() + word.size() - text.data())));
  }
  if (text.starts_with("! ")) out.what = kind::forbid;
  out.optional = text.starts_with("? ");
  if (out.what == kind::forbid || out.optional) text.remove_prefix(2);
  for (std::size_t bar = 0; bar != text.npos; text.remove_prefix(bar == text.npos ? 0 : bar + 3)) {
    bar = text.find(" | ");
    out.any.emplace_back(text.substr(0, bar));
  }
  return out;
}

base::result<played_step> read_act(scenario::script const& s, scenario::operation const& o) {
  played_step out;
  out.what = kind::act;
  out.line = o.line;
  out.action = o.action;
  out.text = o.argument;
  if (!is_one_of(playable, o.action))
    return wrong(
        s, o.line,
        fmt::format("'{}' is what a client does; a server's side has {}", o.action, fmt::join(playable, ", ")));
  if (o.action == "certificate" && !certificate_named(o.argument))
    return wrong(s, o.line, fmt::format("a certificate is one of {}", fmt::join(certificate_names(), ", ")));
  if (o.action == "mail" && !read_changes(o.argument))
    return wrong(s, o.line,
                 "'mail' takes what another device does: 'add MAIL', 'remove N', 'flags N (\\Seen)', 'renew'");
  if (!is_one_of(with_octets, o.action)) return out;
  auto pieces = scenario::read_octet_pieces(o.argument, o.action, o.action == "flood" ? 1'000'000'000 : 100'000);
  if (!pieces) return wrong(s, o.line, pieces.error().text);
  out.pieces = std::move(*pieces);
  return out;
}

class compiler {
 public:
  compiler(scenario::script const& s, std::size_t session) : script_(s), session_(session) {}

  base::result<void> take(std::vector<scenario::operation> const& all) {
    for (auto const& o : all) {
      for (auto const& branch : o.branches)
        if (auto const done = take(branch); !done) return done;
      bool const ours = o.session == session_ || o.what == scenario::operation::kind::pause;
      if (!ours || !o.branches.empty()) continue;
      if (auto const done = one(o); !done) return done;
    }
    return {};
  }

  std::vector<played_step> out;

 private:
  base::result<void> one(scenario::operation const& o) {
    using op = scenario::operation::kind;
    if (o.what == op::send)
      for (std::size_t i = 0; i < o.lines.size(); ++i)
        if (auto const done = add(read_ask(script_, o.line + i, base::trim(o.lines[i]))); !done) return done;
    if (o.what == op::expect) {
      played_step say;
      say.line = o.line;
      say.text = o.expectations.front().text;
      out.push_back(std::move(say));
    }
    if (o.what == op::pause) {
      played_step pause;
      pause.what = kind::pause;
      pause.line = o.line;
      pause.pause = o.pause;
      out.push_back(std::move(pause));
    }
    if (o.what == op::act) return add(read_act(script_, o));
    return {};
  }

  base::result<void> add(base::result<played_step> s) {
    if (!s) return s.error();
    out.push_back(std::move(*s));
    return {};
  }

  scenario::script const& script_;
  std::size_t session_;
};

}  // namespace

asked::asked(std::string_view text) {
  for (auto const w : base::words(text)) words_.push_back(base::to_upper(w));
}

bool asked::matches(client_unit const& u) const {
  if (leaves() || words_.size() > u.words.size() || (takes_lines() && !u.verb.empty())) return false;
  for (std::size_t i = 0; i < words_.size(); ++i)
    if (words_[i] != "_" && !base::iequals(words_[i], u.words[i])) return false;
  return true;
}

asked::asked(std::vector<std::string> words) : words_(std::move(words)) {
  for (auto& w : words_) w = base::to_upper(w);
}

base::result<std::vector<played_part>> parts_of(scenario::script const& s) {
  std::vector<played_part> out;
  for (std::size_t i = 0; i < s.sessions.size(); ++i) {
    compiler c(s, i);
    if (auto const done = c.take(s.operations); !done) return done.error();
    out.push_back({s.sessions[i].proto, std::move(c.out)});
  }
  return out;
}

std::size_t next_ask(std::vector<played_step> const& steps, std::size_t from) {
  while (from < steps.size() && steps[from].what != kind::ask) ++from;
  return from;
}

bool answers_behind(std::vector<played_step> const& steps, std::size_t from) {
  for (; from < steps.size() && steps[from].what != kind::ask; ++from)
    if (steps[from].action == "answer") return true;
  return false;
}

bool greets(std::vector<played_step> const& steps) {
  auto const end = steps.begin() + std::ptrdiff_t(next_ask(steps, 0));
  return std::any_of(steps.begin(), end, [](played_step const& s) {
    return s.what == kind::say || (s.what == kind::act && !s.pieces.empty()) ||
           (s.what == kind::act && (s.action == "drop" || s.action == "reset" || s.action == "close"));
  });
}

}  // namespace mailrig::play
