// ledger_pop3: what a POP3 session may take from the account's mail; see ledger.hpp.
#include "model/ledger.hpp"

namespace mailrig::model {

/// QUIT removes what was marked from INBOX, whichever message that is there.
void ledger::pop3(item const& i) {
  auto& here = record_of(i.session);
  // The last of these is the login, or the first answer of the maildrop: numbers are assigned "after the POP3 server
  // has opened the maildrop" (RFC 1939 §4), which need not be before the login is answered.
  if (i.kind == item_kind::reply && i.pop3_command_ && !here.numbered && i.reply->status == wire::pop3::indicator::ok) {
    here.snapshot = now_;
    here.numbered =
        i.pop3->state == pop3_state::transaction && !i.pop3_command_->is("NOOP") && !i.pop3_command_->is("CAPA");
  }
  if (i.kind == item_kind::pop3_command && i.pop3_command_->is("QUIT") && !i.pop3->deleted.empty()) {
    here.quit = begin(i, "QUIT");
    boxes_.each([&](mailbox_life& b) {
      if (b.account == i.pop3->account && b.name == "INBOX")
        b.removals.push_back({here.quit, false, std::nullopt, std::nullopt, here.snapshot});
    });
  }
  if (i.kind == item_kind::reply && here.quit && i.pop3_command_ && i.pop3_command_->is("QUIT")) {
    here.quit->to = now_;
    here.quit->good = i.reply->status == wire::pop3::indicator::ok;
    boxes_.each([&](mailbox_life& b) { b.settle(here.quit); });
    here.quit = nullptr;
  }
  if (i.kind == item_kind::pop3_command && (i.pop3_command_->is("RETR") || i.pop3_command_->is("TOP")))
    // Some servers take a message that was retrieved for seen, which RFC 1939 leaves to them.
    boxes_.each([&](mailbox_life& b) {
      if (b.account != i.pop3->account || b.name != "INBOX") return;
      auto const d = begin(i, i.pop3_command_->keyword);
      for (auto& [uid, m] : b.messages)
        if (m.gone == never) m.flag("\\seen").write(d, true, false);
    });
}

}  // namespace mailrig::model
