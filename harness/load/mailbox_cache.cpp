// mailbox_cache: see mailbox_cache.hpp.
#include "load/mailbox_cache.hpp"

#include <algorithm>
#include <utility>

#include "model/esearch.hpp"
#include "model/fetch_request.hpp"

namespace mailrig::load {

using wire::imap::response_kind;

void mailbox_cache::selecting() {
  heard_ = coded_ = newest_ = 0;
  keeps_none_ = in_step_ = false;
}

void mailbox_cache::in_step() {
  in_step_ = true;
  modseq_ = keeps_none_ ? 0 : heard_;
}

void mailbox_cache::forget() {
  known_.clear();
  uidvalidity_ = modseq_ = 0;
  in_step_ = false;
}

void mailbox_cache::hear(model::item const& i) {
  if (!i.imap || i.kind != model::item_kind::response || i.response->violation) return;
  auto const& r = *i.response;
  if (r.code == "HIGHESTMODSEQ") coded_ = r.code_args().number().value_or(0);
  if (r.code == "NOMODSEQ") keeps_none_ = true;
  if (r.code == "UIDVALIDITY" && i.imap->selecting())
    if (auto const now = r.code_args().number().value_or(0); now != uidvalidity_) forget(), uidvalidity_ = now;
  if (r.kind == response_kind::untagged) untagged(i);
  if (r.kind == response_kind::tagged && i.command) answered(i);
  if (known_.crowded()) forget();
}

void mailbox_cache::untagged(model::item const& i) {
  auto const& r = *i.response;
  if (r.is("ENABLED"))
    for (auto v = r.args(); v; v = v.next()) enabled_ = enabled_ || v.names("QRESYNC");
  if (r.is("VANISHED")) vanished(r);
  if (r.is("FETCH")) fetched(i);
  if (r.is("SEARCH") && std::exchange(searching_, false)) {
    known_.clear();
    for (auto v = r.args(); v; v = v.next())
      if (auto const uid = v.number()) known_.add(std::uint32_t(*uid));
  }
  if (r.is("ESEARCH") && std::exchange(searching_, false)) {  // of a server that speaks IMAP4rev2 alone
    known_.clear();
    for (auto const uid : model::read_esearch(r).all.value_or(std::vector<std::uint32_t>())) known_.add(uid);
  }
  if (!r.is("EXPUNGE") || r.number == 0 || r.number > i.imap->view.size()) return;
  auto const told = i.imap->view.at(r.number).uid;
  // What is not known yet has come last.
  if (auto const uid = told != 0 ? told : known_.nth(r.number)) known_.remove(uid, uid);
}

void mailbox_cache::vanished(wire::imap::response const& r) {
  auto const uids = r.args().is_list() ? r.args().next() : r.args();
  if (auto const set = wire::imap::sequence_set::parse(uids.raw()))
    for (auto const& range : set->in_order()) known_.remove(range.low, range.high);
}

void mailbox_cache::fetched(model::item const& i) {
  model::for_each_item(*i.response, [&](auto name, auto data) {
    if (name.names("UID")) known_.add(std::uint32_t(data.number().value_or(0)));
    if (name.names("MODSEQ")) newest_ = std::max(newest_, data.first().number().value_or(0));
  });
}

/// A MODSEQ that was asked for says nothing of the other messages (RFC 7162 §6).
void mailbox_cache::answered(model::item const& i) {
  auto const coded = std::exchange(coded_, 0), newest = std::exchange(newest_, 0);
  if (coded > 0)
    heard_ = coded;
  else if (!i.command->is("FETCH"))
    heard_ = std::max(heard_, newest);
  if (in_step_ && !keeps_none_) modseq_ = heard_;
}

}  // namespace mailrig::load
