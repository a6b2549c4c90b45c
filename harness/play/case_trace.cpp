// case_trace: see case_trace.hpp.
#include "play/case_trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "check/client/client_checker.hpp"
#include "check/judge.hpp"
#include "history/trace.hpp"
#include "scenario/transcript.hpp"

namespace mailrig::play {
namespace {

using model::item_kind;

/// Looks for passwords that are given.
class login_watch final : public model::item_sink {
 public:
  explicit login_watch(case_trace& to) : to_(to) {}

  void see(model::item const& i) override {
    if (i.kind == item_kind::secured) secured_.insert(i.session);
    bool const imap = i.kind == item_kind::command && gives(*i.command);
    bool const pop3 = i.kind == item_kind::pop3_command && gives(*i.pop3_command_);
    if (!imap && !pop3) return;
    ++to_.logins;
    if (!secured_.contains(i.session)) ++to_.clear;
  }

 private:
  static bool is_readable(std::string_view mechanism) {
    return base::iequals(mechanism, "PLAIN") || base::iequals(mechanism, "LOGIN") ||
           base::iequals(mechanism, "XOAUTH2") || base::iequals(mechanism, "OAUTHBEARER");
  }
  static std::string_view argument(std::string_view line, std::size_t n) {
    auto const all = base::words(line);
    return n < all.size() ? base::trim(all[n]) : std::string_view();
  }
  static bool gives(model::imap_command const& c) {
    if (c.is("LOGIN")) return true;
    auto line = std::string_view(c.sent.octets);
    return c.is("AUTHENTICATE") && is_readable(base::trim(argument(line.substr(0, line.find('\r')), 2)));
  }
  static bool gives(model::pop3_command const& c) {
    return c.is("PASS") || (c.is("AUTH") && !c.arguments.empty() && is_readable(c.arguments[0]));
  }

  case_trace& to_;
  std::set<history::session_id> secured_;
};

/// Each trace counts its sessions from 0; together they go on.
class renumbered final : public history::event_sink {
 public:
  renumbered(case_trace& to, history::event_sink& judge, scenario::transcript& lines)
      : to_(to), judge_(judge), lines_(lines), first_(to.sessions.size()) {}

  void take(history::event const& e) override {
    auto mine = e;
    mine.session = history::session_id(first_ + e.session);
    while (to_.sessions.size() <= mine.session)
      to_.sessions.push_back(fmt::format("{}-{}", history::name_of(e.proto), to_.sessions.size() + 1));
    judge_.take(mine);
    lines_.take(mine);
  }

 private:
  case_trace& to_;
  history::event_sink& judge_;
  scenario::transcript& lines_;
  std::size_t first_;
};

}  // namespace

base::result<case_trace> case_trace::read(std::filesystem::path const& folder, history::catalogue const& requirements) {
  case_trace out;
  std::vector<std::filesystem::path> files;
  std::error_code none;
  for (auto const& entry : std::filesystem::directory_iterator(folder, none))
    if (entry.path().extension() == ".jsonl") files.push_back(entry.path());
  std::ranges::sort(files);
  scenario::transcript lines;
  for (auto const& file : files) {
    check::judge judge(check::checkers_of_clients(), &requirements);
    login_watch watch(out);
    judge.observe(&watch);
    renumbered sink(out, judge, lines);
    if (auto const read = history::read_trace(file, sink); !read) return read.error();
    std::ranges::move(judge.take_findings(), std::back_inserter(out.findings));
  }
  out.transcript = std::move(lines.lines);
  std::ranges::stable_sort(out.transcript, {}, &history::transcript_line::at);
  return out;
}

}  // namespace mailrig::play
