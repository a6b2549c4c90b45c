// tree: see tree.hpp.
#include "wire/imap/tree.hpp"

#include "base/text.hpp"

namespace mailrig::wire::imap {

bool value::is_string() const {
  if (!*this) return false;
  auto const k = kind();
  return k == node_kind::quoted || k == node_kind::literal || k == node_kind::literal8;
}

std::string value::text() const {
  std::string out(raw());
  if (!*this || !tree_->nodes()[at_].escaped) return out;
  std::size_t to = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (out[i] == '\\' && i + 1 < out.size()) ++i;
    out[to++] = out[i];
  }
  out.resize(to);
  return out;
}

std::uint32_t value::offset() const { return *this ? tree_->nodes()[at_].begin : 0; }

std::optional<std::uint64_t> value::number() const {
  if (!*this || kind() != node_kind::number) return std::nullopt;
  return base::number(raw());
}

value value::at(std::size_t i) const {
  auto child = first();
  while (child && i-- > 0) child = child.next();
  return child;
}

std::size_t value::size() const {
  std::size_t n = 0;
  for (auto child = first(); child; child = child.next()) ++n;
  return n;
}

}  // namespace mailrig::wire::imap
