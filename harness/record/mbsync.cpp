// mbsync: isync's mbsync -Dn and -DN: ">>> 1 NAMESPACE" from the client, the server's lines as they are; -DN shows
// literals between lines of "=" or ">"; ">+> " is what goes on with a command.
#include "record/marked_logs.hpp"

namespace mailrig::record::mbsync {
namespace {

/// "(2 in progress) " and, with two servers, "F: " or "M: " before a line.
std::string_view without_prefix(std::string_view line, std::string& store) {
  auto const end = line.find(" in progress) ");
  if (line.starts_with('(') && end != line.npos && end < 12) line.remove_prefix(end + 14);
  if (line.size() > 3 && line[1] == ':' && line[2] == ' ' &&
      std::string_view("FNMS").find(line[0]) != std::string_view::npos) {
    store.assign(1, line[0]);
    line.remove_prefix(3);
  }
  return line;
}

/// Before and behind a literal, which it shows as it is, the server's and the client's.
constexpr std::string_view servers_mark = "=========", clients_mark = ">>>>>>>>>";

class reader {
 public:
  void take(log_line const& line, std::vector<dialogue>& out) {
    if (!mark_.empty()) return in_block(line, out);
    std::string store;
    auto const text = without_prefix(line.text, store);
    auto last = [&] { return !out.empty() && !out.back().said.empty(); };
    if (text == servers_mark || text == clients_mark) return begin_block(text, store);
    if (text.starts_with("Connecting to ") || text.starts_with("Resolving ")) fresh_ = true;
    if (text.starts_with(">>> ") || text.starts_with(">+> ")) {
      add({side::client, std::string(text.substr(4)), store}, line, out);
    } else if (is_response(text)) {
      if (fresh_ && is_greeting(text) && last() && out.back().name == store) out.emplace_back().name = store;
      fresh_ = false;
      add({side::server, std::string(text), store}, line, out);
    } else if (last() && text == "...") {
      add({side::server, std::string(text), store, {}, form::loose}, line, out);
    } else if (last() &&
               (text == ")" || text.starts_with(") ") || text.starts_with(" UID ") || text.starts_with(" FLAGS "))) {
      add({side::server, std::string(text), store, {}, form::loose}, line, out);
    }
  }

 private:
  void begin_block(std::string_view mark, std::string const& store) {
    store_ = store;
    label_ = store.empty() ? "" : store + ": ";
    mark_ = mark;
  }

  /// The mark behind a literal without a line end of its own stands on that line.
  void in_block(log_line const& line, std::vector<dialogue>& out) {
    auto text = line.text;
    bool const ends = text.ends_with(label_ + std::string(mark_));
    if (ends) text.remove_suffix(label_.size() + mark_.size());
    if (!ends || !text.empty())
      add({mark_ == servers_mark ? side::server : side::client, std::string(text), store_, {}, form::loose}, line, out);
    if (ends) mark_ = {};
  }

  static void add(marked m, log_line const& line, std::vector<dialogue>& out) {
    auto& d = dialogue_for(m, out);
    d.said.push_back({m.who, std::move(m.text), line.number, {}, m.form});
  }

  bool fresh_ = false;
  std::string_view mark_;      ///< of the literal that is being shown
  std::string store_, label_;  ///< whose it is
};

int fits(log_file const& file) {
  return fit_of(
      file,
      [](std::string_view line) {
        std::string store;
        auto const text = without_prefix(line, store);
        return text.starts_with(">>> ") && is_command(text.substr(4));
      },
      50, 88);
}

base::result<std::vector<dialogue>> read(std::vector<log_file> const& files) {
  return read_apart<reader>(files, "lines like \">>> 1 LOGIN\"");
}

importer const kind{"mbsync", "mbsync -Dn (without the mail) or -DN (with it)", fits, read};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::record::mbsync
