// imap_session: see imap_session.hpp.
#include "model/imap_session.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "wire/imap/grammar.hpp"
#include "wire/imap/mutf7.hpp"

namespace mailrig::model {

using wire::imap::response;
using wire::imap::response_kind;
using wire::imap::status;

std::string_view name_of(imap_state s) {
  switch (s) {
    case imap_state::greeting: return "greeting";
    case imap_state::not_authenticated: return "not authenticated";
    case imap_state::authenticated: return "authenticated";
    case imap_state::selected: return "selected";
    case imap_state::logout: return "logout";
  }
  return "?";
}

std::string canonical_mailbox(std::string_view name) {
  if (base::iequals(name, "INBOX")) return "INBOX";
  bool const eight = !base::is_ascii(name);
  if (eight || (name.find('&') != name.npos && !wire::imap::decode_mutf7(name)))
    if (auto coded = wire::imap::encode_mutf7(name)) return *coded;
  return std::string(name);
}

bool imap_command::forbids_expunge() const {
  auto const* rule = sent.uid ? nullptr : wire::imap::find_command(sent.name);
  return rule && rule->forbids_expunge;
}

std::shared_ptr<std::vector<std::string> const> const& none_told() {
  static std::shared_ptr<std::vector<std::string> const> const none = std::make_shared<std::vector<std::string>>();
  return none;
}

bool imap_session::can(std::string_view capability) const {
  return std::ranges::find(*capabilities, capability) != capabilities->end();
}

std::optional<std::uint64_t> imap_session::announced(std::string_view capability) const {
  if (!capabilities_known) return std::nullopt;
  for (std::string_view const c : *capabilities)
    if (c.size() > capability.size() && c.starts_with(capability) && c[capability.size()] == '=')
      return base::number(c.substr(capability.size() + 1));
  return std::nullopt;
}

imap_command const* imap_session::find(std::string_view tag) const {
  for (auto const& c : in_progress)
    if (c.sent.tag == tag) return &c;
  return nullptr;
}

bool imap_session::selecting() const { return runs("SELECT") || runs("EXAMINE"); }

imap_command const* imap_session::running(std::string_view name) const {
  auto const at = std::ranges::find_if(in_progress, [&](imap_command const& c) { return c.sent.name == name; });
  return at == in_progress.end() ? nullptr : &*at;
}

void imap_session::open_mailbox() {
  if (!opening_)
    before_ = std::make_shared<selection const>(
        selection{mailbox, uidvalidity, uidnext, view, flags, flags_known, read_only});
  view.clear();
  mailbox.clear();
  uidvalidity = uidnext = 0;
  flags.clear();
  flags_known = false;
  opening_ = true;
}

void imap_session::close_mailbox() {
  open_mailbox();
  opening_ = false;
  before_.reset();
  read_only = false;
}

void imap_session::asked(imap_command const& c) {
  if (c.is("LANGUAGE")) syntax.utf8_text = true;  // RFC 5255 §3.2: even the OK is in the new language
  if (c.is("NOTIFY")) notify.asked(c.sent), heed_notify();
  if (c.is("COMPARATOR") && !c.sent.arguments.empty()) compares_otherwise = !base::iequals(c.sent.arg(0), "default");
  if ((c.is("SELECT") || c.is("EXAMINE")) && in_progress.size() == 1) {
    condstore.selecting();
    open_mailbox();
  }
}

void imap_session::heed_notify() {
  notified = notify.tells_others();
  expunged_any_time = notify.expunges_any_time();
}

void imap_session::capability_list(wire::imap::value v) {
  std::vector<std::string> list;
  for (; v; v = v.next()) list.push_back(base::to_upper(v.raw()));
  // A load run has thousands of sessions on one server, all told the same.
  thread_local std::shared_ptr<std::vector<std::string> const> last;
  if (!last || *last != list) last = std::make_shared<std::vector<std::string> const>(std::move(list));
  capabilities = last;
  capabilities_known = true;
  revise();
}

void imap_session::revise() {
  bool const before = rev2;
  rev2 = rev2_enabled_ || (can("IMAP4REV2") && !can("IMAP4REV1"));
  if (rev2 == before) return;
  syntax.rev2 = syntax.utf8 = syntax.utf8_text = rev2;
}

void imap_session::code(response const& r) {
  auto const n = r.code_args().number();
  if (r.code == "UIDVALIDITY" && n) uidvalidity = *n;
  if (r.code == "UIDNEXT" && n) uidnext = *n;
  if (r.code == "CAPABILITY") capability_list(r.code_args());
  if (r.code == "CLOSED" && selecting()) open_mailbox();
  if (r.code == "READ-ONLY") read_only = true;
  if (r.code == "READ-WRITE") read_only = false;
}

void imap_session::untagged(response const& r) {
  if (r.condition == status::bye) bye = true;
  if (r.code == "NOTIFICATIONOVERFLOW") notify.overflowed(), heed_notify();
  if (state == imap_state::greeting)
    state = r.condition == status::preauth ? imap_state::authenticated
            : r.condition == status::bye   ? imap_state::logout
                                           : imap_state::not_authenticated;
  if (r.name == "CAPABILITY") capability_list(r.args());
  if (r.name == "ENABLED") {
    for (auto v = r.args(); v; v = v.next()) {
      syntax.utf8 = syntax.utf8 || v.names("UTF8=ACCEPT");
      uid_only = uid_only || v.names("UIDONLY");
      rev2_enabled_ = rev2_enabled_ || v.names("IMAP4rev2");
    }
    revise();
  }
  if (r.name == "COMPARATOR") compares_otherwise = !base::iequals(r.args().text(), "i;unicode-casemap");
  if (r.name == "ESEARCH" && !r.violation) saved.told(r);
  if (r.name == "EXISTS") view.exists(r.number, most_messages_);
  if (r.name == "EXPUNGE") view.expunge(r.number);
  if (r.name == "FLAGS" && r.args().is_list()) {
    flags.clear();
    for (auto v = r.args().first(); v; v = v.next()) flags.push_back(base::to_lower(v.raw()));
    std::ranges::sort(flags);
    flags_known = true;
  }
  if (r.name == "VANISHED" && !r.args().is_list())
    if (auto const set = wire::imap::sequence_set::parse(r.args().raw())) view.vanish(*set);
  if (r.name == "FETCH" && r.args().is_list())
    for (auto v = r.args().first(); v; v = v.next().next())
      if (v.names("UID"))
        if (auto const uid = v.next().number()) view.told_uid(r.number, std::uint32_t(*uid));
}

void imap_session::completed(response const& r, imap_command const& c) {
  bool const ok = r.condition == status::ok;
  if (ok && (c.is("LOGIN") || c.is("AUTHENTICATE"))) {
    state = imap_state::authenticated;
    if (r.code != "CAPABILITY") capabilities_known = false;
  }
  if (ok && c.is("STARTTLS")) {
    capabilities_known = false;
    in_progress.clear();  // what was said behind it in the clear is not for inside TLS (§6.2.1), and never answered
  }
  if (c.is("SELECT") || c.is("EXAMINE")) {
    if (ok) {
      state = imap_state::selected;
      mailbox = canonical_mailbox(c.sent.arg(0));
      saved.clear();
      read_only = r.code == "READ-ONLY" || (c.is("EXAMINE") && r.code != "READ-WRITE");
      opening_ = false;
      before_.reset();
    } else if (r.condition == status::bad && opening_ && state == imap_state::selected) {
      opening_ = false;
      auto const before = std::exchange(before_, nullptr);
      mailbox = before->mailbox;
      uidvalidity = before->uidvalidity;
      uidnext = before->uidnext;
      view = before->view;
      flags = before->flags;
      flags_known = before->flags_known;
      read_only = before->read_only;
    } else if (r.condition == status::no || opening_) {
      close_mailbox();
      if (state == imap_state::selected) state = imap_state::authenticated;
    }
  }
  if (c.is("ESEARCH")) saved.forget();  // RFC 7377 §2.2: it may save its result
  if (c.is("SEARCH") || c.is("SORT")) saved.completed(c.sent, r.condition, view);
  if (ok && (c.is("CLOSE") || c.is("UNSELECT"))) {
    close_mailbox();
    state = imap_state::authenticated;
  }
  if (ok && c.is("UNAUTHENTICATE")) {  // RFC 8437 §4
    close_mailbox();
    state = imap_state::not_authenticated;
    capabilities_known = false;
    notify = {};
    heed_notify();
    rev2_enabled_ = syntax.utf8 = syntax.utf8_text = false;
    revise();
    uid_only = compares_otherwise = false;
  }
  if (c.is("NOTIFY")) notify.completed(c.sent, ok), heed_notify();
  if (ok && c.is("LOGOUT")) state = imap_state::logout;
}

void imap_session::told(response const& r, imap_command const* answered) {
  condstore.told(r, answered ? &answered->sent : nullptr);
  if (!r.code.empty()) code(r);
  if (r.kind == response_kind::untagged) untagged(r);
  if (r.kind != response_kind::tagged || !answered) return;
  auto const at = std::ranges::find(in_progress, answered->serial, &imap_command::serial);
  auto const done = std::move(*at);
  in_progress.erase(at);
  if (r.condition != status::none) completed(r, done);
  if (auto const* next = oldest(); next && next->whole && (next->is("SELECT") || next->is("EXAMINE")) && !opening_)
    open_mailbox();
}

}  // namespace mailrig::model
