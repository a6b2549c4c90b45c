// away: see away.hpp.
#include "stress/resync/away.hpp"

#include <algorithm>

namespace mailrig::stress {

changes_away plan_changes(mailbox_copy const& now, std::size_t n, base::rng& random) {
  std::vector<std::uint32_t> uids;
  for (auto const& [uid, flags] : now.mail) uids.push_back(uid);
  n = std::min(n, uids.size());
  changes_away out;
  out.come = n / 5;
  for (std::size_t i = 0; i < n - out.come; ++i) {
    std::swap(uids[i], uids[i + random.below(uids.size() - i)]);
    auto const uid = uids[i];
    auto& to = i < out.come ? out.gone : now.mail.at(uid).contains("\\flagged") ? out.unflagged : out.flagged;
    to.push_back(uid);
  }
  for (auto* list : {&out.gone, &out.flagged, &out.unflagged}) std::ranges::sort(*list);
  return out;
}

}  // namespace mailrig::stress
