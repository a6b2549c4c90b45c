// failing_line: what becomes of one client's line: as a rule it carries what is said; it may forget the connection
// after a silence, as a NAT does whose table is full, or go dark, as where a phone leaves its cell. Neither end is
// told. Decides only, by the time that it is given: whoever has the connection acts on it.
#pragma once

#include <cstdint>

#include "base/clock.hpp"
#include "base/rng.hpp"

namespace mailrig::net {

/// Of all connections of a kind of client. Default: the line does not fail.
struct line_failures {
  base::duration
      forget_idle{};  ///< after so long without an octet it knows the connection no more; 0: it never forgets
  bool forgets_by_reset =
      false;             ///< what the client says then is answered by RST, on the server's behalf; else by nothing
  double blackhole = 0;  ///< share of the connections whose line goes dark, 0 to 1
  base::duration blackhole_after = std::chrono::minutes(1);  ///< the mean of when; exponential
  bool any() const { return forget_idle.count() > 0 || blackhole > 0; }
};

/// Of one connection. Instants on the loop's axis.
class failing_line {
 public:
  failing_line(line_failures const& how, base::instant opened, std::uint64_t seed);

  enum class passage : std::uint8_t { through, lost, reset };
  /// What becomes of octets of the client. `reset` is said once; from there on the line is dark.
  passage sends(base::instant now);
  /// Whether octets of the server come through.
  bool hears(base::instant now);
  void go_dark() { dark_ = true; }
  /// Nothing crosses it any more, and no end does.
  bool is_dark() const { return dark_; }

 private:
  bool forgotten(base::instant now) const;

  line_failures how_;
  base::instant crossed_;  ///< when octets crossed it last
  base::instant goes_dark_ = base::instant::max();
  bool dark_ = false;
};

}  // namespace mailrig::net
