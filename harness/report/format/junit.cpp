// junit: for CI systems: a test suite for each folder, failures as failures, errors as errors, known ones as skipped.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <pugixml.hpp>

#include "base/text.hpp"
#include "report/causes.hpp"
#include "report/wording.hpp"

namespace mailrig::report::junit {
namespace {

using history::verdict;

/// XML 1.0 has no control characters but tab and line ends, escaped or not; a file's name may be no UTF-8.
std::string clean(std::string_view text) {
  bool const utf8 = base::is_utf8(text);
  std::string out;
  for (char c : text)
    if ((static_cast<unsigned char>(c) >= 0x20 && (utf8 || static_cast<unsigned char>(c) < 0x80)) || c == '\n' ||
        c == '\t')
      out += c;
    else
      out += '?';
  return out;
}

/// Nothing is wrong with the server that we know of: the scenario did not come to what it is about.
bool is_unplayed(history::scenario_result const& r) {
  return !r.reason.empty() && !r.known() && (r.outcome == verdict::unknown || r.outcome == verdict::error);
}

std::string folder_of(std::string const& id) {
  auto const slash = id.rfind('/');
  return slash == id.npos ? "." : id.substr(0, slash);
}

/// The finding that the scenario's verdict comes from.
history::finding const* worst(history::scenario_result const& r) {
  history::finding const* out = nullptr;
  for (auto const& f : r.findings)
    if (!out || f.outcome > out->outcome) out = &f;
  return out;
}

std::string text_of(history::scenario_result const& r, causes const& all, report_context const& c) {
  std::string text;
  if (!r.reason.empty()) text += r.reason + "\n\n";
  for (auto const& note : r.notes) text += "note: " + note + "\n\n";
  for (auto const& told : all.told_by(r)) {
    auto const& f = *told.finding;
    auto const& cause = *all.of(f);
    text += fmt::format("{}  {}{}\n{}\n", history::name_of(f.outcome), history::finding_id(r, f),
                        told.times > 1 ? fmt::format(" ({} times)", told.times) : "", f.text);
    if (!cause.is_first(r)) {
      text += fmt::format("as in {}\n\n", cause.first().id);
      continue;
    }
    text += rule_line(f, c.requirements) + "\n";
    for (auto const& line : finding_lines(f)) text += line + "\n";
    for (auto const& line : story_lines(f, r.sessions)) text += line + "\n";
    for (std::size_t i = 1; i < cause.scenarios.size(); ++i)
      text += fmt::format("{}{}\n", i == 1 ? "also in:  " : "          ", cause.scenarios[i]->id);
    text += "\n";
  }
  if (r.outcome >= verdict::warn && !all.says_nothing_new(r))
    for (auto const& line : transcript_lines(r)) text += line + "\n";
  if (!r.rerun.empty()) text += "\nrerun: " + r.rerun + "\n";
  return text;
}

/// "EXPUNGE while only FETCH runs (in 14 scenarios, first in imap/...)".
std::string message_of(history::scenario_result const& r, causes const& all) {
  auto const* f = worst(r);
  auto const* c = f ? all.of(*f) : all.of(r);
  auto const text = f ? f->text : r.reason;
  if (!c || c->scenarios.size() < 2) return text;
  return fmt::format("{} (in {}, {})", text, scenarios_text(c->scenarios.size()),
                     c->is_first(r) ? "of which this is the first" : "first in " + c->first().id);
}

void write_case(pugi::xml_node suite, std::string const& folder, history::scenario_result const& r, causes const& all,
                report_context const& c) {
  auto test = suite.append_child("testcase");
  test.append_attribute("classname") = clean(folder).c_str();
  test.append_attribute("name") = clean(r.id.substr(folder == "." ? 0 : folder.size() + 1)).c_str();
  test.append_attribute("time") = fmt::format("{:.3f}", double(r.took.count()) / 1e9).c_str();
  if (!r.file.empty()) test.append_attribute("file") = clean(r.file).c_str();
  auto const text = text_of(r, all, c);
  auto const message = message_of(r, all);
  auto put = [&](char const* element) {
    auto node = test.append_child(element);
    node.append_attribute("message") = clean(message).c_str();
    if (auto const* f = worst(r)) node.append_attribute("type") = f->requirement.c_str();
    node.text().set(clean(text).c_str());
  };
  auto skipped = [&](std::string const& why) {
    test.append_child("skipped").append_attribute("message") = clean(why).c_str();
  };
  if (r.outcome == verdict::skip) return skipped(r.reason);
  if (r.known()) return skipped("known failure: " + message);
  // One error stands for all that could not be played for one reason; see write_unplayed().
  if (is_unplayed(r)) return skipped("inconclusive: " + r.reason);
  if (r.outcome == verdict::fail) return put("failure");
  if (r.outcome == verdict::error || r.outcome == verdict::unknown) return put("error");
  if (!r.findings.empty()) test.append_child("system-out").text().set(clean(text).c_str());
}

/// A test case for each reason why scenarios could not be played.
void write_unplayed(pugi::xml_node root, causes const& all, history::run_record const& run) {
  std::vector<cause const*> reasons;
  for (auto const* c : all.by_weight())
    if (!c->finding && std::ranges::any_of(c->scenarios, [](auto const* r) { return is_unplayed(*r); }))
      reasons.push_back(c);
  if (reasons.empty()) return;
  auto suite = root.append_child("testsuite");
  suite.append_attribute("name") = "what could not be played";
  suite.append_attribute("tests") = unsigned(reasons.size());
  suite.append_attribute("failures") = 0;
  suite.append_attribute("errors") = unsigned(reasons.size());
  suite.append_attribute("skipped") = 0;
  suite.append_attribute("time") = "0.000";
  suite.append_attribute("timestamp") = run.started.substr(0, 19).c_str();
  for (auto const* c : reasons) {
    auto test = suite.append_child("testcase");
    test.append_attribute("classname") = "what could not be played";
    test.append_attribute("name") = clean(c->what.substr(0, 200)).c_str();
    test.append_attribute("time") = "0.000";
    auto node = test.append_child("error");
    node.append_attribute("message") =
        clean(fmt::format("{} {}", scenarios_text(c->scenarios.size()), c->what)).c_str();
    std::string text;
    for (auto const* r : c->scenarios) text += r->id + "\n";
    for (auto const& line : transcript_lines(c->first())) text += line + "\n";
    if (!c->first().rerun.empty()) text += "\nrerun: " + c->first().rerun + "\n";
    node.text().set(clean(text).c_str());
  }
}

void write_junit(report_context const& c, std::ostream& out) {
  causes const all(c.run);
  std::map<std::string, std::vector<history::scenario_result const*>> folders;
  for (auto const& r : c.run.results) folders[folder_of(r.id)].push_back(&r);
  pugi::xml_document document;
  auto root = document.append_child("testsuites");
  root.append_attribute("name") = clean(fmt::format("mailrig {}", c.run.target)).c_str();
  for (auto const& [folder, results] : folders) {
    auto suite = root.append_child("testsuite");
    std::size_t failures = 0, errors = 0, skipped = 0;
    double took = 0;
    for (auto const* r : results) {
      failures += r->outcome == verdict::fail && !r->known();
      errors += (r->outcome == verdict::error || r->outcome == verdict::unknown) && !is_unplayed(*r);
      skipped += r->outcome == verdict::skip || r->known() || is_unplayed(*r);
      took += double(r->took.count()) / 1e9;
    }
    suite.append_attribute("name") = clean(folder).c_str();
    suite.append_attribute("tests") = unsigned(results.size());
    suite.append_attribute("failures") = unsigned(failures);
    suite.append_attribute("errors") = unsigned(errors);
    suite.append_attribute("skipped") = unsigned(skipped);
    suite.append_attribute("time") = fmt::format("{:.3f}", took).c_str();
    suite.append_attribute("timestamp") = c.run.started.substr(0, 19).c_str();
    for (auto const* r : results) write_case(suite, folder, *r, all, c);
  }
  write_unplayed(root, all, c.run);
  document.save(out, "  ", pugi::format_default, pugi::encoding_utf8);
}

format const junit{"junit", "JUnit XML for CI systems", &write_junit};
base::registrar const registered{junit};

}  // namespace
}  // namespace mailrig::report::junit
