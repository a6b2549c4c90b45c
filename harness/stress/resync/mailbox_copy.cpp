// mailbox_copy: see mailbox_copy.hpp.
#include "stress/resync/mailbox_copy.hpp"

#include <fmt/format.h>

#include "model/fetch_request.hpp"
#include "wire/imap/sequence_set.hpp"

namespace mailrig::stress {
namespace {

std::string told_of_message(mailbox_copy const& copy, std::uint32_t uid) {
  auto const at = copy.mail.find(uid);
  return at == copy.mail.end() ? "nothing" : fmt::format("FLAGS ({})", fmt::join(at->second, " "));
}

}  // namespace

void mailbox_copy::take(wire::imap::response const& r) {
  if (r.code == "UIDVALIDITY") uidvalidity = r.code_args().number().value_or(0);
  if (r.code == "HIGHESTMODSEQ") modseq = r.code_args().number().value_or(0);
  if (r.code == "NOMODSEQ") modseq = 0;
  if (r.is("EXISTS")) exists = std::size_t(r.number);
  if (r.is("VANISHED")) {
    auto const uids = r.args().is_list() ? r.args().next() : r.args();
    if (auto const set = wire::imap::sequence_set::parse(uids.raw()))
      std::erase_if(mail, [&](auto const& m) { return set->contains(m.first, 0); });
  }
  if (!r.is("FETCH")) return;
  std::uint32_t uid = 0;
  model::for_each_item(r, [&](auto name, auto data) {
    if (name.names("UID")) uid = std::uint32_t(data.number().value_or(0));
  });
  if (auto flags = model::told_flags(r); flags && uid != 0) mail[uid] = std::move(*flags);
}

void mailbox_copy::keep(std::set<std::uint32_t> const& uids) {
  std::erase_if(mail, [&](auto const& m) { return !uids.contains(m.first); });
}

std::string first_difference(mailbox_copy const& one, mailbox_copy const& other) {
  std::set<std::uint32_t> uids;
  for (auto const* copy : {&one, &other})
    for (auto const& [uid, flags] : copy->mail) uids.insert(uid);
  for (auto const uid : uids)
    if (auto const here = told_of_message(one, uid), there = told_of_message(other, uid); here != there)
      return fmt::format("of UID {} {}, and not {}", uid, here, there);
  return {};
}

}  // namespace mailrig::stress
