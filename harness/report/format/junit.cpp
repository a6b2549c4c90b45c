// junit: for CI systems: a test suite for each folder, failures as failures, errors as errors, known ones as skipped.
#include <fmt/format.h>

#include <map>
#include <pugixml.hpp>

#include "report/wording.hpp"

namespace mailrig::report {
namespace {

using history::verdict;

/// XML 1.0 has no control characters but tab and line ends, escaped or not.
std::string clean(std::string_view text) {
  std::string out;
  for (char c : text)
    if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t')
      out += c;
    else
      out += '?';
  return out;
}

void write_case(pugi::xml_node suite, std::string const& folder, history::scenario_result const& r,
                report_context const& c) {
  auto test = suite.append_child("testcase");
  test.append_attribute("classname") = folder.c_str();
  test.append_attribute("name") = r.id.substr(folder.size() + 1).c_str();
  test.append_attribute("time") = fmt::format("{:.3f}", double(r.took.count()) / 1e9).c_str();
  if (!r.file.empty()) test.append_attribute("file") = r.file.c_str();
  std::string text;
  for (auto const& f : r.findings) {
    text += fmt::format("{}  {}\n{}\n{}\n", history::name_of(f.outcome), history::finding_id(r, f), f.text,
                        rule_line(f, c.requirements));
    for (auto const& line : finding_lines(f)) text += line + "\n";
    for (auto const& line : story_lines(f, r.sessions)) text += line + "\n";
    text += "\n";
  }
  if (r.outcome >= verdict::warn)
    for (auto const& line : transcript_lines(r)) text += line + "\n";
  if (!r.rerun.empty()) text += "\nrerun: " + r.rerun + "\n";
  auto const message = r.findings.empty() ? r.reason : r.findings.front().text;
  auto put = [&](char const* element) {
    auto node = test.append_child(element);
    node.append_attribute("message") = clean(message).c_str();
    if (!r.findings.empty()) node.append_attribute("type") = r.findings.front().requirement.c_str();
    node.text().set(clean(text).c_str());
  };
  if (r.outcome == verdict::skip || r.known()) {
    test.append_child("skipped").append_attribute("message") =
        clean(r.known() ? "known failure: " + message : r.reason).c_str();
  } else if (r.outcome == verdict::fail) {
    put("failure");
  } else if (r.outcome == verdict::error || r.outcome == verdict::unknown) {
    put("error");
  } else if (!r.findings.empty()) {
    test.append_child("system-out").text().set(clean(text).c_str());
  }
}

void write_junit(report_context const& c, std::ostream& out) {
  std::map<std::string, std::vector<history::scenario_result const*>> folders;
  for (auto const& r : c.run.results) {
    auto const slash = r.id.rfind('/');
    folders[slash == r.id.npos ? "." : r.id.substr(0, slash)].push_back(&r);
  }
  pugi::xml_document document;
  auto root = document.append_child("testsuites");
  root.append_attribute("name") = fmt::format("mailrig {}", c.run.target).c_str();
  for (auto const& [folder, results] : folders) {
    auto suite = root.append_child("testsuite");
    std::size_t failures = 0, errors = 0, skipped = 0;
    double took = 0;
    for (auto const* r : results) {
      failures += r->outcome == verdict::fail && !r->known();
      errors += r->outcome == verdict::error || r->outcome == verdict::unknown;
      skipped += r->outcome == verdict::skip || r->known();
      took += double(r->took.count()) / 1e9;
    }
    suite.append_attribute("name") = folder.c_str();
    suite.append_attribute("tests") = unsigned(results.size());
    suite.append_attribute("failures") = unsigned(failures);
    suite.append_attribute("errors") = unsigned(errors);
    suite.append_attribute("skipped") = unsigned(skipped);
    suite.append_attribute("time") = fmt::format("{:.3f}", took).c_str();
    suite.append_attribute("timestamp") = c.run.started.substr(0, 19).c_str();
    for (auto const* r : results) write_case(suite, folder, *r, c);
  }
  document.save(out, "  ", pugi::format_default, pugi::encoding_utf8);
}

format const junit{"junit", "JUnit XML for CI systems", &write_junit};
base::registrar const registered{junit};

}  // namespace
}  // namespace mailrig::report
