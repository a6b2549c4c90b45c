// hiding_buffer: see hiding_buffer.hpp.
#include "base/hiding_buffer.hpp"

#include <utility>

namespace mailrig::base {

hiding_buffer::~hiding_buffer() { put_rest(); }

bool hiding_buffer::put(std::string_view octets) {
  auto const size = std::streamsize(octets.size());
  return size == 0 || to_.sputn(octets.data(), size) == size;
}

bool hiding_buffer::put_rest() {
  return waiting_.empty() || put(secrets_.hide(std::exchange(waiting_, {}), reading::text));
}

std::streamsize hiding_buffer::xsputn(char const* octets, std::streamsize count) {
  std::string_view const text(octets, std::size_t(count));
  std::lock_guard const lock(mutex_);
  if (secrets_.empty() && waiting_.empty()) return put(text) ? count : 0;
  waiting_ += text;
  return put(secrets_.take(waiting_, reading::text)) ? count : 0;
}

hiding_buffer::int_type hiding_buffer::overflow(int_type c) {
  if (traits_type::eq_int_type(c, traits_type::eof())) return traits_type::not_eof(c);
  char const one = traits_type::to_char_type(c);
  return xsputn(&one, 1) == 1 ? c : traits_type::eof();
}

int hiding_buffer::sync() {
  std::lock_guard const lock(mutex_);
  return put_rest() && to_.pubsync() == 0 ? 0 : -1;
}

}  // namespace mailrig::base
