// failing_line: see failing_line.hpp.
#include "net/failing_line.hpp"

#include <cmath>

namespace mailrig::net {

failing_line::failing_line(line_failures const& how, base::instant opened, std::uint64_t seed)
    : how_(how), crossed_(opened) {
  base::rng chance(seed);
  // Neighbouring seeds begin alike.
  chance.next();
  bool const falls = how.blackhole > 0 && chance.unit() <= how.blackhole;
  if (falls)
    goes_dark_ = opened + base::duration(std::int64_t(-std::log(chance.unit()) * double(how.blackhole_after.count())));
}

bool failing_line::forgotten(base::instant now) const {
  return how_.forget_idle.count() > 0 && now - crossed_ >= how_.forget_idle;
}

failing_line::passage failing_line::sends(base::instant now) {
  if (dark_) return passage::lost;
  bool const forgot = forgotten(now);
  if (forgot || now >= goes_dark_) {
    dark_ = true;
    return forgot && how_.forgets_by_reset ? passage::reset : passage::lost;
  }
  crossed_ = now;
  return passage::through;
}

bool failing_line::hears(base::instant now) {
  // What comes from outside for a connection that is forgotten is dropped; the client may still be told by a reset.
  if (dark_ || forgotten(now)) return false;
  if (now >= goes_dark_) return !(dark_ = true);
  crossed_ = now;
  return true;
}

}  // namespace mailrig::net
