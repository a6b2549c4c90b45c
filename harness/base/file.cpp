// file: see file.hpp.
#include "base/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <random>
#include <sstream>
#include <utility>

namespace mailrig::base {

namespace fs = std::filesystem;

namespace {

fault about(fs::path const& file, std::string const& what) {
  return {0, file.string(), fmt::format("{} {}", file.string(), what)};
}

/// A device, a pipe, a socket: written to as it is.
bool is_stream(fs::file_status const& s) { return fs::exists(s) && !fs::is_regular_file(s) && !fs::is_directory(s); }

/// A name in the same folder that nobody has yet, and the file; empty: errno says why there is none.
fs::path made_beside(fs::path const& file) {
  std::random_device chance;
  for (int tries = 0; tries < 100; ++tries) {
    auto const name = file.parent_path() / fmt::format(".{}.{:08x}", file.filename().string(), chance());
    // Nobody's link is followed, and the mode is what the user's mask says.
    int const made = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (made >= 0) return ::close(made), name;
    if (errno != EEXIST) break;
  }
  return {};
}

}  // namespace

result<std::string> read_file(fs::path const& file) {
  std::error_code none;
  auto const status = fs::status(file, none);
  if (!fs::exists(status)) return about(file, "is not there");
  if (fs::is_directory(status)) return about(file, "is a folder; name a file in it");
  errno = 0;
  std::ifstream in(file, std::ios::binary);
  if (!in) return about(file, fmt::format("cannot be read: {}", std::strerror(errno)));
  std::ostringstream all;
  if (in.peek() != std::ifstream::traits_type::eof()) all << in.rdbuf();
  if (in.bad() || all.bad()) return about(file, "cannot be read to its end");
  return std::move(all).str();
}

result<new_file> new_file::open(fs::path const& file) {
  new_file out(file);
  std::error_code error;
  if (file.has_parent_path()) fs::create_directories(file.parent_path(), error);
  auto const status = fs::status(file, error);
  if (fs::is_directory(status)) return about(file, "is a folder; name a file in it");
  // A link to a pipe may lead to what has no name (/dev/stdout): only that of a file is followed.
  bool const link = fs::is_symlink(fs::symlink_status(file, error)) && !is_stream(status);
  out.place_ = link ? fs::weakly_canonical(file, error) : file;
  errno = 0;
  if (is_stream(status)) {
    out.out_->open(out.place_, std::ios::binary);
  } else {
    // One that may not be written to is not replaced either.
    if (fs::exists(status) && access(file.c_str(), W_OK) != 0) return out.unwritten(errno);
    out.beside_ = made_beside(out.place_);
    if (out.beside_.empty()) return out.unwritten(errno);
    if (fs::exists(status)) fs::permissions(out.beside_, status.permissions(), error);
    out.out_->open(out.beside_, std::ios::binary);
  }
  if (!*out.out_) return out.unwritten(errno);
  return out;
}

new_file::new_file(fs::path named)
    : named_(std::move(named)),
      out_(std::make_unique<std::ofstream>()),
      hiding_(std::make_unique<hiding_buffer>(*out_->rdbuf())),
      stream_(std::make_unique<std::ostream>(hiding_.get())) {}

new_file::new_file(new_file&& from) noexcept
    : named_(std::move(from.named_)),
      place_(std::move(from.place_)),
      beside_(std::exchange(from.beside_, {})),
      out_(std::move(from.out_)),
      hiding_(std::move(from.hiding_)),
      stream_(std::move(from.stream_)) {}

new_file::~new_file() {
  std::error_code ignored;
  if (!beside_.empty()) fs::remove(beside_, ignored);
}

result<void> new_file::finish() {
  bool const whole = stream_->good();
  if (!whole) {  // why is forgotten by now; what is lost already may be asked again
    stream_->clear();
    stream_->put('\n');
  }
  errno = 0;
  stream_->flush();
  int error = errno;
  out_->close();
  if (error == 0) error = errno;
  if (!whole || !out_->good() || !stream_->good()) return unwritten(error);
  if (beside_.empty()) return {};
  std::error_code moved;
  fs::rename(beside_, place_, moved);
  if (moved) return unwritten(moved.value());
  beside_.clear();
  return {};
}

fault new_file::unwritten(int error) const {
  std::error_code none;
  auto const folder = place_.has_parent_path() ? place_.parent_path() : fs::path(".");
  auto const room = fs::space(folder, none);
  bool const full = error == ENOSPC || error == EDQUOT || (error == 0 && !none && room.available < 4096);
  return about(named_, full         ? std::string("cannot be written: no space is left on its disk")
                       : error != 0 ? fmt::format("cannot be written: {}", std::strerror(error))
                                    : std::string("cannot be written"));
}

result<void> write_file(fs::path const& file, std::string_view octets) {
  auto out = new_file::open(file);
  if (!out) return out.error();
  out->stream() << octets;
  return out->finish();
}

result<void> can_write(fs::path const& file) {
  std::error_code none;
  auto const status = fs::status(file, none);
  // Whoever opens a pipe waits for its reader, and ends it for him by closing it.
  if (fs::is_fifo(status)) return access(file.c_str(), W_OK) == 0 ? result<void>() : about(file, "may not be written");
  auto const tried = new_file::open(file);
  return tried ? result<void>() : result<void>(tried.error());
}

result<void> can_write_in(fs::path const& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return about(folder, fmt::format("cannot be made: {}", error.message()));
  if (!fs::is_directory(folder, error)) return about(folder, "is no folder");
  auto const tried = made_beside(folder / "trial");
  if (tried.empty()) return about(folder, fmt::format("cannot be written to: {}", std::strerror(errno)));
  fs::remove(tried, error);
  return {};
}

}  // namespace mailrig::base
