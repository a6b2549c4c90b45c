// saved_search: see saved_search.hpp.
#include "model/saved_search.hpp"

#include <algorithm>
#include <limits>

#include "model/search_request.hpp"

namespace mailrig::model {
namespace {

/// RFC 5182 §2.4, RFC 9394 §3.2: which of the messages found are saved; nothing where the answer does not name them.
std::optional<std::vector<std::uint32_t>> saved_numbers(search_request const& asked, esearch const& told) {
  if (told.too_long) return std::nullopt;
  if (told.all) return told.all;
  if (told.count && *told.count == 0) return std::vector<std::uint32_t>{};
  if (asked.returns_option("ALL") && !told.count) return std::vector<std::uint32_t>{};
  if (asked.returns_option("ALL") || asked.returns_option("COUNT")) return std::nullopt;
  std::vector<std::uint32_t> out;
  bool named = false;
  if (asked.returns_option("PARTIAL")) {
    if (!told.partial) return std::nullopt;
    out = *told.partial;
    named = true;
  }
  for (std::string_view edge : {"MIN", "MAX"}) {
    if (!asked.returns_option(edge)) continue;
    named = true;
    auto const n = edge == "MIN" ? told.min : told.max;
    if (n && *n > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
    if (n) out.push_back(std::uint32_t(*n));
  }
  return named ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace

bool saved_search::saves(wire::imap::command const& c) {
  if (c.name != "SEARCH" && c.name != "SORT") return false;
  auto const asked = read_search_request(c);
  return asked && asked->returns_option("SAVE");
}

void saved_search::completed(wire::imap::command const& search, wire::imap::status how, mailbox_view const& view) {
  auto const asked = read_search_request(search);
  if (!asked || !asked->returns_option("SAVE") || how == wire::imap::status::bad) return;
  if (how == wire::imap::status::no) return clear();
  messages_.reset();
  bool const answered = told_.correlated && !told_.elsewhere && told_.tag == search.tag && told_.uid == search.uid;
  auto const numbers = answered ? saved_numbers(*asked, told_) : std::nullopt;
  told_ = {};
  if (!numbers) return;
  std::vector<std::uint32_t> out;
  auto const& slots = view.slots();
  for (auto const n : *numbers) {
    if (!search.uid) {
      if (n == 0 || n > slots.size()) return;
      out.push_back(slots[n - 1].serial);
      continue;
    }
    auto const at = std::ranges::find(slots, n, &slot::uid);
    if (at == slots.end()) return;
    out.push_back(at->serial);
  }
  std::ranges::sort(out);  // MIN and MAX may be one, and SORT has an order of its own
  out.erase(std::ranges::unique(out).begin(), out.end());
  messages_ = std::move(out);
}

}  // namespace mailrig::model
