// fill_marks: see fill_marks.hpp.
#include "load/fill/fill_marks.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "scenario/own_mail.hpp"

namespace mailrig::load {
namespace {

/// What stands after "name:"; nothing where the header has no such field.
std::optional<std::string_view> field_of(std::string_view header, std::string_view name) {
  auto const lines = base::split(header, '\n');
  for (auto line : lines) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) return std::nullopt;
    if (line.size() > name.size() && line[name.size()] == ':' && base::istarts_with(line, name))
      return base::trim(line.substr(name.size() + 1));
  }
  return std::nullopt;
}

}  // namespace

std::string fill_id(std::uint64_t key, std::uint32_t number) { return fmt::format("{:016x}.{}", key, number); }

std::string fill_mark(std::uint64_t key, std::uint32_t number) {
  return fmt::format("{}: {}\r\n", fill_field, fill_id(key, number));
}

fill_marks::mark fill_marks::read(std::string_view header) const {
  if (auto const said = field_of(header, fill_field)) {
    auto const dot = said->find('.');
    auto const number = dot == said->npos ? std::nullopt : base::number(said->substr(dot + 1));
    if (number && *number < there_.size() && *said == fill_id(key_, std::uint32_t(*number)))
      return {kind::mine, std::uint32_t(*number)};
    return {kind::mailrigs, 0};
  }
  return {scenario::own_mail::marked(header) ? kind::mailrigs : kind::others, 0};
}

void fill_marks::see(std::string_view header) {
  auto const m = read(header);
  if (m.whose == kind::others) ++others_;
  if (m.whose == kind::mailrigs) ++mailrigs_;
  if (m.whose != kind::mine) return;
  if (there_[m.number]) ++twice_;
  there_[m.number] = true;
}

bool fill_marks::is_whole(std::uint64_t count, mark const& first, mark const& last) const {
  return count > 0 && count == there_.size() && first.whose == kind::mine && last.whose == kind::mine;
}

std::vector<std::uint32_t> fill_marks::missing() const {
  std::vector<std::uint32_t> out;
  for (std::size_t n = 0; n < there_.size(); ++n)
    if (!there_[n]) out.push_back(std::uint32_t(n));
  return out;
}

}  // namespace mailrig::load
