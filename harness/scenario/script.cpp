// script: see script.hpp.
#include "scenario/script.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "base/must.hpp"
#include "base/text.hpp"
#include "scenario/explore/kind.hpp"
#include "scenario/pasted_log.hpp"

namespace mailrig::scenario {

using history::protocol;

expectation const* operation::completion() const {
  expectation const* forbidden = nullptr;
  for (auto const& e : expectations) {
    auto const k = e.alternatives.empty() ? pattern::kind::untagged : e.alternatives[0].what();
    bool const ends = k == pattern::kind::status || k == pattern::kind::continuation || k == pattern::kind::ended ||
                      k == pattern::kind::pop3_status;
    if (ends && e.how == expectation::mode::required) return &e;
    // That a connection does not end is seen by waiting only.
    if (ends && e.how == expectation::mode::forbidden && k != pattern::kind::ended && !forbidden) forbidden = &e;
  }
  return forbidden;
}

bool operation::requires_something() const {
  return std::ranges::any_of(expectations, [](auto const& e) { return e.how == expectation::mode::required; });
}

expectation any_of(std::string_view alternatives, protocol proto) {
  expectation e;
  e.text = alternatives;
  for (;;) {
    auto const bar = alternatives.find(" | ");
    auto one = pattern::read(alternatives.substr(0, bar), proto);
    MAILRIG_MUST(one);
    e.alternatives.push_back(std::move(*one));
    if (bar == alternatives.npos) return e;
    alternatives.remove_prefix(bar + 3);
  }
}

bool script::handles_server() const {
  return std::ranges::any_of(operations, [](operation const& o) { return o.action == "server"; });
}

bool script::uses(protocol p) const {
  return std::ranges::any_of(sessions, [&](auto const& s) { return s.proto == p; });
}

namespace {

constexpr std::string_view header_keys[] = {"title",    "proves", "needs", "mail",
                                            "sessions", "state",  "tags",  "accounts"};
constexpr std::string_view actions[] = {"connect",   "explore",   "login",    "drop",      "close", "reset",
                                        "raw",       "cut",       "starttls", "compress",  "stall", "resume",
                                        "try-login", "handshake", "poll",     "may-close", "hello"};
constexpr std::string_view powers[] = {"kill", "freeze", "thaw"};

std::optional<start_state> state_named(std::string_view name) {
  if (name == "closed") return start_state::closed;
  if (name == "greeting" || name == "not-authenticated" || name == "authorization") return start_state::greeting;
  if (name == "authenticated" || name == "transaction") return start_state::authenticated;
  if (name == "selected") return start_state::selected;
  if (name == "examined") return start_state::examined;
  return std::nullopt;
}

template <class List>
std::string nearest(std::string_view word, List const& list) {
  std::string_view best;
  std::size_t distance = 4;
  for (std::string_view candidate : list)
    if (auto const d = base::edit_distance(word, candidate); d < distance) distance = d, best = candidate;
  return best.empty() ? "" : fmt::format("; did you mean '{}'?", best);
}

class script_reader {
 public:
  script_reader(std::string_view text, std::string const& file) : file_(file) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // a byte order mark, as some editors write it
    for (auto line : base::split(text, '\n')) {
      if (line.ends_with('\r')) line.remove_suffix(1);
      lines_.push_back(line);
    }
  }

  base::result<script> read() {
    for (; at_ < lines_.size(); ++at_) {
      auto const line = lines_[at_];
      auto const first = line.find_first_not_of(" \t");
      if (first == line.npos || line[first] == '#') continue;
      auto done = one_line(line.substr(first));
      if (!done) return done.error();
    }
    if (block_) return wrong(block_line_, "'concurrently {' is not closed by '}'");
    if (out_.title.empty()) return wrong(1, "a scenario needs a title");
    if (out_.operations.empty())
      return wrong(lines_.size(), "a scenario needs a conversation: lines like 'laptop> NOOP'");
    if (out_.proves.empty()) return wrong(1, "a scenario says what it proves: 'proves RFC3501-...'");
    for (auto const& o : out_.operations)
      if (auto const line = waits_for_nothing(o))
        return wrong(line,
                     "this waits for nothing, so it could never fail: put it before the line that ends the answer, "
                     "e.g. OK, or say how long: 'within 2s ! ...'");
    return std::move(out_);
  }

 private:
  /// The line of a group that would be over at once, whatever comes; 0: there is none.
  static std::size_t waits_for_nothing(operation const& o) {
    for (auto const& branch : o.branches)
      for (auto const& inner : branch)
        if (auto const line = waits_for_nothing(inner)) return line;
    bool const vain =
        o.what == operation::kind::expect && !o.completion() && !o.requires_something() && !o.within && !o.only;
    return vain ? o.line : 0;
  }

  base::fault wrong(std::size_t line, std::string const& what, std::string_view part = {}) const {
    std::string_view const text = line >= 1 && line <= lines_.size() ? lines_[line - 1] : std::string_view();
    std::size_t column = text.find_first_not_of(" \t");
    if (column == text.npos) column = 0;
    if (part.data() && part.data() >= text.data() && part.data() <= text.data() + text.size())
      column = std::size_t(part.data() - text.data());
    return {
        line, "scenario",
        fmt::format("{}:{}:{}: {}\n    {}\n    {}^", file_, line, column + 1, what, text, std::string(column, ' '))};
  }
  base::fault wrong(std::string const& what, std::string_view part = {}) const { return wrong(at_ + 1, what, part); }

  base::result<void> one_line(std::string_view line) {
    line = base::trim(line);
    if (line == "}") return end_block();
    if (line == "concurrently {") return begin_block();
    auto const word_end = std::min(line.find_first_of(" \t><:"), line.size());
    auto const word = line.substr(0, word_end);
    char const mark = word_end < line.size() ? line[word_end] : ' ';
    if (word == "pause") return pause(base::trim(line.substr(word_end)));
    if (mark == '>' || mark == '<' || mark == ':') return speech(word, mark, line.substr(word_end + 1));
    return header(word, base::trim(line.substr(word_end)));
  }

  // --- header --------------------------------------------------------------------------------------------------------

  base::result<void> header(std::string_view key, std::string_view value) {
    if (std::ranges::find(header_keys, key) == std::end(header_keys))
      return wrong(fmt::format("'{}' is no header and no session{}", key, nearest(key, header_keys)), key);
    if (value.empty()) return wrong(fmt::format("'{}' needs a value", key), key);
    bool const begun = !out_.operations.empty() || block_;
    if (key == "proves" && begun) {
      auto const words = base::words(value);
      step_proves_.assign(words.begin(), words.end());
      return {};
    }
    if (begun) return wrong("headers stand before the conversation", key);
    auto append = [&](std::vector<std::string>& to) {
      for (auto w : base::words(value)) to.emplace_back(w);
    };
    if (key == "title") out_.title = value;
    if (key == "proves") append(out_.proves);
    if (key == "needs") append(out_.needs);
    if (key == "tags") append(out_.tags);
    if (key == "accounts") append(out_.accounts);
    if (key == "mail") return mail(value);
    if (key == "sessions") return sessions(value);
    if (key == "state") {
      auto const s = state_named(value);
      if (!s) return wrong("state is closed, greeting, authenticated, selected or examined", value);
      out_.state = *s;
    }
    return {};
  }

  base::result<void> mail(std::string_view value) {
    auto const words = base::words(value);
    for (std::size_t i = 0; i < words.size(); ++i) {
      mail_declaration m{std::string(words[i]), 1, {}};
      if (i + 2 < words.size() && words[i + 1] == "x") {
        auto const n = base::number(words[i + 2]);
        if (!n || *n == 0 || *n > 100000) return wrong("'x' is followed by a number from 1 to 100000", words[i + 2]);
        m.copies = *n;
        i += 2;
      }
      if (i + 1 < words.size() && words[i + 1].starts_with('(')) {
        for (++i; i < words.size(); ++i) {
          auto flag = words[i];
          bool const last = flag.ends_with(')');
          if (flag.starts_with('(')) flag.remove_prefix(1);
          if (last) flag.remove_suffix(1);
          if (!flag.empty()) m.flags.emplace_back(flag);
          if (last) break;
        }
        if (i == words.size()) return wrong("the list of flags is not closed by ')'", words.back());
      }
      out_.mail.push_back(std::move(m));
    }
    return {};
  }

  base::result<void> sessions(std::string_view value) {
    for (auto word : base::words(value)) {
      session_declaration s;
      auto const equals = word.find('=');
      s.name = word.substr(0, equals);
      if (equals != word.npos) {
        auto const spec = word.substr(equals + 1);
        auto const slash = spec.find('/');
        auto const proto = spec.substr(0, slash);
        if (proto != "imap" && proto != "pop3")
          return wrong("a session is name, name=imap or name=pop3, then /state", spec);
        s.proto = proto == "imap" ? protocol::imap : protocol::pop3;
        if (slash != spec.npos) {
          s.state = state_named(spec.substr(slash + 1));
          if (!s.state)
            return wrong("state is closed, greeting, authenticated, selected or examined", spec.substr(slash + 1));
        }
      }
      if (std::ranges::any_of(out_.sessions, [&](auto const& o) { return o.name == s.name; }))
        return wrong("this session is declared twice", word);
      out_.sessions.push_back(std::move(s));
    }
    return {};
  }

  // --- conversation --------------------------------------------------------------------------------------------------

  std::vector<operation>& target(std::size_t session) {
    if (!block_) return out_.operations;
    auto const known = std::ranges::find(block_sessions_, session);
    if (known != block_sessions_.end()) return block_->branches[std::size_t(known - block_sessions_.begin())];
    block_sessions_.push_back(session);
    block_->branches.emplace_back();
    return block_->branches.back();
  }

  operation& add(std::size_t session, operation::kind what) {
    auto& to = target(session);
    operation o;
    o.what = what;
    o.session = session;
    o.line = at_ + 1;
    o.proves = step_proves_;
    to.push_back(std::move(o));
    return to.back();
  }

  operation* last_of(std::size_t session, operation::kind what) {
    auto& to = target(session);
    return !to.empty() && to.back().what == what && to.back().session == session ? &to.back() : nullptr;
  }

  base::result<void> begin_block() {
    if (block_) return wrong("'concurrently' does not nest");
    operation o;
    o.what = operation::kind::concurrently;
    o.line = block_line_ = at_ + 1;
    block_ = std::move(o);
    return {};
  }

  base::result<void> end_block() {
    if (!block_) return wrong("'}' without 'concurrently {'");
    out_.operations.push_back(std::move(*block_));
    block_.reset();
    block_sessions_.clear();
    return {};
  }

  base::result<void> pause(std::string_view value) {
    auto const d = read_duration(value);
    if (!d || *d > std::chrono::seconds(30)) return wrong("pause takes a time up to 30s, e.g. 50ms or 2s", value);
    if (block_) return wrong("pause stands outside 'concurrently'", value);
    add(0, operation::kind::pause).pause = *d;
    return {};
  }

  base::result<void> speech(std::string_view name, char mark, std::string_view text) {
    if (out_.sessions.empty()) out_.sessions.push_back({"client", protocol::imap, std::nullopt});
    auto const known = std::ranges::find(out_.sessions, name, &session_declaration::name);
    if (known == out_.sessions.end() && name == "server" && mark == ':') return power(base::trim(text));
    if (known == out_.sessions.end()) {
      std::vector<std::string> names;
      for (auto const& s : out_.sessions) names.push_back(s.name);
      return wrong(fmt::format("'{}' is no session of this scenario{}", name, nearest(name, names)), name);
    }
    auto const session = std::size_t(known - out_.sessions.begin());
    if (text.starts_with(' ')) text.remove_prefix(1);
    if (mark == '>') {
      while (text.starts_with(' ')) text.remove_prefix(1);
      auto* to = last_of(session, operation::kind::send);
      (to ? *to : add(session, operation::kind::send)).lines.emplace_back(text);
      return {};
    }
    text = base::trim(text);
    return mark == ':' ? action(session, text) : expect(session, text);
  }

  base::result<void> power(std::string_view text) {
    if (block_) return wrong("what is done to the server stands outside 'concurrently'", text);
    if (std::ranges::find(powers, text) == std::end(powers))
      return wrong(fmt::format("a server is handled by kill, freeze or thaw{}", nearest(text, powers)), text);
    auto& o = add(0, operation::kind::act);
    o.action = "server";
    o.argument = text;
    return {};
  }

  base::result<void> action(std::size_t session, std::string_view text) {
    auto const word = text.substr(0, text.find(' '));
    if (std::ranges::find(actions, word) == std::end(actions))
      return wrong(fmt::format("unknown action '{}'{}", word, nearest(word, actions)), text);
    auto const argument = base::trim(text.substr(word.size()));
    if ((word == "raw" || word == "cut" || word == "hello") && (argument.empty() || argument.front() != '"'))
      return wrong("octets stand in double quotes, e.g. raw \"a NOOP\\r\\n\"", text);
    auto const what = base::words(argument);
    if (word == "poll" && (what.size() != 1 || !base::number(what[0])))
      return wrong("'poll' takes how many messages the session is to be told of: poll 3", text);
    if (word == "poll" && out_.sessions[session].proto != protocol::imap) return wrong("only IMAP is polled", text);
    if (word == "explore")
      if (auto done = exploration(session, what, text); !done) return done.error();
    auto& o = add(session, operation::kind::act);
    o.action = word;
    o.argument = argument;
    return {};
  }

  base::result<void> exploration(std::size_t session, std::vector<std::string_view> const& what,
                                 std::string_view text) {
    if (what.empty() || what.size() > 2 || (what.size() == 2 && !base::number(what[1])))
      return wrong("'explore' takes a kind, and how many requests more than its pairs need: explore search 40", text);
    auto const* kind = base::registry<exploration_kind>::find(what[0]);
    std::vector<std::string_view> names;
    for (auto const* k : base::registry<exploration_kind>::all()) names.push_back(k->name);
    if (!kind)
      return wrong(fmt::format("nothing to explore is called '{}'{}", what[0], nearest(what[0], names)), what[0]);
    if (kind->proto != out_.sessions[session].proto)
      return wrong(fmt::format("'{}' is not for this session's protocol", what[0]), what[0]);
    if (block_) return wrong("'explore' stands outside 'concurrently'", text);
    return {};
  }

  base::result<void> expect(std::size_t session, std::string_view text) {
    std::optional<base::duration> within;
    if (text.starts_with("within ")) {
      auto const word = base::words(text)[1];
      within = read_duration(word);
      if (!within) return wrong("'within' takes a time, e.g. 2s", word);
      text = base::trim(text.substr(std::size_t(word.data() + word.size() - text.data())));
    }
    bool const only = text == "only";
    expectation e;
    e.line = at_ + 1;
    e.text = text;
    if (!only && !text.empty()) {
      if (text.starts_with("! ")) e.how = expectation::mode::forbidden;
      if (text.starts_with("? ")) e.how = expectation::mode::optional;
      if (e.how != expectation::mode::required) text = base::trim(text.substr(2));
      if (text.starts_with("trait ")) {
        auto const colon = text.find(": ");
        if (colon == text.npos)
          return wrong("a trait is written 'trait NAME: PATTERN = LABEL | PATTERN = LABEL'", text);
        e.trait = base::trim(text.substr(6, colon - 6));
        text = base::trim(text.substr(colon + 2));
      }
      auto read = alternatives(text, out_.sessions[session].proto, e);
      if (!read) return read.error();
    }
    auto const starts_new = [&](operation const& o) {
      auto const* end = o.completion();
      bool const whole = end && end->how == expectation::mode::required;
      if (out_.sessions[session].proto == protocol::imap) return whole;
      if (end && !whole) return false;  // "! -ERR" is about the same reply as what follows
      auto const k = e.alternatives.empty() ? pattern::kind::pop3_line : e.alternatives[0].what();
      return k != pattern::kind::pop3_line && k != pattern::kind::pop3_body;  // a body belongs to the status before it
    };
    auto* o = last_of(session, operation::kind::expect);
    if (!o || starts_new(*o)) o = &add(session, operation::kind::expect);
    if (within) o->within = within;
    if (only) o->only = true;
    if (!e.alternatives.empty()) o->expectations.push_back(std::move(e));
    return {};
  }

  base::result<void> alternatives(std::string_view text, protocol proto, expectation& e) {
    for (;;) {
      auto const bar = text.find(" | ");
      auto one = base::trim(text.substr(0, bar));
      if (!e.trait.empty()) {
        auto const equals = one.rfind(" = ");
        if (equals == one.npos) return wrong("each alternative of a trait ends in '= LABEL'", one);
        e.labels.emplace_back(base::trim(one.substr(equals + 3)));
        one = base::trim(one.substr(0, equals));
      }
      e.ends.push_back(one.starts_with("end "));
      if (e.ends.back()) one = base::trim(one.substr(4));
      if (e.ends.back() && e.how == expectation::mode::forbidden)
        return wrong("what must not come cannot end the conversation", one);
      auto p = pattern::read(one, proto);
      if (!p) return wrong(p.error().text, one.substr(std::min(p.error().offset, one.size())));
      e.alternatives.push_back(std::move(*p));
      if (bar == text.npos) return {};
      text = text.substr(bar + 3);
    }
  }

  std::string file_;
  std::vector<std::string_view> lines_;
  std::size_t at_ = 0;
  script out_;
  std::optional<operation> block_;
  std::size_t block_line_ = 0;
  std::vector<std::size_t> block_sessions_;
  std::vector<std::string> step_proves_;
};

}  // namespace

base::result<script> read_script(std::string_view text, std::string const& file, std::string const& id) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
    return base::fault{1, "scenario", fmt::format("{}:1:1: this is UTF-16; store it as UTF-8", file)};
  auto out = script_reader(text, file).read();
  if (!out)
    if (auto const log = read_log(text))
      return base::fault{1, "scenario", fmt::format("{}:{}:1: {}", file, log->line, advice(*log))};
  if (out) {
    out->file = file;
    out->id = id;
  }
  return out;
}

base::result<std::string> read_file(std::filesystem::path const& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return base::fault{0, file.string(), "cannot be read"};
  std::ostringstream all;
  all << in.rdbuf();
  return all.str();
}

base::result<std::vector<script>> read_scripts(std::filesystem::path const& folder) {
  std::error_code error;
  std::vector<std::filesystem::path> files;
  for (auto const& entry : std::filesystem::recursive_directory_iterator(folder, error))
    if (entry.path().extension() == ".scn") files.push_back(entry.path());
  if (error) return base::fault{0, folder.string(), error.message()};
  std::ranges::sort(files);
  std::vector<script> out;
  for (auto const& f : files) {
    auto const text = read_file(f);
    if (!text) return text.error();
    auto const id = f.lexically_relative(folder).replace_extension().generic_string();
    auto one = read_script(*text, f.string(), id);
    if (!one) return one.error();
    out.push_back(std::move(*one));
  }
  return out;
}

}  // namespace mailrig::scenario
