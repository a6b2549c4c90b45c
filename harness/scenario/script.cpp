// script: see script.hpp.
#include "scenario/script.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/file.hpp"
#include "base/text.hpp"
#include "scenario/action_words.hpp"
#include "scenario/declarations.hpp"
#include "scenario/escapes.hpp"
#include "scenario/expected_line.hpp"
#include "scenario/explore/kind.hpp"
#include "scenario/pasted_log.hpp"
#include "scenario/played_script.hpp"
#include "scenario/script_mail.hpp"
#include "scenario/session_word.hpp"

namespace mailrig::scenario {

using history::protocol;

namespace {

constexpr std::string_view header_keys[] = {"title", "proves", "needs",    "mail",   "sessions",
                                            "state", "tags",   "accounts", "message"};
/// Of what is played from the server's side.
constexpr std::string_view played_keys[] = {"owes", "tls"};

template <class List>
bool is_one_of(List const& list, std::string_view word) {
  return std::ranges::find(list, word) != std::end(list);
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
  script_reader(std::string_view text, std::string const& file, bool played) : file_(file), played_(played) {
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
    if (played_) return std::move(out_);
    if (out_.proves.empty()) return wrong(1, "a scenario says what it proves: 'proves RFC3501-...'");
    for (auto const& o : out_.operations)
      if (auto const line = waits_for_nothing(o))
        return wrong(line,
                     "this waits for nothing, so it could never fail: put it before the line that ends the answer, "
                     "e.g. OK, or say how long: 'within 2s ! ...'");
    return std::move(out_);
  }

  std::map<std::string, std::string> more;  ///< headers that only what is played has

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
    if (!is_one_of(header_keys, key) && !(played_ && is_one_of(played_keys, key)))
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
    if (key == "mail") return declare(value, out_.mail, read_mail_words);
    if (key == "message")
      if (auto const done = read_message(value, out_.messages); !done)
        return wrong(done.error().text, value.substr(done.error().offset));
    if (key == "sessions") {
      if (auto const done = declare(value, out_.sessions, read_session_words); !done) return done;
      std::set<std::string> names;
      for (auto const& s : out_.sessions)
        if (!names.insert(s.name).second) return wrong("this session is declared twice", value);
    }
    if (is_one_of(played_keys, key)) more[std::string(key)] = value;
    if (key == "state") {
      auto const s = state_named(value);
      if (!s) return wrong(states_there_are, value);
      out_.state = *s;
    }
    return {};
  }

  /// What `read` makes of the value is added to `to`.
  template <class List, class Read>
  base::result<void> declare(std::string_view value, List& to, Read read) {
    auto all = read(value);
    if (!all) return wrong(all.error().text, value.substr(all.error().offset));
    std::ranges::move(*all, std::back_inserter(to));
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
    if (!d || *d > (out_.is_slow() ? longest_slow_wait : base::duration(std::chrono::seconds(30))))
      return wrong("pause takes a time up to 30s, e.g. 50ms or 2s; up to 2h where the scenario is tagged slow", value);
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
      if (auto const bad = bad_escape(text); !bad.empty() && text.find("{text") != text.npos)
        return wrong("after \\x come two hexadecimal digits", bad);
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
    if (!is_one_of(actions, word) && !(played_ && is_one_of(played_actions, word)))
      return wrong(fmt::format("unknown action '{}'{}", word, nearest(word, actions)), text);
    auto const argument = base::trim(text.substr(word.size()));
    bool const octets = word == "raw" || word == "cut" || word == "hello" || word == "flood";
    if (octets && (argument.empty() || argument.front() != '"'))
      return wrong("octets stand in double quotes, e.g. raw \"a NOOP\\r\\n\"", text);
    auto const what = base::words(argument);
    if (auto const bad = bad_escape(argument); !bad.empty() && octets)
      return wrong("after \\x come two hexadecimal digits", bad);
    if (auto const b = bad_argument(word, argument, bool(block_)); !b.empty()) return wrong(std::string(b), text);
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
    constexpr std::uint64_t most = 100'000;
    if (what.empty() || what.size() > 2 || (what.size() == 2 && base::number(what[1]).value_or(most + 1) > most))
      return wrong(
          "'explore' takes a kind, and how many requests, up to 100000, more than its pairs need: explore search 40",
          text);
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
    if (played_) {
      expectation said;
      said.text = text;
      add(session, operation::kind::expect).expectations.push_back(std::move(said));
      return {};
    }
    auto const read = read_expected_line(text, out_.sessions[session].proto);
    if (!read) return wrong(read.error().text, text.substr(read.error().offset));
    if (read->within && *read->within > std::chrono::minutes(10) && !out_.is_slow())
      return wrong("'within' takes a time up to 10m; up to 2h where the scenario is tagged slow", text);
    auto e = read->what;
    e.line = at_ + 1;
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
    if (read->within) o->within = read->within;
    if (read->only) o->only = true;
    if (!e.alternatives.empty()) o->expectations.push_back(std::move(e));
    return {};
  }

  std::string file_;
  bool played_;
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
  auto out = script_reader(text, file, false).read();
  if (!out)
    if (auto const log = read_log(text))
      return base::fault{1, "scenario", fmt::format("{}:{}:1: {}", file, log->line, advice(*log))};
  if (out) {
    out->file = file;
    out->id = id;
  }
  return out;
}

base::result<played_script> read_played_script(std::string_view text, std::string const& file, std::string const& id) {
  script_reader reader(text, file, true);
  auto out = reader.read();
  if (!out) return out.error();
  out->file = file;
  out->id = id;
  return played_script{std::move(*out), std::move(reader.more)};
}

base::result<std::string> read_file(std::filesystem::path const& file) { return base::read_file(file); }

base::result<std::vector<script>> read_scripts(std::filesystem::path const& folder) {
  std::error_code error;
  std::vector<std::filesystem::path> files;
  for (std::filesystem::recursive_directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (at.depth() == 0 && at->path().filename() == "clients") at.disable_recursion_pending();
    if (at->path().extension() == ".scn") files.push_back(at->path());
  }
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
