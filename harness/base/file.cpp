// file: see file.hpp.
#include "base/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include "base/run_end.hpp"
#include "base/run_files.hpp"

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

namespace {

/// An open file, to be read.
class source {
 public:
  explicit source(fs::path const& file) : fd_(::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)) {}
  ~source() {
    if (is_open()) ::close(fd_);
  }
  source(source const&) = delete;
  source& operator=(source const&) = delete;

  bool is_open() const { return fd_ >= 0; }

  /// False: nothing came for too long, or the run is to end.
  bool await() const {
    constexpr int turn_ms = 200, turns = 150;
    pollfd p{fd_, POLLIN, 0};
    for (int n = 0; n < turns && !run_end::flag(); ++n) {
      int const ready = ::poll(&p, 1, turn_ms);
      if (ready > 0) return true;
      if (ready < 0 && errno != EINTR) return true;  // read() says what is wrong
    }
    return false;
  }
  /// As read() does; 0: its end.
  ssize_t read(char* to, std::size_t most) const {
    for (;;) {
      auto const n = ::read(fd_, to, most);
      if (n >= 0 || errno != EINTR) return n;
    }
  }

 private:
  int fd_;
};

constexpr char const* nobody_writes = "is a pipe or a device, and nothing comes from it";

/// Why it is none that can be read, if so.
result<fs::file_status> status_of(fs::path const& file) {
  std::error_code error;
  auto const status = fs::status(file, error);
  if (!fs::exists(status) && error == std::errc::too_many_symbolic_link_levels)
    return about(file, "is a link that leads to itself");
  if (!fs::exists(status)) return about(file, "is not there");
  if (fs::is_directory(status)) return about(file, "is a folder; name a file in it");
  if (auto const may = will_read(file); !may) return may.error();
  return status;
}

fault unread(fs::path const& file, int error) {
  return about(file, fmt::format("cannot be read: {}", std::strerror(error)));
}

/// A pipe, once somebody reads from it: whoever opens it before waits without end. Below 0: nobody does.
int with_reader(fs::path const& pipe) {
  using namespace std::chrono_literals;
  constexpr auto turn = 100ms, patience = 30'000ms, hurried = 1'000ms;
  for (auto waited = 0ms;; waited += turn) {
    int const fd = ::open(pipe.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd >= 0 || errno != ENXIO || waited >= (run_end::flag() ? hurried : patience)) return fd;
    std::this_thread::sleep_for(turn);
  }
}

}  // namespace

bool names_a_file(fs::path const& name) {
  std::error_code none;
  return fs::exists(fs::symlink_status(name, none)) && !fs::is_directory(name, none);
}

result<std::string> read_file(fs::path const& file, std::size_t most) {
  auto const status = status_of(file);
  if (!status) return status.error();
  bool const stream = is_stream(*status);
  if (stream) most = std::min(most, most_of_file);
  source const in(file);
  if (!in.is_open()) return unread(file, errno);
  std::string out;
  std::vector<char> part(1 << 16);
  for (;;) {
    if (stream && !in.await()) return about(file, nobody_writes);
    auto const n = in.read(part.data(), part.size());
    if (n == 0) return out;
    if (n < 0 && errno == EAGAIN) continue;
    if (n < 0) return unread(file, errno);
    if (out.size() + std::size_t(n) > most)
      return about(file,
                   fmt::format("is longer than the {} that are read of such a file",
                               most < 1u << 20 ? fmt::format("{} octets", most) : fmt::format("{} MB", most >> 20)));
    out.append(part.data(), std::size_t(n));
  }
}

result<std::unique_ptr<std::istream>> open_to_read(fs::path const& file) {
  auto const status = status_of(file);
  if (!status) return status.error();
  // Whoever writes to a pipe must not find it closed meanwhile: it stays open until it is open once more.
  source const first(file);
  if (!first.is_open()) return unread(file, errno);
  if (is_stream(*status) && !first.await()) return about(file, nobody_writes);
  errno = 0;
  std::unique_ptr<std::istream> in = std::make_unique<std::ifstream>(file, std::ios::binary);
  if (!*in) return unread(file, errno);
  return in;
}

bool next_line(std::istream& in, std::string& line, std::size_t most) {
  line.clear();
  char part[1 << 14];
  while (line.size() <= most) {
    in.getline(part, sizeof part);
    auto const n = std::size_t(in.gcount());
    bool const filled = in.fail() && !in.eof() && n == sizeof part - 1;
    if (in.bad() || (in.fail() && !in.eof() && !filled)) return false;
    line.append(part, in.eof() || filled ? n : n - 1);
    if (in.eof()) return !line.empty();
    if (!filled) return true;
    in.clear();
  }
  return true;
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
    int const pipe = fs::is_fifo(status) ? with_reader(out.place_) : -1;
    if (fs::is_fifo(status) && pipe < 0) return about(file, "is a pipe that nobody reads");
    out.out_->open(out.place_, std::ios::binary);
    if (pipe >= 0) ::close(pipe);
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
