// client_refusals: what a client makes of being declined.
#include <utility>

#include "load/client.hpp"

namespace mailrig::load {

void client::note_refusal(model::item const& i) {
  if (phase_ == phase::leaving) return;  // BYE answers LOGOUT
  auto said = refusal_of(i, owner_name_);
  if (!said) return;
  if (context_.pace && said->kind == refusal_kind::login_delay) context_.pace->refused(owner_name_, i.at);
  bool const asked = i.kind == model::item_kind::response ? !i.response->is("BYE") : i.pop3_command_ != nullptr;
  (asked ? refused_ : farewell_) = std::make_unique<refusal const>(std::move(*said));
}

refusal const* client::declined() const { return refused_ ? refused_.get() : farewell_.get(); }

}  // namespace mailrig::load
