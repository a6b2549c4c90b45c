// operation: what a step of a script, and the script as a whole, ask for.
#include <algorithm>

#include "base/must.hpp"
#include "scenario/script.hpp"

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

std::size_t script::users() const {
  std::size_t most = 1;
  for (auto const& s : sessions) most = std::max(most, s.user);
  return most;
}

bool script::is_attack() const { return std::ranges::find(tags, "attack") != tags.end(); }

bool script::is_slow() const { return std::ranges::find(tags, "slow") != tags.end(); }

namespace {

base::duration waiting_in(std::vector<operation> const& operations) {
  base::duration out{};
  for (auto const& o : operations) {
    out += o.pause + o.within.value_or(base::duration{});
    for (auto const& branch : o.branches) out += waiting_in(branch);
  }
  return out;
}

}  // namespace

base::duration script::waiting() const { return waiting_in(operations); }

bool script::uses(protocol p) const {
  return std::ranges::any_of(sessions, [&](auto const& s) { return s.proto == p; });
}

}  // namespace mailrig::scenario
