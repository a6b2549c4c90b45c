// scratch_folder: see the header.
#include "base/scratch_folder.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <utility>

#include "base/linux_session.hpp"

namespace mailrig::base {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view mark = "a scratch folder of mailrig\n";

/// The descriptor that holds the lock, or -1. Locked before it has its name, so that it is never seen unlocked.
int own(fs::path const& folder) {
  auto const unnamed = folder / ".owner.new";
  int const lock = open(unnamed.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (lock < 0) return -1;
  bool const held =
      flock(lock, LOCK_EX | LOCK_NB) == 0 && write(lock, mark.data(), mark.size()) == ssize_t(mark.size());
  std::error_code error;
  fs::rename(unnamed, folder / ".owner", error);
  if (held && !error) return lock;
  close(lock);
  return -1;
}

/// The lock of a folder whose owner is no more; -1: it has one, or it is not ours.
int abandoned(fs::path const& folder) {
  struct stat about {};
  if (lstat(folder.c_str(), &about) != 0 || !S_ISDIR(about.st_mode) || about.st_uid != geteuid()) return -1;
  int const lock = open((folder / ".owner").c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
  if (lock < 0) return -1;
  char said[mark.size()];
  bool const ours = fstat(lock, &about) == 0 && about.st_uid == geteuid() && S_ISREG(about.st_mode) &&
                    read(lock, said, sizeof said) == ssize_t(sizeof said) &&
                    std::string_view(said, sizeof said) == mark;
  if (ours && flock(lock, LOCK_EX | LOCK_NB) == 0) return lock;
  close(lock);
  return -1;
}

}  // namespace

result<scratch_folder> scratch_folder::make(std::string_view name) {
  std::error_code no;
  auto const parent = fs::temp_directory_path(no);
  auto pattern = (parent / (std::string(name) + "-XXXXXX")).string();
  if (no || !mkdtemp(pattern.data()))
    return fault{0, std::string(name), "no folder can be made in " + (no ? "TMPDIR" : parent.string())};
  scratch_folder out(pattern, own(pattern));
  if (out.lock_ < 0) return fault{0, std::string(name), "no file can be written in " + pattern + ": is its disk full?"};
  return out;
}

scratch_folder::scratch_folder(scratch_folder&& from) noexcept
    : path_(std::exchange(from.path_, {})), lock_(std::exchange(from.lock_, -1)) {}

scratch_folder& scratch_folder::operator=(scratch_folder&& from) noexcept {
  std::swap(path_, from.path_);
  std::swap(lock_, from.lock_);
  return *this;
}

scratch_folder::~scratch_folder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
  if (lock_ >= 0) close(lock_);
}

void scratch_folder::note_session(pid_t session) const {
  std::ofstream(path_ / ".sessions", std::ios::app) << session << '\n';
}

std::size_t sweep_scratch_folders() {
  std::size_t swept = 0;
  std::error_code none;
  for (auto const& entry : fs::directory_iterator(fs::temp_directory_path(none), none)) {
    if (!entry.path().filename().string().starts_with("mailrig-")) continue;
    int const lock = abandoned(entry.path());
    if (lock < 0) continue;
    std::ifstream sessions(entry.path() / ".sessions");
    for (pid_t one = 0; sessions >> one;) end_session(one, entry.path());
    std::error_code ignored;
    fs::remove_all(entry.path(), ignored);
    swept += !ignored;
    close(lock);
  }
  return swept;
}

}  // namespace mailrig::base
