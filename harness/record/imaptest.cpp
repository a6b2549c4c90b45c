// imaptest: ImapTest's scripted tests: commands with the answers they must have, mail from NAME.mbox or default.mbox
// beside them; each becomes a scenario.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>

#include "base/text.hpp"
#include "record/imaptest_words.hpp"
#include "record/log_lines.hpp"
#include "record/structure_words.hpp"
#include "record/suite_script.hpp"
#include "scenario/escapes.hpp"

namespace mailrig::record::imaptest {
namespace {

struct message {
  std::string octets, date;  ///< the date as APPEND takes it; empty: none
};

/// The messages of an mbox, with CRLF, each up to the next "From ", as ImapTest takes them; "From user Fri Feb 22
/// 17:06:23 2008" tells when each came.
std::vector<message> messages_of(std::string_view mbox) {
  std::vector<message> out;
  for (auto const& line : lines_of(mbox)) {
    if (line.text.starts_with("From ")) {
      auto const w = base::words(line.text);
      out.emplace_back();
      auto const zone = w.size() > 7 ? w[7] : std::string_view("+0000");
      if (w.size() >= 7) out.back().date = fmt::format("{:>2}-{}-{} {} {}", w[4], w[3], w[6], w[5], zone);
    } else if (!out.empty()) {
      out.back().octets += std::string(line.text) + "\r\n";
    }
  }
  return out;
}

std::vector<message> mail_beside(std::filesystem::path const& file) {
  for (auto const& name : {file.string() + ".mbox", (file.parent_path() / "default.mbox").string()}) {
    std::ifstream in(name, std::ios::binary);
    if (in) return messages_of(std::string(std::istreambuf_iterator<char>(in), {}));
  }
  return {{"From: user@example.test\r\nSubject: stand-in\r\n\r\nbody\r\n", ""}};
}

bool status_word(std::string_view w) {
  return base::iequals(w, "ok") || base::iequals(w, "no") || base::iequals(w, "bad") || w == "\"\"";
}

constexpr std::string_view block_mark = "{text \"";

/// ImapTest compares without regard to case. A status is written in capitals, and "NIL" among flags is one of them.
std::string as_loose(std::string pattern) {
  for (std::string_view const status : {"* ok [", "* no [", "* bad ["})
    if (base::istarts_with(pattern, status)) return base::to_upper(status) + pattern.substr(status.size());
  if (base::istarts_with(pattern, "* list ")) return with_bare_words(pattern);
  if (auto const at = pattern.find("flags (NIL"); at != pattern.npos) pattern.replace(at + 7, 3, "\"NIL\"");
  return with_loose_structures(pattern);
}

class rewriter {
 public:
  explicit rewriter(log_file const& file) : file_(file), lines_(lines_of(file.octets)), mail_(mail_beside(file.path)) {}

  base::result<rewritten> run() {
    read_header();
    write_header();
    prepare();
    while (at_ < lines_.size()) one();
    finish_command(status_);
    return out_.finish(file_.path);
  }

 private:
  void read_header() {
    for (; at_ < lines_.size(); ++at_) {
      auto const line = base::trim(lines_[at_].text);
      if (line.starts_with('#')) continue;
      auto const colon = line.find(':');
      bool const user = line.starts_with("user ") && colon != line.npos;
      if (colon == line.npos || (line.find(' ') < colon && !user)) break;
      header_[base::to_lower(line.substr(0, colon))] = base::trim(line.substr(colon + 1));
    }
    if (auto const n = base::number(value("connections"))) connections_ = std::clamp<std::size_t>(*n, 1, 20);
  }

  std::string_view value(std::string const& key) const {
    auto const found = header_.find(key);
    return found == header_.end() ? std::string_view() : std::string_view(found->second);
  }

  std::string session(std::size_t n) const { return connections_ == 1 ? "client" : fmt::format("s{}", n); }

  /// "user 2: $user2": the connection is of another user, who does not see the mailbox.
  bool is_anothers(std::size_t n) const { return !value(fmt::format("user {}", n)).empty(); }

  void write_header() {
    auto const state = value("state");
    std::string sessions;
    for (std::size_t i = 1; i <= connections_; ++i)
      sessions += fmt::format("{}{}=imap{}/{}", i > 1 ? " " : "", session(i), is_anothers(i) ? "@2" : "",
                              state == "nonauth" ? "greeting" : "authenticated");
    out_.header("title", fmt::format("What ImapTest's {} asks", file_.path.stem().string()));
    out_.header("proves", "RFC3501-2.2.2-03");
    out_.header("needs", base::to_upper(value("capabilities")));
    out_.header("sessions", sessions);
    out_.blank();
    if (value("ignore_extra_untagged") == "no") only_ = true;
    for (auto const& [key, v] : header_)
      if (key != "state" && key != "capabilities" && key != "connections" && key != "messages" &&
          key != "ignore_extra_untagged" && !key.starts_with("user "))
        out_.remark(1, fmt::format("the header's {}", key));
  }

  /// The mailbox as the header wants it.
  void prepare() {
    auto const state = value("state");
    if (state == "nonauth" || state == "auth") return;
    command(1, "CREATE $box");
    if (state == "created") return;
    auto const wanted = value("messages");
    auto const count = base::number(wanted).value_or(mail_.size());
    for (std::size_t i = 0; i < std::min<std::size_t>(count, 500); ++i) {
      auto const& m = mail_[i % mail_.size()];
      command(1, fmt::format("APPEND $box{} {{text \"{}\"}}", m.date.empty() ? "" : fmt::format(" \"{}\"", m.date),
                             scenario::escaped(m.octets)));
    }
    if (state != "appended")
      for (std::size_t i = 1; i <= connections_; ++i)
        if (!is_anothers(i)) command(i, "SELECT $box");
    out_.blank();
  }

  void command(std::size_t n, std::string const& line) {
    out_.sends(session(n), line);
    out_.expects(session(n), "OK", 1, line);
  }

  /// What is told untagged comes before the status that ends a command.
  void finish_command(std::string const& status) {
    if (!open_) return;
    for (auto const& [pattern, line, from] : waiting_) out_.expects(session(now_), pattern, line, from);
    waiting_.clear();
    if (only_) out_.expects(session(now_), "only", line_, "only");
    out_.expects(session(now_), status, line_, status);
    open_ = false;
  }

  /// The end of a line in a block: CRLF, but in a binary one ("~{{{") as the file has it.
  std::string_view end_of(std::string_view line, bool binary) const {
    if (!binary) return "\r\n";
    auto const at = std::size_t(line.data() - file_.octets.data()) + line.size();
    return at < file_.octets.size() && file_.octets[at] == '\r' ? "\r\n" : "\n";
  }

  /// A line, with the blocks "{{{" ... "}}}" that it holds, as strings in quotes. The end of a block's last line is the
  /// script's, not the block's.
  std::string whole_line(bool pattern) {
    std::string out(base::trim(lines_[at_].text));
    ++at_;
    while (out.ends_with("{{{")) {
      out.resize(out.size() - 3);
      bool const binary = out.ends_with('~');
      std::string text;
      std::size_t whole = 0;
      for (; at_ < lines_.size() && !lines_[at_].text.starts_with("}}}"); ++at_) {
        text += lines_[at_].text;
        whole = text.size();
        text += end_of(lines_[at_].text, binary);
      }
      // Of a binary block's last line end only the LF is the script's.
      text.resize(whole + (binary && text.size() == whole + 2 ? 1 : 0));
      auto const quoted = scenario::escaped(text);
      auto rest = at_ < lines_.size() ? std::string(lines_[at_++].text.substr(3)) : "";
      if (pattern && binary) out.pop_back();  // strings compare by value, however they come
      out += pattern ? fmt::format("\"{}\"", quoted) + rest : fmt::format("{{text \"{}\"}}", quoted) + rest;
    }
    return out;
  }

  std::string translated(std::string_view text, bool pattern) {
    std::string out;
    for (;;) {
      // What was taken out of a block is as it is.
      auto const block = pattern ? text.npos : text.find(block_mark);
      auto const said = in_our_words(text.substr(0, block), pattern);
      out += said.text;
      if (!said.lost.empty()) out_.remark(line_, fmt::format("{} has no match in the language", said.lost));
      if (block == text.npos) return out;
      auto end = block + block_mark.size();
      while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2 : 1;
      end = std::min(text.find('}', std::min(end, text.size())), text.size() - 1) + 1;
      out += text.substr(block, end - block);
      text.remove_prefix(end);
    }
  }

  void one() {
    auto const raw = base::trim(lines_[at_].text);
    if (raw.empty() || raw.starts_with('#')) {
      finish_command(status_);
      if (raw.starts_with('#') && raw.size() > 1) out_.comment(base::trim(raw.substr(1)));
      ++at_;
      return;
    }
    auto const number = lines_[at_].number;
    bool const told = raw.starts_with("* ") || raw.starts_with("! ") || raw.starts_with("? ") || raw.starts_with("+ ");
    auto const text = whole_line(told);
    if (told) return expectation(text, number);
    said(text, number);
  }

  void expectation(std::string const& text, std::size_t number) {
    auto pattern = as_loose(translated(text, true));
    if (pattern.starts_with("! ") || pattern.starts_with("? "))
      pattern = pattern.substr(0, 2) + "* " + pattern.substr(2);
    if (!open_) return out_.remark(number, "an answer that no command asks for: " + text);
    waiting_.push_back({pattern, number, text});
  }

  void said(std::string_view text, std::size_t number) {
    auto rest = text;
    std::size_t n = 1;
    auto first = rest.substr(0, rest.find(' '));
    if (auto const c = base::number(first); connections_ > 1 && c && *c >= 1 && *c <= connections_) {
      n = *c;
      rest = base::trim(rest.substr(first.size()));
      first = rest.substr(0, rest.find(' '));
    }
    auto const more = base::trim(rest.substr(std::min(rest.size(), first.size())));
    if (status_word(first) && open_ && pending_ && n == now_) return completion(first, more);
    if (status_word(first)) return begin(n, more, first == "\"\"" ? "OK | NO | BAD" : base::to_upper(first), number);
    if (tagged(first, more)) return tagged_line(n, first, more, number);
    begin(n, rest, "OK | NO | BAD", number);
    pending_ = true;
  }

  static bool tagged(std::string_view tag, std::string_view more) {
    return tag.starts_with("tag") &&
           (is_command("x " + std::string(more)) || status_word(more.substr(0, more.find(' '))));
  }

  /// Commands with tags of their own go out together.
  void tagged_line(std::size_t n, std::string_view tag, std::string_view more, std::size_t number) {
    auto const word = more.substr(0, more.find(' '));
    if (!status_word(word)) {
      if (open_ && !pipeline_) finish_command(status_);
      line_ = number;
      out_.sends(session(n), fmt::format("{} {}", tag, translated(more, false)));
      now_ = n;
      in_flight_ = pipeline_ ? in_flight_ + 1 : 1;
      open_ = pipeline_ = true;
      return;
    }
    // As many answers as commands: one each.
    auto const here = in_flight_ > 1 && waiting_.size() == in_flight_ ? 1 : waiting_.size();
    for (std::size_t i = 0; i < here; ++i)
      out_.expects(session(n), waiting_[i].pattern, waiting_[i].line, waiting_[i].from);
    waiting_.erase(waiting_.begin(), waiting_.begin() + std::ptrdiff_t(here));
    if (in_flight_ > 0) --in_flight_;
    out_.expects(session(n),
                 word == "\"\"" ? fmt::format("{} OK | {} NO | {} BAD", tag, tag, tag)
                                : fmt::format("{} {}", tag, base::to_upper(word)),
                 number, more);
    open_ = pipeline_ = false;
  }

  void completion(std::string_view word, std::string_view code) {
    auto status = word == "\"\"" ? std::string("OK | NO | BAD") : base::to_upper(word);
    // The code's name in capitals; variables have small letters.
    auto const name = std::min(code.find_first_of(" ]"), code.size());
    if (code.starts_with('['))
      status += " " + base::to_upper(code.substr(0, name)) + translated(code.substr(name), true);
    finish_command(status);
    pending_ = false;
  }

  /// Whether a literal stands in it: a brace that opens no variable.
  static bool brings_octets(std::string_view line) {
    for (auto at = line.find('{'); at != line.npos; at = line.find('{', at + 1))
      if (at == 0 || line[at - 1] != '$') return true;
    return false;
  }

  void begin(std::size_t n, std::string_view text, std::string const& status, std::size_t number) {
    finish_command(status_);
    line_ = number;
    now_ = n;
    status_ = status;
    open_ = true;
    pending_ = pipeline_ = false;
    auto line = translated(text, false);
    // An APPEND that brings no message takes the next of the mbox.
    if (base::istarts_with(line, "append") && !brings_octets(line)) {
      if (base::words(line).size() == 1) line += " $box";
      line += fmt::format(" {{text \"{}\"}}", scenario::escaped(mail_[next_++ % mail_.size()].octets));
    }
    out_.sends(session(n), line);
  }

  struct wanted {
    std::string pattern;
    std::size_t line;
    std::string from;
  };
  log_file const& file_;
  std::vector<log_line> lines_;
  std::vector<message> mail_;
  std::map<std::string, std::string> header_;
  std::size_t at_ = 0, connections_ = 1, now_ = 1, next_ = 0, line_ = 1;
  std::size_t in_flight_ = 0;  ///< commands with tags of their own that are not answered
  bool open_ = false, pending_ = false, pipeline_ = false, only_ = false;
  std::string status_ = "OK | NO | BAD";
  std::vector<wanted> waiting_;
  suite_script out_;
};

int fits(log_file const& file) {
  bool header = false;
  int commands = 0;
  for (auto const& line : lines_of(std::string_view(file.octets).substr(0, 1u << 16))) {
    for (std::string_view const key : {"messages:", "state:", "connections:", "capabilities:"})
      header = header || line.text.starts_with(key);
    auto w = base::words(line.text);
    if (!w.empty() && base::number(w[0])) w.erase(w.begin());
    bool const begins = !w.empty() && (status_word(w[0]) || w[0].starts_with("tag"));
    if (w.size() > 1 && begins && is_command("x " + std::string(w[1]))) ++commands;
  }
  return header && commands > 0 ? 85 : commands > 2 ? 55 : 0;
}

base::result<rewritten> rewrite(log_file const& file) { return rewriter(file).run(); }

importer const kind{"imaptest", "ImapTest's scripted tests, with their .mbox beside them: to scenarios", fits, nullptr,
                    rewrite};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::record::imaptest
