// imapsync: imapsync --debugimap, and whatever else uses Perl's Mail::IMAPClient with Debug: "Sending: 3 SELECT INBOX",
// "Read: " and what came, further lines behind blanks. Two servers' lines come mixed, and are told apart by their tags.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "record/marked_logs.hpp"

namespace mailrig::record::imapsync {
namespace {

/// The connections of a log: each counts its tags, and reads right after it has sent.
class connections {
 public:
  void sent(std::string_view text, std::size_t line, std::vector<dialogue>& out) {
    auto const tag = base::number(text.substr(0, text.find(' ')));
    if (tag && is_command(text)) {
      auto const next = std::ranges::find(last_, *tag - 1);
      now_ = next != last_.end()        ? std::size_t(next - last_.begin())
             : *tag == 1 || out.empty() ? out.size() - (out.empty() ? 0 : 1)
                                        : now_;
      need(now_, out);
      last_[now_] = *tag;
    }
    need(now_, out);
    out[now_].said.push_back({side::client, std::string(text), line, {}, form::line});
  }
  void read(std::string_view text, std::size_t line, std::vector<dialogue>& out) {
    bool const begins =
        is_greeting(text) && (out.empty() || (now_ < last_.size() && last_[now_] > 0 && answered(out[now_])));
    if (begins) now_ = out.size();
    need(now_, out);
    out[now_].said.push_back({side::server, std::string(text), line, {}, form::line});
  }

 private:
  static bool answered(dialogue const& d) {
    return d.said.empty() || (d.said.back().who == side::server && is_tagged_status(d.said.back().text));
  }
  void need(std::size_t n, std::vector<dialogue>& out) {
    while (out.size() <= n) out.emplace_back().name = "connection " + std::to_string(out.size());
    if (last_.size() < out.size()) last_.resize(out.size(), 0);
  }
  std::vector<std::uint64_t> last_;  ///< tag of each
  std::size_t now_ = 0;
};

class reader {
 public:
  void take(log_line const& line, std::vector<dialogue>& out) {
    auto text = line.text;
    if (auto const s = read_stamp(text)) text.remove_prefix(s->length);
    if (text.starts_with("LITERAL: received literal in line ")) {
      literals_.push_back(literal_in(text));
    } else if (text.starts_with("Received ret=")) {
      // how the octets came
    } else if (text.starts_with("Sending: ")) {
      reading_ = false, sending_ = true;
      all_.sent(text.substr(9), line.number, out);
    } else if (text.starts_with("Read: ")) {
      reading_ = true, sending_ = false;
      read(text.substr(6), line.number, out);
    } else if (reading_ && (text.starts_with("  \t") || text.starts_with('\t'))) {
      read(text, line.number, out);
    } else if (sending_ && text.starts_with("  ")) {
      all_.sent(text.substr(2), line.number, out);
    } else if (reading_ && text.starts_with("  ")) {
      auto const bare = text.substr(std::min(text.find_first_not_of(' '), text.size()));
      if (is_response(bare))
        read(bare, line.number, out);
      else
        all_.read(text.substr(2), line.number, out);
    } else if (!text.empty()) {
      reading_ = sending_ = false;
    }
  }

 private:
  /// "... in line * 5 FETCH (BODY[]  of length 9669; ...": what stands before the literal, and its size.
  struct announced_literal {
    std::string_view before, count;
  };
  static announced_literal literal_in(std::string_view text) {
    text.remove_prefix(std::string_view("LITERAL: received literal in line ").size());
    auto const of = text.find(" of length ");
    if (of == text.npos) return {};
    auto const count = text.substr(of + 11);
    return {base::trim(text.substr(0, of)), count.substr(0, count.find_first_not_of("0123456789"))};
  }

  void read(std::string_view text, std::size_t line, std::vector<dialogue>& out) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    if (text.starts_with('\t')) text.remove_prefix(1);
    bool behind = false;
    while (!literals_.empty()) {
      auto const [before, count] = literals_.front();
      if (before.empty() || count.empty() || !text.starts_with(before)) break;
      // The literal itself is left out where it stood.
      all_.read(fmt::format("{}{} {{{}}}", behind ? " " : "", before, count), line, out);
      text.remove_prefix(before.size());
      while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
      literals_.erase(literals_.begin());
      behind = true;
    }
    all_.read(behind && !text.starts_with(')') ? " " + std::string(text) : std::string(text), line, out);
  }
  connections all_;
  std::vector<announced_literal> literals_;  ///< whose response is not read yet
  bool reading_ = false, sending_ = false;
};

int fits(log_file const& file) {
  auto const sends = fit_of(
      file, [](std::string_view l) { return l.starts_with("Sending: "); }, 40, 89);
  return file.octets.find("Read: ") == file.octets.npos ? 0 : sends;
}

base::result<std::vector<dialogue>> read(std::vector<log_file> const& files) {
  return read_apart<reader>(files, "lines that begin with \"Sending: \" and \"Read: \"");
}

importer const kind{"imapsync", "imapsync --debugimap, and others that use Perl's Mail::IMAPClient", fits, read};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::record::imapsync
