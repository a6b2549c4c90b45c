// kind: one family of requests that an exploration draws: in which forms they come, and what is sent for a choice of
// them. Kinds register themselves, so a new file adds one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/must.hpp"
#include "base/registry.hpp"
#include "history/event.hpp"
#include "scenario/explore/covering.hpp"

namespace mailrig::scenario {

/// One form. `needs` is a capability; without it the form is left out, and with it the capability counts as exercised.
struct level {
  std::string_view name;
  std::string_view needs = {};
};

/// One respect in which forms differ: "uid": yes, no.
struct factor {
  std::string_view name;
  std::vector<level> levels;
  bool ground = false;  ///< a server may decline for it: "can't ... that name"; never for how a request is written
};

/// One level of each factor.
class choice {
 public:
  choice(std::vector<factor> const& factors, covering_row row) : factors_(factors), row_(std::move(row)) {}

  std::string_view operator[](std::string_view name) const {
    for (std::size_t f = 0; f < factors_.size(); ++f)
      if (factors_[f].name == name) return factors_[f].levels[row_[f]].name;
    MAILRIG_MUST(!"a factor of this kind");
    return {};
  }
  bool is(std::string_view name, std::string_view of) const { return (*this)[name] == of; }
  covering_row const& row() const { return row_; }
  /// "name=deep": of the factors that a server may decline for.
  std::vector<std::string> grounds() const {
    std::vector<std::string> out;
    for (std::size_t f = 0; f < factors_.size(); ++f)
      if (factors_[f].ground) out.push_back(told(f));
    return out;
  }
  /// "uid=yes set=range"
  std::string text() const {
    std::string out;
    for (std::size_t f = 0; f < factors_.size(); ++f) {
      if (f) out += ' ';
      out += told(f);
    }
    return out;
  }

 private:
  std::string told(std::size_t f) const {
    return std::string(factors_[f].name).append("=").append(factors_[f].levels[row_[f]].name);
  }

  std::vector<factor> const& factors_;
  covering_row row_;
};

class explorer;

struct exploration_kind {
  std::string_view name;
  std::string_view summary;
  history::protocol proto;
  std::string_view requirement;  ///< what a legal request breaks that is not answered as it may be
  std::vector<factor> factors;
  /// Sends what the choice says, and then looks at what it came to.
  void (*play)(explorer&, choice const&);
  std::string_view needs = {};  ///< capability; without it there is nothing to explore
};

/// Registers itself.
struct exploration : exploration_kind {
  explicit exploration(exploration_kind k) : exploration_kind(std::move(k)) {
    base::registry<exploration_kind>::add(*this);
  }
  exploration(exploration const&) = delete;
};

/// The forms that keywords and strings have everywhere.
inline factor const case_factor{"case", {{"upper"}, {"lower"}, {"mixed"}}};
inline factor const uid_factor{"uid", {{"no"}, {"yes"}}};
inline factor const string_factor{"string", {{"atom"}, {"quoted"}, {"literal"}, {"literal+", "LITERAL+"}}};
inline factor const set_factor{
    "set", {{"one"}, {"range"}, {"reversed"}, {"list"}, {"star"}, {"to-star"}, {"from-star"}, {"overlap"}, {"all"}}};

}  // namespace mailrig::scenario
