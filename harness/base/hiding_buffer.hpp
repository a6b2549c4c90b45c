// hiding_buffer: between a stream and where it leads: the secrets that this run knows are replaced on the way.
#pragma once

#include <mutex>
#include <streambuf>
#include <string>

#include "base/secrets.hpp"

namespace mailrig::base {

/// Any thread. What may be the beginning of a secret waits for what comes next, or for a flush.
class hiding_buffer final : public std::streambuf {
 public:
  /// Both outlive it.
  explicit hiding_buffer(std::streambuf& to, secret_set const& secrets = known_secrets())
      : to_(to), secrets_(secrets) {}
  ~hiding_buffer() override;
  hiding_buffer(hiding_buffer const&) = delete;

 private:
  std::streamsize xsputn(char const* octets, std::streamsize count) override;
  int_type overflow(int_type c) override;
  int sync() override;
  bool put(std::string_view octets);
  bool put_rest();

  std::mutex mutex_;
  std::streambuf& to_;
  secret_set const& secrets_;
  std::string waiting_;
};

}  // namespace mailrig::base
