// poplib: Python's poplib after set_debuglevel(2): "*put* b'STAT'", "*get* b'+OK 3 654\r\n'"; level 1 has commands
// alone.
#include "record/marked_logs.hpp"

namespace mailrig::record::poplib {
namespace {

std::optional<marked> take(std::string_view line) {
  bool const get = line.starts_with("*get* "), put = line.starts_with("*put* "), cmd = line.starts_with("*cmd* ");
  if (!get && !put && !cmd) return std::nullopt;
  marked m;
  m.who = get ? side::server : side::client;
  auto text = python_string(line.substr(6));
  m.form = text ? form::line : form::cut;
  m.text = text ? std::move(*text) : std::string(line.substr(6));
  while (m.text.ends_with('\n') || m.text.ends_with('\r')) m.text.pop_back();
  return m;
}

int fits(log_file const& file) {
  return fit_of(
      file, [](std::string_view line) { return take(line).has_value(); }, 60, 94);
}

/// What a file has twice: a command as it is asked for, and as it is put.
std::optional<marked> take_put(std::string_view line) { return line.starts_with("*cmd*") ? std::nullopt : take(line); }

base::result<std::vector<dialogue>> read(std::vector<log_file> const& files) {
  std::vector<dialogue> out;
  for (auto const& file : files) {
    bool const puts = file.octets.find("*put* ") != file.octets.npos;
    auto found = read_marked({file}, puts ? take_put : take, nullptr, "lines like \"*put* b'STAT'\"");
    if (!found) return found.error();
    for (auto& d : *found) {
      d.proto = history::protocol::pop3;
      out.push_back(std::move(d));
    }
  }
  return out;
}

importer const kind{"poplib", "Python's poplib after set_debuglevel(2)", fits, read};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::record::poplib
