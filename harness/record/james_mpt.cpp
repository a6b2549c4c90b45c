// james_mpt: Apache James' MPT scripts: "C: " lines as they are sent, "S: " lines as regular expressions, "SUB {"
// blocks in any order, "SESSION: n"; each becomes a scenario, with what its Java class prepares.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/file.hpp"
#include "base/text.hpp"
#include "record/james_answers.hpp"
#include "record/james_commands.hpp"
#include "record/james_fixture.hpp"
#include "record/james_names.hpp"
#include "record/james_stage.hpp"
#include "record/log_lines.hpp"
#include "record/suite_script.hpp"
#include "scenario/escapes.hpp"

namespace mailrig::record::james_mpt {
namespace {

constexpr std::string_view set_up_script = "SelectedStateSetup.test";

class rewriter {
 public:
  explicit rewriter(log_file const& file)
      : file_(file), fixture_(fixture_of(file)), names_(fixture_), set_up_(set_up_of(file, fixture_)) {
    for (auto const& text : {std::string_view(set_up_), std::string_view(file.octets)})
      for (auto const& line : lines_of(text)) lines_.push_back(line);
    stand_in_ = fixture_.begins == james_fixture::beginning::selected && set_up_.empty();
    if (stand_in_) names_.let_inbox_be("selected");
    survey();
  }

  base::result<rewritten> run() {
    write_header();
    prepare_james_mail(out_, fixture_, names_);
    while (at_ < lines_.size()) one();
    for (auto const& box : in_inbox_) {
      out_.remark(1, fmt::format("{} stays where it is when the scenario ends early", box));
      out_.sends(now_, "DELETE " + box);
      out_.expects(now_, "OK | NO", 0, box);
    }
    return out_.finish(file_.path);
  }

 private:
  static james_fixture fixture_of(log_file const& file) {
    auto const found = james_class_around(file.path);
    return found ? *found : guessed_fixture(file.octets);
  }

  static std::string set_up_of(log_file const& file, james_fixture const& fixture) {
    if (fixture.begins != james_fixture::beginning::selected) return "";
    auto const text = base::read_file(file.path.parent_path() / set_up_script, 1u << 20);
    return text ? *text : "";
  }

  void survey() {
    std::string now = "client";
    for (auto const& line : lines_) {
      if (line.text.starts_with("SESSION:")) now = "s" + std::string(base::trim(line.text.substr(8)));
      if (line.text.starts_with("C:") && std::ranges::find(sessions_, now) == sessions_.end()) sessions_.push_back(now);
    }
    // What the set-up says, which names no session, is the first one's.
    if (sessions_.size() > 1 && sessions_[0] == "client") sessions_.erase(sessions_.begin()), now_ = sessions_[0];
    if (sessions_.empty()) sessions_.push_back(now_);
  }

  void write_header() {
    using enum james_fixture::beginning;
    auto const begins = fixture_.begins == greeting             ? "greeting"
                        : fixture_.begins == inbox || stand_in_ ? "selected"
                                                                : "authenticated";
    std::string sessions;
    for (auto const& s : sessions_) sessions += fmt::format("{}{}=imap/{}", sessions.empty() ? "" : " ", s, begins);
    out_.header("title", fmt::format("What James' {} asks", file_.path.stem().string()));
    out_.header("proves", "RFC3501-2.2.2-03");
    if (stand_in_) out_.header("mail", "plain x 4");
    bool const xlist =
        std::ranges::any_of(lines_, [](log_line const& l) { return l.text.find(" XLIST ") != l.text.npos; });
    out_.header("needs", xlist ? "XLIST" : "");
    out_.header("sessions", sessions + james_preparers(fixture_, names_));
    out_.blank();
    if (stand_in_)
      out_.remark(1,
                  fmt::format("it wants the mailbox with mail that {} makes, which is not beside it: INBOX with four "
                              "other messages stands for it",
                              set_up_script));
    for (auto const& name : names_.left_out()) out_.remark(1, fmt::format("{}: there is no third account", name));
    if (fixture_.quota) out_.remark(1, "it wants the limits that its Java class sets: 7 messages for the account");
  }

  void one() {
    auto const [text, number] = lines_[at_++];
    auto const rest = text.substr(std::min<std::size_t>(3, text.size()));
    if (text.starts_with("C:")) return client(rest, number);
    if (text.starts_with("S:")) return server(std::string(rest), number);
    if (text.starts_with("SESSION:")) {
      now_ = "s" + std::string(base::trim(text.substr(8)));
    } else if (text.starts_with("#")) {
      auto const said = base::trim(text.substr(1));
      // Not the licence's frame.
      if (!said.empty() && !said.starts_with('#') && !said.ends_with('#')) out_.comment(said);
    } else if (base::trim(text).empty()) {
      out_.blank();
    } else if (text.starts_with("REINIT")) {
      out_.does(now_, "drop");
      out_.does(now_, "connect");
    } else if (text.starts_with("WAIT ") || text.starts_with("AWAIT") || text.starts_with("LOG ") ||
               text.starts_with("TIMER ")) {
      out_.comment(text);  // for its own index and its own figures
    } else if (!text.starts_with("SUB {") && !text.starts_with("}")) {
      out_.remark(number, text);
    }
  }

  /// Whether the script wants the command that has this tag to be done.
  bool wants_ok(std::string_view tag) const {
    for (auto i = at_; i < lines_.size(); ++i)
      if (lines_[i].text.starts_with(fmt::format("S: {} ", tag)))
        return lines_[i].text.substr(tag.size() + 4).starts_with("OK");
    return false;
  }

  static std::string_view without_quotes(std::string_view word) {
    return word.size() > 1 && word.starts_with('"') ? word.substr(1, word.size() - 2) : word;
  }

  void client(std::string_view text, std::size_t number) {
    auto& heard = heard_[now_];
    if (std::exchange(heard.invited, false)) return out_.sends(now_, text);
    heard.expunged.clear();
    if (!is_command(text)) return out_.does(now_, fmt::format("raw \"{}\\r\\n\"", scenario::escaped(text)));
    auto const line = whole_command(lines_, at_, text);
    if (!line.short_of.empty()) out_.remark(number, line.short_of);
    auto const w = base::words(text);
    heard.tag = w[0];
    heard.verb = base::to_upper(w[1]);
    auto const right = wants_ok(w[0]) ? mended(line.text) : line.text;
    if (!right && only_asks(heard.verb)) return leave_out(text, number);
    auto const said = right.value_or(line.text);
    if (said != line.text) out_.remark(number, fmt::format("sent as the grammar has it: {}", text));
    bool const opens = heard.verb == "SELECT" || heard.verb == "EXAMINE";
    if (opens) heard.inbox = w.size() > 2 && base::iequals(names_.of(without_quotes(w[2])), "INBOX");
    if (heard.verb == "CREATE" && w.size() > 2 && base::istarts_with(w[2], "INBOX.")) in_inbox_.insert(names_.of(w[2]));
    if (heard.inbox && heard.verb == "UID") out_.remark(number, fmt::format("UIDs of an INBOX that is new: {}", text));
    out_.sends(now_, with_account(names_.in_command(said)));
  }

  /// What is no command by the grammar, though its answer is meant to be OK; with that answer.
  void leave_out(std::string_view text, std::size_t number) {
    out_.remark(number, fmt::format("is no command: {}", text));
    out_.comment(text);
    auto const end = fmt::format("S: {} ", heard_[now_].tag);
    while (at_ < lines_.size() && !lines_[at_].text.starts_with("C:"))
      if (lines_[at_++].text.starts_with(end)) break;
  }

  void server(std::string text, std::size_t number) {
    auto& heard = heard_[now_];
    if (text.starts_with("\\+")) {
      heard.invited = true;
      return out_.expects(now_, "+", number, text);
    }
    bool const more = at_ < lines_.size() && lines_[at_].text.starts_with("S:");
    if (text == ".*" && !more)
      return out_.expects(now_, fmt::format("{0} OK | {0} NO | {0} BAD", heard.tag), number, text);
    if (text.find("(?!") != text.npos) {
      out_.comment(text);
      return out_.remark(number, "cannot be said in a pattern: " + text);
    }
    auto const answer = answer_of(lines_, at_, text, heard, names_);
    if (!answer.empty()) out_.expects(now_, answer, number, text);
  }

  log_file const& file_;
  james_fixture fixture_;
  james_names names_;
  std::string set_up_;
  std::vector<log_line> lines_;
  std::vector<std::string> sessions_;
  std::map<std::string, james_session> heard_;
  std::set<std::string> in_inbox_;
  bool stand_in_ = false;
  std::string now_ = "client";
  std::size_t at_ = 0;
  suite_script out_;
};

bool has_line(log_file const& file, bool (*is)(std::string_view)) {
  return std::ranges::any_of(lines_of(std::string_view(file.octets).substr(0, 1u << 16)),
                             [&](log_line const& l) { return is(l.text); });
}

/// The protocol that it is in, where that is none of ours.
std::string_view foreign_protocol(log_file const& file) {
  bool const imap = has_line(file, [](std::string_view l) {
    // Tag and verb: "a1 NOOP"; ManageSieve's commands have no tags.
    auto const w = base::words(l);
    return l.starts_with("S: \\*") || l.starts_with("S: \\+") ||
           (w.size() > 2 && w[0] == "S:" && (w[2] == "OK" || w[2] == "NO" || w[2] == "BAD"));
  });
  if (imap) return "";
  if (has_line(file, [](std::string_view l) { return l.starts_with("S: 220") || l.starts_with("S: 250"); }))
    return "SMTP";
  bool const untagged = has_line(file, [](std::string_view l) {
    return l.starts_with("S: OK") || l.starts_with("S: NO") || l.starts_with("S: \"");
  });
  return untagged ? "ManageSieve" : "";
}

int fits(log_file const& file) {
  if (has_line(file, [](std::string_view l) { return l.starts_with("S: \\*") || l.starts_with("S: \\+"); })) return 90;
  bool const words = file.path.extension() == ".test" || has_line(file, [](std::string_view l) {
                       return l.starts_with("SESSION:") || l.starts_with("SUB {") || l.starts_with("WAIT ") ||
                              l.starts_with("TIMER ") || l.starts_with("REINIT");
                     });
  return words && fit_of(
                      file, [](std::string_view l) { return l.starts_with("C: "); }, 1, 2)
             ? 88
             : 0;
}

base::result<rewritten> rewrite(log_file const& file) {
  if (auto const other = foreign_protocol(file); !other.empty())
    return base::fault{0, at_line(file.path, 1), fmt::format("is a script in {}; mailrig plays IMAP and POP3", other)};
  return rewriter(file).run();
}

importer const kind{"james-mpt", "Apache James' MPT scripts (*.test): to scenarios", fits, nullptr, rewrite};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::record::james_mpt
