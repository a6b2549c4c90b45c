// own_mail: see own_mail.hpp.
#include "scenario/own_mail.hpp"

#include <algorithm>
#include <memory>

#include "base/text.hpp"

namespace mailrig::scenario {
namespace {

std::string without_cr(std::string_view octets) {
  std::string out(octets);
  std::erase(out, '\r');
  return out;
}

/// Fields that a delivery adds, one or more of them, folded or not, and nothing else.
bool of_delivery(std::string_view lines) {
  bool goes_on = false;
  for (auto line : base::split(lines, '\n')) {
    if (line.empty()) continue;
    bool const folded = line[0] == ' ' || line[0] == '\t';
    if (folded && !goes_on) return false;
    if (folded) continue;
    goes_on = std::ranges::any_of(
        std::initializer_list<std::string_view>{
            "Return-Path:", "Delivered-To:", "Received:", "X-Original-To:", "Envelope-To:", "Delivery-Date:"},
        [&](std::string_view field) { return base::istarts_with(line, field); });
    if (!goes_on) return false;
  }
  return goes_on;
}

std::unique_ptr<own_mail const> current;

}  // namespace

void use_own_mail(mailroom room) { current = std::make_unique<own_mail const>(std::move(room)); }

bool is_own_mail(std::string_view octets) { return current ? current->wrote(octets) : own_mail::marked(octets); }

bool own_mail::marked(std::string_view header) {
  for (auto line : base::split(header, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) return false;
    if (base::istarts_with(line, own_mark)) return true;
  }
  return false;
}

bool own_mail::wrote(std::string_view octets) const {
  if (marked(octets)) return true;
  std::call_once(once_, [&] {
    for (auto const& name : room_.names())
      if (auto const m = room_.read(name)) known_.push_back(without_cr(m->octets));
  });
  constexpr std::size_t least = 40;  // what is shorter ends as other mail may
  auto const came = without_cr(octets);
  return std::ranges::any_of(known_, [&](std::string const& one) {
    if (came == one) return true;
    if (one.size() < least || !came.ends_with(one)) return false;
    auto const before = std::string_view(came).substr(0, came.size() - one.size());
    return before.ends_with('\n') && of_delivery(before);
  });
}

}  // namespace mailrig::scenario
