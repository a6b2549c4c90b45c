// run_finding: see run_finding.hpp.
#include "scenario/run_finding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "scenario/runner.hpp"

namespace mailrig::scenario {
namespace {

history::finding against(char const* requirement, history::level otherwise, history::catalogue const* requirements) {
  history::finding f;
  f.requirement = requirement;
  f.weight = requirements ? requirements->level_of(f.requirement) : otherwise;
  f.outcome = history::verdict_of(f.weight);
  return f;
}

}  // namespace

history::finding flags_left_out(std::string const& which, history::catalogue const* requirements) {
  auto f = against("RFC3501-6.3.11-01", history::level::should, requirements);
  f.rule = flags_not_appended;
  f.text =
      fmt::format("APPEND was given flags, answered OK, and the messages lack {}; STORE has set them since", which);
  f.expected = {"the flags that APPEND was given"};
  return f;
}

void tell_once_of_flags(history::run_record& record) {
  bool told = false;
  for (auto& r : record.results) {
    auto const at = std::ranges::find(r.findings, flags_not_appended, &history::finding::rule);
    if (at == r.findings.end() || !std::exchange(told, true)) continue;
    r.findings.erase(at);
    r.outcome = grade(r);
  }
}

history::finding still_there(std::string const& text, history::protocol proto, history::catalogue const* requirements) {
  auto f = against(proto == history::protocol::imap ? "RFC3501-6.4.3-01" : "RFC1939-6.QUIT-01", history::level::must,
                   requirements);
  f.rule = "cleaning.kept";
  f.text =
      fmt::format("after the scenario all mail was marked and removed, and each command was answered OK: {}", text);
  f.expected = {"an empty mailbox"};
  return f;
}

history::finding unusable_prefix(std::string const& why, bool no_name, history::catalogue const* requirements) {
  auto f = against("RFC2342-6-01", history::level::must, requirements);
  f.rule = "namespace.prefix";
  f.text = why;
  f.expected = {"a prefix of printable characters that are no patterns, of at most 200 octets"};
  if (!no_name) f.weight = history::level::may, f.outcome = history::verdict::info;
  return f;
}

history::finding not_served(unserved const& who, history::catalogue const* requirements) {
  auto f = against(who.proto == history::protocol::imap ? "RFC3501-2.2.2-03" : "RFC1939-5-01", history::level::must,
                   requirements);
  f.rule = who.rule;
  f.text = who.text;
  f.expected = {"a server that serves everybody else"};
  if (who.hurried) f.outcome = history::verdict::unknown;
  return f;
}

}  // namespace mailrig::scenario
