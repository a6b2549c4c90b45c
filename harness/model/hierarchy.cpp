// hierarchy: see hierarchy.hpp.
#include "model/hierarchy.hpp"

#include <algorithm>
#include <cctype>

#include "base/text.hpp"

namespace mailrig::model {
namespace {

constexpr std::size_t most_deeds = 32;

std::string key(std::string const& account, std::string_view mailbox) {
  return account + "\n" + canonical_mailbox(mailbox);
}

bool changes(operation const& d) {
  return d.words.starts_with("DELETE") || d.words.starts_with("RENAME") || d.words.starts_with("CREATE");
}

/// A server may write such a name otherwise (RFC 9051 §5.1): it has characters that Normalization Form C may change,
/// as those of Latin-1 and most ideographs are not.
bool may_be_normalised(std::string_view name) {
  return std::ranges::any_of(name, [](char c) {
    auto const octet = static_cast<unsigned char>(c);
    return octet >= 0xCC && (octet < 0xE4 || octet > 0xE9);
  });
}

void keep(std::vector<operation_ptr>& list, operation_ptr const& d) {
  list.push_back(d);
  if (list.size() > most_deeds) list.erase(list.begin());
}

}  // namespace

bool changes_names(wire::imap::command const& c) {
  return c.name == "CREATE" || c.name == "DELETE" || c.name == "RENAME";
}

hierarchy::name& hierarchy::of(std::string const& account, std::string_view mailbox) {
  return names_[key(account, mailbox)];
}

void hierarchy::told_subscribed(std::string const& account, std::string_view mailbox, operation_ptr const& by,
                                bool subscribed) {
  of(account, mailbox).subscribed.read(by, subscribed);
}

hierarchy::name const* hierarchy::find(std::string const& account, std::string_view mailbox) const {
  auto const at = names_.find(key(account, mailbox));
  return at == names_.end() ? nullptr : &at->second;
}

std::optional<char> hierarchy::delimiter(std::string const& account) const {
  auto const at = delimiters_.find(account);
  return at == delimiters_.end() || at->second.size() != 1 ? std::nullopt : std::optional(*at->second.begin());
}

operation_ptr hierarchy::operation_of(item const& i) const {
  auto const session = running_.find(i.session);
  if (!i.command || session == running_.end()) return nullptr;
  auto const at = session->second.find(i.command->serial);
  return at == session->second.end() ? nullptr : at->second;
}

bool hierarchy::changing(operation const* but) const {
  if (lost_) return true;
  for (auto const& [session, commands] : running_)
    for (auto const& [serial, d] : commands)
      if (d.get() != but && changes(*d)) return true;
  return false;
}

void hierarchy::see(item const& i, place now) {
  if (!i.imap) return;
  if (i.kind == item_kind::command) asked(i, now);
  if (i.kind == item_kind::ended) {
    auto const mine = running_.extract(i.session);
    if (mine.empty()) return;
    for (auto const& [serial, d] : mine.mapped()) lost_ = lost_ || changes(*d);
  }
  if (i.kind != item_kind::response || i.response->violation) return;
  if (i.response->name == "LIST" || i.response->name == "LSUB") {
    auto const mark = i.response->args().next();
    auto const text = mark.is_nil() ? std::string() : mark.text();
    delimiters_[i.imap->account].insert(text.size() == 1 ? text[0] : '\0');
  }
}

void hierarchy::asked(item const& i, place now) {
  auto const& c = i.command->sent;
  auto const& account = i.imap->account;
  auto d = std::make_shared<operation>();
  d->from = now;
  d->sent = i.at;
  d->by = i.session;
  d->words = base::printable(c.octets.substr(0, c.octets.find_first_of("\r\n")));
  if (auto const space = d->words.find(' '); space != d->words.npos) d->words.erase(0, space + 1);
  if (d->words.size() > 80) d->words.resize(80);
  running_[i.session][i.command->serial] = d;
  bool const subscribes = c.name == "SUBSCRIBE" || c.name == "UNSUBSCRIBE";
  // "a/" creates "a", where "/" is the delimiter; which it is, nobody may have told yet.
  auto const last = c.arg(0).empty() ? '/' : c.arg(0).back();
  bool const perhaps_delimiter = std::ispunct(static_cast<unsigned char>(last)) && last != '-' && last != '_';
  if (!changes_names(c) && !subscribes) return;
  if (may_be_normalised(c.arg(0)) || (c.name == "RENAME" && may_be_normalised(c.arg(1)))) return void(lost_ = true);
  if (perhaps_delimiter) {
    if (subscribes)
      of(account, c.arg(0).substr(0, c.arg(0).size() - 1)).subscribed.write(d, c.name == "SUBSCRIBE", false);
    return;
  }
  auto& n = of(account, c.arg(0));
  if (c.name == "CREATE") n.exists.write(d, true, true);
  // Some servers subscribe what they create.
  if (c.name == "CREATE") n.subscribed.write(d, true, false);
  // INBOX stays when it is renamed, and what is renamed below itself may stay as its own superior (RFC 3501 §6.3.5).
  bool const stays = canonical_mailbox(c.arg(0)) == "INBOX" || (c.name == "RENAME" && c.arg(1).starts_with(c.arg(0)));
  if (c.name == "DELETE" || c.name == "RENAME") n.exists.write(d, false, !stays);
  if (c.name == "RENAME") {
    of(account, c.arg(1)).exists.write(d, true, true);
    if (canonical_mailbox(c.arg(0)) != "INBOX") renamed_below(account, c.arg(0), c.arg(1), d);
    subscription_follows(account, std::string(c.arg(0)), std::string(c.arg(1)), d);
  }
  if (c.name == "CREATE" || c.name == "RENAME") made_above(account, c.name == "CREATE" ? c.arg(0) : c.arg(1), d);
  if (!subscribes) return;
  n.subscribed.write(d, c.name == "SUBSCRIBE", true);
  std::erase_if(carried_[account], [&](carried const& k) { return k.from == c.arg(0) || k.to == c.arg(0); });
}

/// Whether a subscription goes with the mailbox or stays with its name is the server's choice; one of both has it.
void hierarchy::subscription_follows(std::string const& account, std::string const& from, std::string const& to,
                                     operation_ptr const& d) {
  auto& list = carried_[account];
  bool const known = !of(account, from).subscribed.can_be(false, d->from, d->from, d->by).possible;
  std::erase_if(list, [&](carried const& k) { return k.from == from || k.to == from || k.from == to || k.to == to; });
  if (known && list.size() < most_deeds) list.push_back({from, to, d});
  of(account, from).subscribed.write(d, false, false);
  of(account, to).subscribed.write(d, true, false);
}

/// Inferior names go with their superior (RFC 3501 §6.3.5), and what else begins with it may.
void hierarchy::renamed_below(std::string const& account, std::string_view from, std::string_view to,
                              operation_ptr const& d) {
  auto const prefix = key(account, from);
  auto const mark = delimiter(account);
  bool const inside = to.starts_with(from);
  std::vector<std::string> moved;
  for (auto at = names_.upper_bound(prefix); at != names_.end() && at->first.starts_with(prefix); ++at) {
    bool const inferior = mark && *mark != '\0' && at->first[prefix.size()] == *mark && !inside;
    bool const was = !at->second.exists.can_be(false, d->from, d->from, d->by).possible;
    at->second.exists.write(d, false, inferior);
    at->second.subscribed.write(d, false, false);
    if (inferior && was) moved.push_back(at->first.substr(prefix.size()));
  }
  for (auto const& rest : moved) {
    auto& n = of(account, std::string(to) + rest);
    n.exists.write(d, true, true);
    n.subscribed.write(d, true, false);
  }
}

template <class F>
void hierarchy::each_of(std::string const& account, F f) {
  auto const prefix = account + "\n";
  for (auto at = names_.lower_bound(prefix); at != names_.end() && at->first.starts_with(prefix); ++at)
    f(std::string_view(at->first).substr(prefix.size()), at->second);
}

/// Superiors that were missing may have been made.
void hierarchy::made_above(std::string const& account, std::string_view mailbox, operation_ptr const& d) {
  each_of(account, [&](std::string_view name, auto& n) {
    if (is_below(mailbox, name)) n.exists.write(d, true, false);
  });
}

/// What a CREATE or RENAME, answered OK, may have done to names that it does not say.
void hierarchy::with_others(std::string const& account, wire::imap::command const& c, operation_ptr const& d) {
  bool const renames = c.name == "RENAME";
  auto const to = c.arg(renames ? 1 : 0);
  each_of(account, [&](std::string_view name, auto& n) {
    if (is_below(to, name) || (renames && is_below(name, to))) keep(n.made_with, d);
    if (renames && is_below(name, c.arg(0))) keep(n.unmade_with, d);
  });
}

void hierarchy::answered(item const& i, place now) {
  if (!i.imap || !i.command || i.kind != item_kind::response || i.response->kind != wire::imap::response_kind::tagged)
    return;
  auto& mine = running_[i.session];
  auto const found = mine.find(i.command->serial);
  if (found == mine.end()) return;
  auto const d = found->second;
  mine.erase(found);
  d->to = now;
  d->answered = i.at;
  d->good = i.response->condition == wire::imap::status::ok;
  auto const& c = i.command->sent;
  bool const opens = c.name == "SELECT" || c.name == "EXAMINE";
  if (!d->good || (!opens && !changes_names(c))) return;
  auto& n = of(i.imap->account, c.arg(0));
  if (c.name == "CREATE") keep(n.made, d);
  if (c.name == "DELETE" || c.name == "RENAME") keep(n.unmade, d);
  // By RENAME it may come back under this name: count that as made.
  if (c.name == "RENAME") keep(of(i.imap->account, c.arg(1)).made, d);
  if (c.name == "CREATE" || c.name == "RENAME") with_others(i.imap->account, c, d);
  n.opened = opens ? d : nullptr;
}

}  // namespace mailrig::model
