// deflate: see deflate.hpp.
#include "net/deflate.hpp"

#include <zlib.h>

#include "base/must.hpp"

namespace mailrig::net {

struct deflate::streams {
  z_stream out{}, in{};
};

deflate::deflate() : streams_(std::make_unique<streams>()) {
  MAILRIG_MUST(deflateInit2(&streams_->out, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  MAILRIG_MUST(inflateInit2(&streams_->in, -15) == Z_OK);
}

deflate::~deflate() {
  deflateEnd(&streams_->out);
  inflateEnd(&streams_->in);
}

std::string deflate::pack(std::string_view octets) {
  auto& z = streams_->out;
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(octets.data()));
  z.avail_in = uInt(octets.size());
  std::string out;
  char chunk[4096];
  do {
    z.next_out = reinterpret_cast<Bytef*>(chunk);
    z.avail_out = sizeof chunk;
    ::deflate(&z, Z_SYNC_FLUSH);
    out.append(chunk, sizeof chunk - z.avail_out);
  } while (z.avail_out == 0);
  return out;
}

bool deflate::unpack(std::string_view octets, std::string& out, std::size_t limit) {
  auto& z = streams_->in;
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(octets.data()));
  z.avail_in = uInt(octets.size());
  char chunk[16384];
  while (true) {
    z.next_out = reinterpret_cast<Bytef*>(chunk);
    z.avail_out = sizeof chunk;
    auto const r = inflate(&z, Z_SYNC_FLUSH);
    out.append(chunk, sizeof chunk - z.avail_out);
    if (out.size() > limit) return false;
    if (r == Z_STREAM_END) return z.avail_in == 0;
    if (r == Z_BUF_ERROR || (r == Z_OK && z.avail_in == 0 && z.avail_out > 0)) return true;
    if (r != Z_OK) return false;
  }
}

}  // namespace mailrig::net
