// rendezvous_folder: shards that meet in a folder that all share; see rendezvous_link.hpp. What one says is a file
// NAME.up.N or NAME.down.N, written beside and renamed, and removed by who has read it. NAME is drawn anew by each
// process, so that what a killed run has left is answered by nobody.
#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <set>

#include "base/file.hpp"
#include "load/rendezvous_link.hpp"
#include "net/digest.hpp"

namespace mailrig::load {
namespace {

namespace fs = std::filesystem;

class folder_link final : public rendezvous_link {
 public:
  folder_link(fs::path folder, bool leads, rendezvous_hearer& hearer)
      : folder_(std::move(folder)), leads_(leads), hearer_(hearer) {
    if (leads_) return;
    auto& one = channels_[next_];
    one.name = net::hex(net::random_octets(8));
    one.unsent = "{}\n";  // that it is there
    hearer_.on_opened(next_++);
  }

  void send(rendezvous_channel c, std::string const& line) override {
    if (auto const at = channels_.find(c); at != channels_.end()) at->second.unsent += line + "\n";
  }
  void close(rendezvous_channel c) override {
    if (auto const at = channels_.find(c); at != channels_.end()) at->second.closing = true;
  }
  void poll() override {
    if (leads_) look_for_new();
    std::vector<rendezvous_channel> all;
    for (auto const& [c, one] : channels_) all.push_back(c);
    for (auto const c : all) {
      listen(c);
      write(c);
    }
  }
  bool idle() const override {
    std::error_code none;
    for (auto const& [c, one] : channels_) {
      if (one.over) continue;
      if (!one.unsent.empty()) return false;
      if (one.closing && one.written > 0 && fs::exists(file(one, leads_, one.written), none)) return false;
    }
    return true;
  }

 private:
  struct channel {
    std::string name, unsent;
    std::uint64_t written = 0, read = 0;
    bool closing = false, over = false;
  };

  fs::path file(channel const& one, bool down, std::uint64_t n) const {
    return folder_ / fmt::format("{}.{}.{}", one.name, down ? "down" : "up", n);
  }

  void look_for_new() {
    std::error_code error;
    constexpr std::string_view first = ".up.1";
    for (fs::directory_iterator i(folder_, error), end; !error && i != end; i.increment(error)) {
      auto const name = i->path().filename().string();
      if (!name.ends_with(first) || name.starts_with('.')) continue;
      auto const who = name.substr(0, name.size() - first.size());
      if (known_.size() >= 4 * most_shards || !known_.insert(who).second) continue;
      std::error_code none;
      fs::remove(i->path(), none);
      auto& one = channels_[next_];
      one.name = who;
      one.read = 1;
      hearer_.on_opened(next_++);
    }
  }

  /// What came, file by file, as far as they follow one another.
  void listen(rendezvous_channel c) {
    for (auto* one = &channels_.at(c); !one->over;) {
      auto const next = file(*one, !leads_, one->read + 1);
      std::error_code error;
      if (!fs::exists(next, error)) return;
      auto const size = fs::file_size(next, error);
      if (error || size > hearer_.longest_line(c)) return end(c, "it writes too long a line");
      auto const text = base::read_file(next);
      if (!text) return;  // it may come to be read
      fs::remove(next, error);
      ++one->read;
      std::string_view left = *text;
      while (!left.empty()) {
        auto const line = left.substr(0, left.find('\n'));
        left.remove_prefix(std::min(line.size() + 1, left.size()));
        if (!line.empty()) hearer_.on_line(c, line);
      }
    }
  }

  void write(rendezvous_channel c) {
    auto& one = channels_.at(c);
    if (one.over || one.unsent.empty()) return;
    if (auto const done = base::write_file(file(one, leads_, one.written + 1), one.unsent); !done)
      return end(c, done.error().text);
    ++one.written;
    one.unsent.clear();
  }

  void end(rendezvous_channel c, std::string_view why) {
    channels_.at(c).over = true;
    hearer_.on_ended(c, why);
  }

  fs::path folder_;
  bool leads_;
  rendezvous_hearer& hearer_;
  std::map<rendezvous_channel, channel> channels_;
  std::set<std::string> known_;
  rendezvous_channel next_ = 1;
};

}  // namespace

base::result<std::unique_ptr<rendezvous_link>> link_by_folder(std::string const& where, bool leads,
                                                              rendezvous_hearer& hearer) {
  std::error_code error;
  fs::create_directories(where, error);
  if (error) return base::fault{0, "--rendezvous", fmt::format("--rendezvous {}: {}", where, error.message())};
  if (auto const can = base::can_write_in(where); !can) return can.error();
  return std::unique_ptr<rendezvous_link>(std::make_unique<folder_link>(where, leads, hearer));
}

}  // namespace mailrig::load
