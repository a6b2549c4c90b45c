// junit: each SLO, the validity and the findings of a load run as test cases.
#include <fmt/format.h>

#include <pugixml.hpp>

#include "base/text.hpp"
#include "report/load_format.hpp"

namespace mailrig::report::load_junit {
namespace {

pugi::xml_node test_case(pugi::xml_node suite, std::string const& name) {
  auto one = suite.append_child("testcase");
  one.append_attribute("classname") = "mailrig.load";
  one.append_attribute("name") = base::printable(name).c_str();
  return one;
}

void fails(pugi::xml_node one, char const* how, std::string const& why) {
  auto f = one.append_child(how);
  f.append_attribute("message") = base::printable(why).c_str();
}

void write_junit(load::load_record const& r, std::ostream& out) {
  pugi::xml_document doc;
  auto suite = doc.append_child("testsuites").append_child("testsuite");
  std::size_t tests = 1 + r.slos.size(), failures = 0, errors = 0;
  suite.append_attribute("name") = fmt::format("mailrig load {} {}", r.profile, r.target).c_str();
  suite.append_attribute("time") = fmt::format("{:.3f}", r.measured).c_str();
  auto properties = suite.append_child("properties");
  auto add_property = [&](std::string const& name, std::string const& value) {
    auto one = properties.append_child("property");
    one.append_attribute("name") = name.c_str();
    one.append_attribute("value") = base::printable(value).c_str();
  };
  for (auto const& [name, value] :
       {std::pair<std::string, std::string>{"profile", r.profile}, {"mode", r.mode}, {"seed", std::to_string(r.seed)}})
    add_property(name, value);
  auto const facts = r.environment.facts();
  for (auto const& [name, value] : facts) add_property(name, value);
  bool const valid = r.rig.grade != load::validity::invalid;
  auto validity = test_case(suite, "the measurement is valid");
  if (!valid) fails(validity, "error", fmt::format("{}", fmt::join(r.rig.reasons, "; "))), ++errors;
  if (r.interrupted) {
    ++tests, ++errors;
    fails(test_case(suite, "the run is complete"), "error",
          fmt::format("interrupted after {:.1f} of {:.1f} s", r.measured, r.duration));
  }
  for (auto const& s : r.slos) {
    auto one = test_case(suite, s.text);
    if (!valid)
      one.append_child("skipped").append_attribute("message") = "the measurement is invalid";
    else if (!s.decided)
      one.append_child("skipped").append_attribute("message") = ("undecided: " + s.came).c_str();
    else if (!s.met)
      fails(one, "failure", "it came to " + s.came), ++failures;
  }
  for (auto const& f : r.findings) {
    auto one = test_case(suite, f.rule);
    ++tests;
    if (f.outcome == history::verdict::fail)
      fails(one, "failure", fmt::format("{} ({} times) {}", f.text, f.times, f.requirement)), ++failures;
  }
  suite.append_attribute("tests") = unsigned(tests);
  suite.append_attribute("failures") = unsigned(failures);
  suite.append_attribute("errors") = unsigned(errors);
  doc.save(out, "  ");
}

load_format const junit{"junit", "SLOs, validity and findings as test cases", &write_junit};
base::registrar const registered{junit};

}  // namespace
}  // namespace mailrig::report::load_junit
