// append_machine: see append_machine.hpp.
#include "load/fill/append_machine.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace mailrig::load {
namespace {

constexpr std::uint64_t most_of_minus = 4096;  // RFC 7888 §5
constexpr unsigned losses_borne = 3;
/// Of MULTIAPPEND: one is stored while the next is on its way.
constexpr std::size_t commands_under_way = 2;

}  // namespace

std::string status_code(std::string_view status) {
  auto const open = status.find(" [");
  if (open == status.npos || open != status.find(' ')) return {};
  auto const end = status.find_first_of(" ]", open + 2);
  return base::to_upper(status.substr(open + 2, end == status.npos ? end : end - open - 2));
}

append_offer within(append_offer const& offered, append_offer const& allowed) {
  return {offered.many && allowed.many, offered.plus && allowed.plus, offered.minus && allowed.minus, offered.at_once};
}

append_machine::append_machine(append_offer offer, bounds most) : offer_(offer), bounds_(most) {
  if (offer_.many && offer_.at_once > 0) bounds_.messages = std::min(bounds_.messages, offer_.at_once);
}

void append_machine::begin(std::vector<std::uint32_t> numbers, std::function<std::uint64_t(std::uint32_t)> size_of) {
  todo_.assign(numbers.begin(), numbers.end());
  size_of_ = std::move(size_of);
  under_way_.clear();
  trouble_.clear();
  box_ = box::unknown;
}

bool append_machine::may_come_unasked(std::uint64_t octets) const {
  return offer_.plus || (offer_.minus && octets <= most_of_minus);
}

bool append_machine::may_join(append_batch const& b, std::uint64_t octets) const {
  return b.numbers.size() < bounds_.messages && b.octets + octets <= bounds_.octets;
}

std::optional<append_batch> append_machine::next() {
  if (todo_.empty()) return std::nullopt;
  if (!under_way_.empty() && under_way_.front().waits) return std::nullopt;
  append_batch b;
  do {
    auto const number = todo_.front();
    auto const octets = size_of_(number);
    bool const waits = !may_come_unasked(octets);
    // RFC 7888 §4: in one command either kind may follow the other; here they are not mixed.
    if (!b.numbers.empty() && (b.waits != waits || !may_join(b, octets))) break;
    b.waits = waits;
    b.octets += octets;
    b.numbers.push_back(number);
    todo_.pop_front();
  } while (offer_.many && !todo_.empty());
  std::uint64_t octets = 0;
  for (auto const& u : under_way_) octets += u.octets;
  bool const room = offer_.many ? under_way_.size() < commands_under_way
                                : under_way_.size() < bounds_.messages && octets + b.octets <= bounds_.octets;
  if (!under_way_.empty() && (b.waits || !room)) return put_back(b), std::nullopt;
  under_way_.push_back(b);
  return b;
}

append_turn append_machine::answered(std::string_view status) {
  auto const b = under_way_.front();
  under_way_.pop_front();
  if (!base::istarts_with(status, "OK")) return refused(b, status);
  put_ += b.numbers.size();
  put_octets_ += b.octets;
  losses_ = 0;
  return append_turn::go_on;
}

append_turn append_machine::refused(append_batch const& b, std::string_view status) {
  auto const code = status_code(status);
  bool const no = base::istarts_with(status, "NO");
  if (no && code == "OVERQUOTA") return put_back(b), stop(fmt::format("the account is full: {}", status));
  if (no && code == "TRYCREATE") {
    put_back(b);
    if (box_ == box::made) return stop(fmt::format("CREATE has not made the mailbox: {}", status));
    bool const asked = box_ == box::missing;
    box_ = box::missing;
    return asked ? append_turn::go_on : append_turn::create;
  }
  if (!no && !b.waits) {
    // A server that does not take such literals reads what came with them as commands.
    put_back(b);
    offer_.plus = offer_.minus = false;
    note(fmt::format("literals that nobody asked for were refused ({}): each waits for \"+\" from then on", status));
    return append_turn::reconnect;
  }
  if (b.numbers.size() > 1) {
    put_back(b);
    fewer(b.numbers.size(), status);
    return append_turn::go_on;
  }
  if (no && code == "TOOBIG") {
    too_big_.push_back(b.numbers.front());
    note(fmt::format("what is larger than the server takes is left out ({})", status));
    return append_turn::go_on;
  }
  put_back(b);
  return stop(fmt::format("APPEND of {} octets: {}", b.octets, status));
}

append_turn append_machine::stop(std::string why) {
  if (trouble_.empty()) trouble_ = std::move(why);
  todo_.clear();
  return append_turn::stop;
}

bool append_machine::lost() {
  auto const together = under_way_.empty() ? 0 : under_way_.front().numbers.size();
  under_way_.clear();
  todo_.clear();
  if (together > 1) fewer(together, "the connection ended");
  return ++losses_ <= losses_borne;
}

void append_machine::put_back(append_batch const& b) {
  todo_.insert(todo_.begin(), b.numbers.begin(), b.numbers.end());
}

void append_machine::fewer(std::size_t than, std::string_view status) {
  bounds_.messages = std::max<std::size_t>(1, std::min(bounds_.messages, than / 2));
  if (bounds_.messages == 1) {
    offer_.many = false;
    bounds_.messages = bounds().messages;
    note(fmt::format("{} messages in one command were refused ({}): each has a command of its own from then on", than,
                     status));
  } else {
    note(fmt::format("{} messages in one command were refused ({}): {} at most from then on", than, status,
                     bounds_.messages));
  }
}

void append_machine::note(std::string text) {
  if (std::ranges::find(notes_, text) == notes_.end()) notes_.push_back(std::move(text));
}

std::size_t append_machine::under_way() const {
  std::size_t n = 0;
  for (auto const& b : under_way_) n += b.numbers.size();
  return n;
}

std::string append_machine::way() const {
  auto const literals = offer_.plus ? "" : offer_.minus ? ", larger literals one by one" : ", literals one by one";
  if (offer_.many)
    return fmt::format("MULTIAPPEND, {} messages or {} octets in a command{}", bounds_.messages, bounds_.octets,
                       literals);
  if (offer_.plus || offer_.minus)
    return fmt::format("APPEND, {} messages or {} octets under way{}", bounds_.messages, bounds_.octets, literals);
  return "APPEND, one after the other";
}

}  // namespace mailrig::load
