// saved_search: what "$" stands for in a session (RFC 5182 §2.1), as far as the server's answers tell.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/esearch.hpp"
#include "model/mailbox_view.hpp"
#include "wire/imap/command.hpp"

namespace mailrig::model {

class saved_search {
 public:
  /// The messages by serial, ascending, each once; nothing: the server was not asked which they are. Those that are
  /// gone are not taken out.
  std::optional<std::vector<std::uint32_t>> const& messages() const { return messages_; }
  /// A mailbox was selected.
  void clear() {
    messages_.emplace();
    told_ = {};
  }
  /// Something else was saved that nobody told.
  void forget() {
    messages_.reset();
    told_ = {};
  }
  void told(wire::imap::response const& esearch) { told_ = read_esearch(esearch); }
  void completed(wire::imap::command const& search, wire::imap::status how, mailbox_view const& view);

  /// It saves its result.
  static bool saves(wire::imap::command const& c);

 private:
  std::optional<std::vector<std::uint32_t>> messages_ = std::vector<std::uint32_t>{};
  esearch told_;  ///< the last answer
};

}  // namespace mailrig::model
