// esearch: see esearch.hpp.
#include "model/esearch.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "wire/imap/sequence_set.hpp"

namespace mailrig::model {
namespace {

std::vector<std::uint32_t> numbers_of(wire::imap::value set, bool& too_long) {
  constexpr std::size_t most = 20000;
  if (set.is_nil()) return {};
  auto const parsed = wire::imap::sequence_set::parse(set.raw());
  auto out = parsed ? parsed->expand(most) : std::nullopt;
  if (!out) too_long = true;
  return out ? std::move(*out) : std::vector<std::uint32_t>();
}

void read_item(std::string const& name, wire::imap::value data, esearch& out) {
  if (name == "MIN") out.min = data.number();
  if (name == "MAX") out.max = data.number();
  if (name == "COUNT") out.count = data.number();
  if (name == "MODSEQ") out.modseq = data.number();
  if (name == "ALL") out.all = numbers_of(data, out.too_long);
  if (name == "ADDTO" || name == "REMOVEFROM")
    for (auto at = data.first(); at && at.next(); at = at.next().next())
      out.changes.push_back(
          {name == "ADDTO", std::uint32_t(at.number().value_or(0)), numbers_of(at.next(), out.too_long)});
  if (name != "PARTIAL" || !data.is_list()) return;
  out.partial_range = data.at(0).raw();
  out.partial = numbers_of(data.at(1), out.too_long);
}

}  // namespace

bool esearch::has(std::string_view upper_name) const { return times(upper_name) > 0; }
std::size_t esearch::times(std::string_view upper_name) const {
  return std::size_t(std::ranges::count(items, upper_name));
}

esearch read_esearch(wire::imap::response const& r) {
  esearch out;
  auto v = r.args();
  if (v.is_list()) {
    for (auto name = v.first(); name && name.next(); name = name.next().next()) {
      if (name.names("TAG")) out.tag = name.next().text(), out.correlated = true;
      if (name.names("MAILBOX") || name.names("UIDVALIDITY")) out.elsewhere = true;
    }
    v = v.next();
  }
  if (v && v.names("UID")) out.uid = true, v = v.next();
  for (; v && v.next(); v = v.next().next()) {
    out.items.push_back(base::to_upper(v.raw()));
    read_item(out.items.back(), v.next(), out);
  }
  return out;
}

}  // namespace mailrig::model
