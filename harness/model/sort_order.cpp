// sort_order: see sort_order.hpp.
#include "model/sort_order.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "model/base_subject.hpp"
#include "model/casemap.hpp"
#include "wire/mime/address.hpp"
#include "wire/mime/date_time.hpp"
#include "wire/mime/encoded_word.hpp"

namespace mailrig::model {
namespace {

sort_value of_number(std::int64_t n, bool coarse = false) { return {true, coarse, n, {}}; }
sort_value of_text(std::optional<std::string> const& utf8) {
  auto mapped = utf8 ? casemapped(*utf8) : std::nullopt;
  return mapped ? sort_value{true, false, 0, std::move(*mapped)} : sort_value{};
}

sort_value arrival(sortable const& m) { return m.arrived ? of_number(*m.arrived, !m.to_the_second) : sort_value{}; }

/// The first address of a field; nothing when it cannot be told, an empty one where the field is absent.
std::optional<wire::mime::address> first_address(known_message const& m, std::string_view field) {
  auto const count = m.parts.count(field);
  if (count == 0) return wire::mime::address{};
  auto const value = m.parts.value(field);
  if (count > 1 || !value) return std::nullopt;
  auto const all = wire::mime::read_addresses(*value);
  // A group's name stands in ENVELOPE where a mailbox does: whether it is an address is left to opinion.
  if (!all || all->empty() || !all->front().host) return std::nullopt;
  return all->front();
}

sort_value by_mailbox(known_message const& m, std::string_view field) {
  auto const first = first_address(m, field);
  return first ? of_text(first->mailbox.value_or("")) : sort_value{};
}

/// RFC 5957 §3: the name, decoded; else the address.
sort_value by_display(known_message const& m, std::string_view field) {
  auto const first = first_address(m, field);
  if (!first) return {};
  if (first->name && !first->name->empty()) {
    auto const value = m.parts.value(field).value_or("");
    bool const encoded = first->name->find("=?") != std::string::npos;
    if (encoded && value.find('"') != std::string::npos) return {};  // within quotes it encodes nothing
    auto const name = wire::mime::decoded_words(*first->name);
    if (!name || !name->empty()) return of_text(name);
  }
  if (!first->mailbox) return of_text("");
  return of_text(*first->mailbox + "@" + first->host.value_or(""));
}

std::partial_ordering compared(sort_value const& a, sort_value const& b) {
  if (!a.is_known || !b.is_known) return std::partial_ordering::unordered;
  if (a.number != b.number) return a.number <=> b.number;
  if (a.is_coarse || b.is_coarse) return std::partial_ordering::unordered;
  auto const text = a.text.compare(b.text);
  return text < 0   ? std::partial_ordering::less
         : text > 0 ? std::partial_ordering::greater
                    : std::partial_ordering::equivalent;
}

sort_value sort_value_of(std::string const& key, sortable const& m) {
  if (key == "ARRIVAL") return arrival(m);
  if (key == "DATE") return sent_date(m);
  if (key == "SIZE") {
    if (m.size) return of_number(std::int64_t(*m.size));
    return m.mail ? of_number(std::int64_t(m.mail->octets.size())) : sort_value{};
  }
  if (!m.mail) return {};
  if (key == "FROM") return by_mailbox(*m.mail, "From");
  if (key == "TO") return by_mailbox(*m.mail, "To");
  if (key == "CC") return by_mailbox(*m.mail, "Cc");
  if (key == "DISPLAYFROM") return by_display(*m.mail, "From");
  if (key == "DISPLAYTO") return by_display(*m.mail, "To");
  if (key != "SUBJECT") return {};
  auto const subject = subject_of(*m.mail);
  return subject ? of_text(base_subject_of(*subject).text) : sort_value{};
}

}  // namespace

sort_value sent_date(sortable const& m) {
  if (!m.mail || m.mail->parts.count("Date") > 1) return {};
  auto const text = m.mail->parts.value("Date");
  if (!text) return arrival(m);
  auto const sent = wire::mime::date_instant(*text);
  return sent ? of_number(*sent) : sort_value{};
}

std::optional<std::string> subject_of(known_message const& m) {
  if (m.parts.count("Subject") > 1) return std::nullopt;
  auto const value = m.parts.value("Subject");
  return value ? wire::mime::decoded_words(*value) : std::optional<std::string>("");
}

sort_entry entry_of(std::vector<sort_criterion> const& criteria, sortable const& m) {
  sort_entry out{m.number, {}};
  for (auto const& one : criteria) out.values.push_back(sort_value_of(one.key, m));
  return out;
}

std::partial_ordering sorts(std::vector<sort_criterion> const& criteria, sort_entry const& a, sort_entry const& b,
                            sort_criterion const** by) {
  for (std::size_t n = 0; n < criteria.size(); ++n) {
    auto const order = criteria[n].reverse ? compared(b.values[n], a.values[n]) : compared(a.values[n], b.values[n]);
    if (by) *by = &criteria[n];
    if (order != std::partial_ordering::equivalent) return order;
  }
  if (by) *by = nullptr;
  return a.number <=> b.number;
}

}  // namespace mailrig::model
