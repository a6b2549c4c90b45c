// bottle_store: see bottle_store.hpp.
#include "play/bottle_store.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "model/fetch_request.hpp"
#include "play/played_mechanism.hpp"

namespace mailrig::play {

using history::event_kind;
using model::item_kind;
using wire::imap::node_kind;
using wire::imap::response_kind;
using wire::imap::status;

std::string spelled(wire::imap::value v) {
  switch (v.kind()) {
    case node_kind::quoted: return fmt::format("\"{}\"", v.raw());
    case node_kind::literal: return fmt::format("{{{}}}\r\n{}", v.raw().size(), v.raw());
    case node_kind::literal8: return fmt::format("~{{{}}}\r\n{}", v.raw().size(), v.raw());
    default: return std::string(v.raw());
  }
}

std::string without_unknown_mechanisms(std::string_view octets) {
  auto const is_playable = [](std::string_view mechanism) { return find_played_mechanism(mechanism) != nullptr; };
  std::string out;
  bool sasl = false;  // a line of CAPA that lists mechanisms
  for (std::size_t at = 0, line = 0; at < octets.size();) {
    auto const end = std::min(octets.find_first_of(" ]\r\n", at), octets.size());
    auto const word = octets.substr(at, end - at);
    if (at == line) sasl = base::iequals(word, "SASL");
    bool const announced = base::istarts_with(word, "AUTH=");
    bool const gone = (announced && !is_playable(word.substr(5))) || (sasl && at > line && !is_playable(word));
    if (gone && out.ends_with(' ')) out.pop_back();
    if (!gone) out += word;
    if (end < octets.size()) out += octets[end];
    if (end < octets.size() && octets[end] == '\n') line = end + 1;
    at = end + 1;
  }
  return out;
}

void bottle_store::take(history::event const& e) {
  auto& w = watched_[e.session];
  if (e.kind == event_kind::opened || !w.conversation) {
    w = {};
    w.conversation = std::make_unique<model::conversation>(e.session, e.proto, base::limits());
  }
  w.conversation->take(e, *this);
}

bottled_mailbox const* bottle_store::find(std::string const& mailbox) const {
  auto const at = mailboxes_.find(mailbox);
  return at == mailboxes_.end() ? nullptr : &at->second;
}

std::shared_ptr<bottled_message> bottle_store::by_uid(std::string const& mailbox, std::uint32_t uid) const {
  auto const* box = uid ? find(mailbox) : nullptr;
  if (!box) return nullptr;
  auto const at = box->by_uid.find(uid);
  return at == box->by_uid.end() ? nullptr : at->second;
}

std::string bottle_store::capability(bool logged_in) const {
  auto const& told = capabilities_[logged_in].empty() ? capabilities_[!logged_in] : capabilities_[logged_in];
  return fmt::format("* CAPABILITY {}\r\n", told.empty() ? "IMAP4rev1" : told);
}

void bottle_store::see(model::item const& i) {
  if (i.kind == item_kind::reply) return reply(i);
  if (i.kind != item_kind::response) return;
  auto& w = watched_[i.session];
  auto const& r = *i.response;
  if (r.code == "CAPABILITY" || r.is("CAPABILITY")) {
    std::string list;
    auto const first = r.is("CAPABILITY") ? r.args() : r.code_args();
    for (auto v = first; v; v = v.next()) list += (list.empty() ? "" : " ") + std::string(v.raw());
    bool const in = i.imap->state >= model::imap_state::authenticated || i.imap->runs("LOGIN") ||
                    i.imap->runs("AUTHENTICATE") || r.condition == status::preauth;
    capabilities_[in] = without_unknown_mechanisms(list);
  }
  if (r.kind == response_kind::untagged) untagged(i, w);
  if (r.kind == response_kind::tagged && i.command && r.condition == status::ok &&
      (i.command->is("SELECT") || i.command->is("EXAMINE")))
    opened(i, w);
  if (r.kind == response_kind::tagged) w.opening.clear();
}

void bottle_store::untagged(model::item const& i, watched& w) {
  auto const& r = *i.response;
  if (i.imap->selecting()) w.opening += r.octets;
  if (r.is("FETCH")) fetched(i, w);
  if (r.is("STATUS")) counted(r);
  if (r.is("NAMESPACE")) namespace_ = r.octets;
  if (r.is("ID")) id_ = r.octets;
  if (!r.is("LIST") && !r.is("LSUB")) return;
  auto const separator = r.args().next(), name = separator.next();
  if (separator.is_nil()) delimiter_ = std::nullopt;
  if (separator.text().size() == 1) delimiter_ = separator.text()[0];
  // The name of LIST "" "" is none.
  if (!name.text().empty())
    listed_[model::canonical_mailbox(name.text())] =
        fmt::format("{} {} {}", spelled(r.args()), spelled(separator), spelled(name));
}

/// The first who selects it sees what lies there; later ones see what is left of it, and what came.
void bottle_store::opened(model::item const& i, watched& w) {
  auto const& view = i.imap->view;
  auto& box = mailboxes_[model::canonical_mailbox(i.command->sent.arg(0))];
  bool const first = box.status.empty();
  w.by_serial.clear();
  if (first) {
    box.opening = std::exchange(w.opening, {});
    box.status = i.response->octets.substr(std::min(i.response->octets.find(' '), i.response->octets.size()));
    box.at_first = view.size();
    box.counts.emplace("MESSAGES", std::to_string(view.size()));
    if (i.imap->uidnext) box.counts.emplace("UIDNEXT", std::to_string(i.imap->uidnext));
    if (i.imap->uidvalidity) box.counts.emplace("UIDVALIDITY", std::to_string(i.imap->uidvalidity));
    while (box.mail.size() < view.size()) box.mail.push_back(std::make_shared<bottled_message>());
  }
  bool const same = view.size() == box.mail.size();
  for (std::size_t n = 1; same && n <= view.size(); ++n) w.by_serial[view.at(n).serial] = box.mail[n - 1];
}

void bottle_store::counted(wire::imap::response const& r) {
  auto& box = mailboxes_[model::canonical_mailbox(r.args().text())];
  for (auto item = r.args().next().first(); item; item = item.next().next())
    if (auto const told = item.next()) box.counts.emplace(base::to_upper(item.raw()), spelled(told));
}

/// What a response is about: known by its UID, else by its place.
std::shared_ptr<bottled_message> bottle_store::message(model::item const& i, watched& w) {
  auto const n = i.response->number;
  if (n < 1 || n > i.imap->view.size()) return nullptr;
  auto& slot = w.by_serial[i.imap->view.at(n).serial];
  auto const uid = model::told_uid(*i.imap, *i.response);
  if (auto const known = by_uid(i.imap->mailbox, uid); known && known != slot) {
    if (slot && slot->uid == 0) {
      // Two that were taken for two are one: what was told of either holds.
      for (auto const& [label, value] : slot->items) known->items.emplace(label, value);
      std::erase(mailboxes_[i.imap->mailbox].mail, slot);
    }
    slot = known;
  }
  if (!slot) {
    slot = std::make_shared<bottled_message>();
    mailboxes_[i.imap->mailbox].mail.push_back(slot);
  }
  if (uid && !slot->uid) {
    slot->uid = uid;
    mailboxes_[i.imap->mailbox].by_uid.emplace(uid, slot);
  }
  return slot;
}

/// The first that was told holds: of flags it is what was so when the trace began.
void bottle_store::fetched(model::item const& i, watched& w) {
  if (i.imap->mailbox.empty() || i.response->violation) return;
  auto const m = message(i, w);
  if (!m) return;
  model::for_each_item(
      *i.response, [&](auto name, auto data) { m->items.emplace(model::canonical_label(name.raw()), spelled(data)); });
}

void bottle_store::reply(model::item const& i) {
  if (!i.pop3_command_ || i.reply->status != wire::pop3::indicator::ok) return;
  auto const& c = *i.pop3_command_;
  auto const& r = *i.reply;
  auto const number = base::number(c.arg(0)).value_or(0);
  if (c.is("CAPA") && r.multi) drop_.capabilities = without_unknown_mechanisms(r.octets);
  if (c.is("STAT") && drop_.stat.empty()) drop_.stat = r.octets;
  if (c.is("RETR") && r.multi) drop_.letters.emplace(number, r.octets.substr(r.octets.find('\n') + 1));
  if (!c.is("LIST") && !c.is("UIDL")) return;
  auto& to = c.is("LIST") ? drop_.sizes : drop_.uids;
  auto const told = [&](std::string_view line) {
    auto const words = base::words(line);
    if (words.size() >= 2 && base::number(words[0])) to.emplace(*base::number(words[0]), words[1]);
  };
  if (!r.multi) return told(r.text);
  for (auto const& line : wire::pop3::body_lines(r.body)) told(line);
}

}  // namespace mailrig::play
