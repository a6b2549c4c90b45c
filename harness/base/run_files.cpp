// run_files: see run_files.hpp.
#include "base/run_files.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace mailrig::base {

namespace fs = std::filesystem;

namespace {

/// Device and inode: the same by every name and link. A number is given again once its file is gone.
using identity = std::pair<dev_t, ino_t>;

struct run_file_state {
  std::mutex held;
  std::multimap<identity, fs::path> read;
  std::vector<fs::path> written;  ///< without links: what is not there yet has no more than its name
};

run_file_state& of_run() {
  static run_file_state one;
  return one;
}

/// None: it is not there, or is no file that keeps what is written.
std::optional<identity> identity_of(fs::path const& file) {
  struct stat s = {};
  if (::stat(file.c_str(), &s) != 0 || !S_ISREG(s.st_mode)) return std::nullopt;
  return identity{s.st_dev, s.st_ino};
}

/// A device, a pipe, a socket.
bool keeps_nothing(fs::path const& file) {
  std::error_code none;
  auto const status = fs::status(file, none);
  return fs::exists(status) && !fs::is_regular_file(status) && !fs::is_directory(status);
}

fs::path linkless(fs::path const& file) {
  std::error_code none;
  auto const place = fs::weakly_canonical(fs::absolute(file, none), none);
  return none ? file : place;
}

bool is_same(fs::path const& a, fs::path const& b) {
  std::error_code none;
  return linkless(a) == b || fs::equivalent(a, b, none);
}

bool is_read_already(run_file_state const& s, fs::path const& file) {
  auto const id = identity_of(file);
  if (!id) return false;
  auto const [from, to] = s.read.equal_range(*id);
  return std::any_of(from, to, [&](auto const& one) { return identity_of(one.second) == id; });
}

bool is_written_already(run_file_state const& s, fs::path const& file) {
  return std::ranges::any_of(s.written, [&](auto const& one) { return is_same(file, one); });
}

fault fault_of(fs::path const& file, std::string const& what) {
  return {0, file.string(), fmt::format("{} {}", file.string(), what)};
}

constexpr char const* both = "is read by this run, which would write over it: name another file to be written";

}  // namespace

result<void> will_read(fs::path const& file) {
  auto const id = identity_of(file);
  if (!id) return {};
  auto& s = of_run();
  std::lock_guard const lock(s.held);
  auto const [from, to] = s.read.equal_range(*id);
  if (std::none_of(from, to, [&](auto const& one) { return one.second == file; })) s.read.emplace(*id, file);
  if (is_written_already(s, file)) return fault_of(file, both);
  return {};
}

result<void> will_write(fs::path const& file) {
  if (keeps_nothing(file)) return {};
  auto& s = of_run();
  std::lock_guard const lock(s.held);
  if (is_read_already(s, file)) return fault_of(file, both);
  if (is_written_already(s, file))
    return fault_of(file, "is named twice for what this run writes, and only the last would be left: name two files");
  s.written.push_back(linkless(file));
  return {};
}

bool was_read(fs::path const& file) {
  auto& s = of_run();
  std::lock_guard const lock(s.held);
  return is_read_already(s, file);
}

}  // namespace mailrig::base
