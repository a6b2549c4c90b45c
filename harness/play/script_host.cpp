// script_host: see script_host.hpp.
#include "play/script_host.hpp"

#include <algorithm>

#include "play/inbox.hpp"

namespace mailrig::play {

using history::protocol;

script_host::script_host(std::vector<played_part> const& parts, std::vector<scenario::mail_declaration> const& declared,
                         net::loop& l, record::recording& kept, scenario::mailroom const& mail, inbox& box,
                         net::tls_context const& trust, back_ports back, bottle_store const* bottle)
    : back_(back),
      setting_{l,      kept,   mail,   box, declared, certificates_, outcome_, {case_user, case_password},
               &trust, bottle, l.now()},
      parts_(parts) {}

void script_host::admit(std::unique_ptr<net::connection> client, protocol p, bool secure) {
  played_part const* mine = nullptr;
  auto const number = came_[p]++;
  std::size_t n = 0;
  for (auto const& one : parts_)
    if (one.proto == p && n++ <= number) mine = &one;
  if (!mine) return client->close();
  auto const which = std::make_shared<script_session const*>(nullptr);
  auto& loop = setting_.loop;
  net::endpoint const back{"127.0.0.1", p == protocol::imap ? back_.imap : back_.pop3};
  // What ends is let go of later: it may be in the middle of a call.
  auto one = std::make_unique<script_session>(
      setting_, p, mine->steps, back, secure, std::move(client), [this, which, &loop, alive = std::weak_ptr(alive_)] {
        loop.post([this, which, alive] {
          if (!alive.expired()) std::erase_if(sessions_, [&](auto const& s) { return s.get() == *which; });
        });
      });
  *which = one.get();
  sessions_.insert(std::move(one));
}

}  // namespace mailrig::play
