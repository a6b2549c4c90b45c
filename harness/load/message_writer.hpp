// message_writer: new messages as a population gets them: sizes drawn from a distribution, the owner and a digest
// inside.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/rng.hpp"

namespace mailrig::load {

/// Of messages, in octets: log-normal with a mean and a median, cut at a maximum; or all alike.
struct size_distribution {
  std::uint64_t mean = 24500, median = 6000, most = 10u << 20;
  std::uint64_t draw(base::rng& random) const;
};

/// Writes messages; its text is made once. One thread.
class message_writer {
 public:
  explicit message_writer(std::uint64_t seed);
  /// A whole message of about `octets`, CRLF line ends, for `owner`, into `out`. X-Mailrig-Digest covers all that
  /// follows it.
  void write(std::string_view owner, std::uint64_t octets, std::string& out);

  /// A message that is the same whenever it is written by a writer of the same seed.
  struct letter {
    std::uint64_t seed = 0;
    std::uint64_t octets = 0;
    bool attachment = false;
    std::string id = {};  ///< what stands before the @ of its Message-ID
    std::string subject = {};
    std::string date = {};     ///< as RFC 5322 writes it
    std::string headers = {};  ///< further fields with their line ends
  };
  /// Likewise; with an attachment it has a text and a part of BASE64.
  void write(std::string_view owner, letter const& l, std::string& out);

 private:
  void write_attachment(base::rng& random, std::uint64_t octets, std::string& out);

  base::rng random_;
  std::string block_;  ///< BASE64 in lines, made when it is first needed
  std::string prose_;
  std::uint64_t written_ = 0;
};

}  // namespace mailrig::load
