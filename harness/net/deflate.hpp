// deflate: RFC 4978's raw DEFLATE in both directions, flushed after each write.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace mailrig::net {

class deflate {
 public:
  deflate();
  ~deflate();
  std::string pack(std::string_view octets);
  /// Appends to `out`; false when the octets are no DEFLATE stream, or unpack beyond `limit`.
  bool unpack(std::string_view octets, std::string& out, std::size_t limit);

 private:
  struct streams;
  std::unique_ptr<streams> streams_;
};

}  // namespace mailrig::net
