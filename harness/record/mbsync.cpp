// mbsync: isync's mbsync -Dn and -DN: ">>> 1 NAMESPACE" from the client, the server's lines as they are; -DN shows
// literals between lines of "="; ">+> " is what goes on with a command.
#include "record/marked_logs.hpp"

namespace mailrig::record::mbsync {
namespace {

/// "(2 in progress) " and, with two servers, "F: " or "M: " before a line.
std::string_view without_prefix(std::string_view line, std::string& store) {
  if (line.size() > 3 && line[1] == ':' && line[2] == ' ' &&
      std::string_view("FNMS").find(line[0]) != std::string_view::npos) {
    store.assign(1, line[0]);
    line.remove_prefix(3);
  }
  auto const end = line.find(" in progress) ");
  if (line.starts_with('(') && end != line.npos && end < 12) line.remove_prefix(end + 14);
  return line;
}

bool is_block(std::string_view line) { return line == "========="; }

class reader {
 public:
  void take(log_line const& line, std::vector<dialogue>& out) {
    if (is_block(line.text)) return void(block_ = !block_);
    std::string store;
    auto const text = block_ ? line.text : without_prefix(line.text, store);
    auto last = [&] { return !out.empty() && !out.back().said.empty(); };
    if (block_) {
      if (last())
        out.back().said.push_back({out.back().said.back().who, std::string(text), line.number, {}, form::loose});
      return;
    }
    if (text.starts_with("Connecting to ") || text.starts_with("Resolving ")) fresh_ = true;
    if (text.starts_with(">>> ") || text.starts_with(">+> ")) {
      add({side::client, std::string(text.substr(4)), store}, line, out);
    } else if (is_response(text)) {
      if (fresh_ && is_greeting(text) && last() && out.back().name == store) out.emplace_back().name = store;
      fresh_ = false;
      add({side::server, std::string(text), store}, line, out);
    } else if (last() &&
               (text == ")" || text.starts_with(") ") || text.starts_with(" UID ") || text.starts_with(" FLAGS "))) {
      out.back().said.push_back({side::server, std::string(text), line.number, {}, form::loose});
    }
  }

 private:
  static void add(marked m, log_line const& line, std::vector<dialogue>& out) {
    auto& d = dialogue_for(m, out);
    d.said.push_back({m.who, std::move(m.text), line.number, {}, form::line});
  }
  bool block_ = false, fresh_ = false;
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
  reader r;
  return read_lines(
      files, [&](log_line const& line, std::vector<dialogue>& out) { r.take(line, out); },
      "lines like \">>> 1 LOGIN\"");
}

importer const kind{"mbsync", "mbsync -Dn (without the mail) or -DN (with it)", fits, read};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::record::mbsync
