// expected_line: see expected_line.hpp.
#include "scenario/expected_line.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace mailrig::scenario {
namespace {

class expected_line_reader {
 public:
  expected_line_reader(std::string_view text, history::protocol proto) : all_(text), proto_(proto) {}

  base::result<expected_line> read() {
    auto text = all_;
    if (text.starts_with("within ")) {
      auto const word = base::words(text)[1];
      out_.within = read_duration(word);
      if (!out_.within || *out_.within > longest_slow_wait)
        return wrong("'within' takes a time up to 10m, e.g. 2s; up to 2h where the scenario is tagged slow", word);
      text = base::trim(text.substr(std::size_t(word.data() + word.size() - text.data())));
    }
    auto& e = out_.what;
    e.text = text;
    out_.only = text == "only";
    if (out_.only || text.empty()) return std::move(out_);
    if (text.starts_with("! ")) e.how = expectation::mode::forbidden;
    if (text.starts_with("? ")) e.how = expectation::mode::optional;
    if (e.how != expectation::mode::required) text = base::trim(text.substr(2));
    if (text.starts_with("trait ")) {
      auto const colon = text.find(": ");
      if (colon == text.npos) return wrong("a trait is written 'trait NAME: PATTERN = LABEL | PATTERN = LABEL'", text);
      e.trait = base::trim(text.substr(6, colon - 6));
      text = base::trim(text.substr(colon + 2));
    }
    if (auto const done = alternatives(text); !done) return done.error();
    return std::move(out_);
  }

 private:
  base::fault wrong(std::string what, std::string_view part) const {
    // What is blank is nowhere.
    return {part.data() ? std::size_t(part.data() - all_.data()) : 0, "scenario", std::move(what)};
  }

  base::result<void> alternatives(std::string_view text) {
    auto& e = out_.what;
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
      auto p = pattern::read(one, proto_);
      if (!p) return wrong(p.error().text, one.substr(std::min(p.error().offset, one.size())));
      e.alternatives.push_back(std::move(*p));
      if (bar == text.npos) return {};
      text = text.substr(bar + 3);
    }
  }

  std::string_view all_;
  history::protocol proto_;
  expected_line out_;
};

}  // namespace

base::result<expected_line> read_expected_line(std::string_view text, history::protocol proto) {
  return expected_line_reader(text, proto).read();
}

}  // namespace mailrig::scenario
