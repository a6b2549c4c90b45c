// mailbox_copy: a mailbox as a device keeps it while it is away: UIDs, their flags, and since when it has not been
// told.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "wire/imap/response.hpp"

namespace mailrig::stress {

struct mailbox_copy {
  using flag_names = std::set<std::string>;  ///< lower case, without \Recent
  std::uint64_t uidvalidity = 0, modseq = 0;
  std::size_t exists = 0;  ///< as SELECT told last
  std::map<std::uint32_t, flag_names> mail;

  std::uint32_t largest_uid() const { return mail.empty() ? 0 : mail.rbegin()->first; }
  /// Takes in what a response says of messages and of the mailbox.
  void take(wire::imap::response const& r);
  /// Only these are there.
  void keep(std::set<std::uint32_t> const& uids);
};

/// The first message of which two copies know different things, for people; empty: they are the same.
std::string first_difference(mailbox_copy const& one, mailbox_copy const& other);

}  // namespace mailrig::stress
