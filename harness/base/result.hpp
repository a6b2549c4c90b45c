// result: a value, or a fault that says where and what.
#pragma once

#include <boost/system/result.hpp>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <utility>

namespace mailrig::base {

/// What went wrong while reading octets or text. `offset` counts octets from where reading began.
struct fault {
  std::size_t offset = 0;
  std::string rule;   ///< production, key or option that was being read
  std::string text;   ///< what is wrong and, where known, how to mend it
  bool ours = false;  ///< nothing is wrong with it: it is more than we read

  fault() = default;
  fault(std::size_t where, std::string what_rule, std::string what)
      : offset(where), rule(std::move(what_rule)), text(std::move(what)) {}
  bool operator==(fault const&) const = default;
};

template <class T>
using result = boost::system::result<T, fault>;

/// boost::system::result calls this from value(); only the command line's edge catches it.
[[noreturn]] inline void throw_exception_from_error(fault const& f, boost::source_location const&) {
  throw std::runtime_error(f.rule.empty() ? f.text : f.rule + ": " + f.text);
}

}  // namespace mailrig::base
