// kept_mail: see kept_mail.hpp.
#include "play/kept_mail.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.hpp"

namespace mailrig::play {
namespace {

namespace fs = std::filesystem;

/// A client's folder, and what one of our cases can put into it, is not larger.
constexpr std::size_t most_files = 100'000;

std::vector<fs::path> files_of(fs::path const& folder) {
  std::vector<fs::path> out;
  std::error_code none;
  for (auto const& entry : fs::directory_iterator(folder, none)) {
    if (out.size() == most_files) break;
    if (entry.is_regular_file(none) && entry.path().filename().string().front() != '.') out.push_back(entry.path());
  }
  std::ranges::sort(out);
  return out;
}

bool is_maildir(fs::path const& folder) {
  std::error_code none;
  return fs::is_directory(folder / "cur", none) && fs::is_directory(folder / "new", none);
}

/// The letters behind ":2,", or the separator that file systems without colons get.
std::set<std::string> flags_of(std::string const& name) {
  std::set<std::string> out;
  auto at = name.rfind(":2,");
  if (at == name.npos) at = name.rfind("!2,");
  if (at == name.npos) return out;
  for (char const c : name.substr(at + 3)) {
    if (c == 'S') out.insert("\\Seen");
    if (c == 'R') out.insert("\\Answered");
    if (c == 'F') out.insert("\\Flagged");
    if (c == 'D') out.insert("\\Draft");
    if (c == 'T') out.insert("\\Deleted");
  }
  return out;
}

base::result<void> add_file(fs::path const& file, fs::path const& dir, bool maildir, std::vector<piece>& out) {
  auto octets = base::read_file(file);
  if (!octets) return octets.error();
  piece p{std::move(*octets), {}, file.lexically_relative(dir).string()};
  if (maildir) p.flags = flags_of(file.filename().string());
  out.push_back(std::move(p));
  return {};
}

base::result<void> add_maildir(fs::path const& folder, fs::path const& dir, std::vector<piece>& out) {
  for (auto const* part : {"cur", "new"})
    for (auto const& file : files_of(folder / part))
      if (auto const done = add_file(file, dir, true, out); !done) return done;
  return {};
}

base::result<std::vector<piece>> any_maildir(fs::path const& dir) {
  std::vector<piece> out;
  std::error_code none;
  if (is_maildir(dir))
    if (auto const done = add_maildir(dir, dir, out); !done) return done.error();
  for (auto at = fs::recursive_directory_iterator(dir, none); at != fs::recursive_directory_iterator();
       at.increment(none)) {
    if (none || at.depth() > 16) break;
    if (at->is_directory(none) && is_maildir(at->path()))
      if (auto const done = add_maildir(at->path(), dir, out); !done) return done.error();
  }
  return out;
}

}  // namespace

std::vector<std::string> read_mbox(std::string_view text, bool quotes_from) {
  std::vector<std::string> out;
  bool after_blank = true;
  while (!text.empty()) {
    auto const end = std::min(text.find('\n'), text.size() - 1) + 1;
    auto line = text.substr(0, end);
    text.remove_prefix(end);
    if (after_blank && line.starts_with("From ")) {
      // The blank line before it belongs to the mbox.
      if (!out.empty() && out.back().ends_with('\n')) out.back().pop_back();
      out.emplace_back();
      after_blank = false;
      continue;
    }
    after_blank = line == "\n" || line == "\r\n";
    if (out.empty()) continue;
    if (quotes_from && line.starts_with('>') && line.substr(line.find_first_not_of('>')).starts_with("From "))
      line.remove_prefix(1);
    out.back() += line;
  }
  if (!out.empty() && out.back().ends_with("\n\n")) out.back().pop_back();
  return out;
}

base::result<std::vector<piece>> read_kept_mail(mail_place const& place, fs::path const& dir) {
  using kind = mail_place::kind;
  auto const at = dir / place.path;
  std::error_code none;
  std::vector<piece> out;
  if (place.how == kind::none || !fs::exists(at, none)) return out;
  if (place.how == kind::maildir && place.path.empty()) return any_maildir(dir);
  if (place.how == kind::maildir) {
    if (auto const done = add_maildir(at, dir, out); !done) return done.error();
  } else if (place.how == kind::files) {
    for (auto const& file : files_of(at))
      if (auto const done = add_file(file, dir, false, out); !done) return done.error();
  } else {
    auto const text = base::read_file(at);
    if (!text) return text.error();
    for (auto& octets : read_mbox(*text, place.quotes_from))
      out.push_back({std::move(octets), {}, fmt::format("{}, message {}", place.path, out.size() + 1)});
  }
  return out;
}

}  // namespace mailrig::play
