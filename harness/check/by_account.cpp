// by_account: see by_account.hpp.
#include "check/by_account.hpp"

namespace mailrig::check {

void by_account::take(history::event const& e) {
  if (e.session >= of_session_.size()) of_session_.resize(e.session + 1);
  auto& mine = of_session_[e.session];
  // "account endpoint": an account may have blanks, an endpoint has none.
  if (e.kind == history::event_kind::opened || !mine) mine = whose_(e.octets.substr(0, e.octets.rfind(' ')));
  if (*mine) (*mine)->take(e);
}

}  // namespace mailrig::check
