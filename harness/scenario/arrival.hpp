// arrival: something that a server sent, kept until an expectation has looked at it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "wire/imap/response.hpp"

namespace mailrig::scenario {

/// What the arrivals of a stage take of memory; each counts itself in and out.
class arrival_weight {
 public:
  arrival_weight() = default;
  arrival_weight(arrival_weight const&) = delete;
  ~arrival_weight() {
    if (sum_) *sum_ -= octets_;
  }
  /// `sum` outlives the arrival.
  void put_on(std::size_t& sum, std::size_t octets) {
    sum_ = &sum;
    octets_ = octets;
    sum += octets;
  }

 private:
  std::size_t* sum_ = nullptr;
  std::size_t octets_ = 0;
};

/// Owns its octets.
struct arrival {
  enum class kind { untagged, tagged, continuation, pop3, ended } what = kind::untagged;
  std::string octets;
  wire::imap::response response;  ///< views into `octets`
  std::uint32_t serial = 0;       ///< slot that the number of "* n ..." named when it came
  std::string body;               ///< POP3: lines, unstuffed
  bool multi = false;
  std::string line;     ///< POP3 status line; end cause
  bool used = false;    ///< an expectation has taken it
  bool broken = false;  ///< it breaks the grammar
  arrival_weight weight;
};
using arrival_ptr = std::unique_ptr<arrival>;

}  // namespace mailrig::scenario
