// file: files that are read and written whole, with an answer for whatever is wrong with them.
#pragma once

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <istream>
#include <memory>
#include <string>
#include <string_view>

#include "base/hiding_buffer.hpp"
#include "base/result.hpp"

namespace mailrig::base {

/// More is no file that people write; of a device or a pipe more is never read.
inline constexpr std::size_t most_of_file = 256u << 20;

/// All of its octets. The fault's text names the file and says what it is: not there, a folder, not ours to read,
/// longer than `most` octets. Of a pipe or a device each part is waited for half a minute.
result<std::string> read_file(std::filesystem::path const& file, std::size_t most = most_of_file);

/// Whether a name is that of something to be read, or of a link that leads nowhere: of anything but a folder. What is
/// wrong with it is told when it is read.
bool names_a_file(std::filesystem::path const& name);

/// To be read part by part. A pipe that nobody writes to is a fault after half a minute, or once the run is to end.
result<std::unique_ptr<std::istream>> open_to_read(std::filesystem::path const& file);

/// The next line, without its LF; false: there is none. Of a longer one than `most` so much is read that it is longer.
bool next_line(std::istream& in, std::string& line, std::size_t most);

/// A file that is written beside the one of its name, and takes that one's place when it is whole: who is killed, or
/// finds the disk full, leaves the old one as it was. Devices and pipes are written to as they are. Secrets that this
/// run knows do not get into it. A pipe's reader is waited for half a minute. One thread.
class new_file {
 public:
  /// Makes its folder too. The fault's text names the file and says why it cannot be written.
  static result<new_file> open(std::filesystem::path const& file);
  new_file(new_file&& from) noexcept;
  new_file& operator=(new_file&&) = delete;
  /// Without finish() nothing has changed.
  ~new_file();

  std::ostream& stream() { return *stream_; }
  /// Writes the rest and lets it take its place. The fault says what went wrong; then the old file stays.
  result<void> finish();

 private:
  explicit new_file(std::filesystem::path named);
  fault unwritten(int error) const;

  std::filesystem::path named_;   ///< as the caller says it
  std::filesystem::path place_;   ///< where it shall be: what a link points to
  std::filesystem::path beside_;  ///< what is written meanwhile; empty: the place itself, or nothing any more
  std::unique_ptr<std::ofstream> out_;
  std::unique_ptr<hiding_buffer> hiding_;
  std::unique_ptr<std::ostream> stream_;
};

/// The whole of it at once.
result<void> write_file(std::filesystem::path const& file, std::string_view octets);
/// Whether it could be written; changes nothing but that its folder is there.
result<void> can_write(std::filesystem::path const& file);
/// Makes the folder and tries a file in it.
result<void> can_write_in(std::filesystem::path const& folder);

}  // namespace mailrig::base
