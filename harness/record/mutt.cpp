// mutt: the debug file of mutt -d and neomutt -d: "[time] 4> a0001 CAPABILITY", and text of literals without a mark.
#include "record/marked_logs.hpp"

namespace mailrig::record::mutt {
namespace {

/// What follows "[time]" and neomutt's "<5> function() ", which some have without the level.
std::string_view without_stamp(std::string_view line, std::optional<base::duration>& at) {
  auto const s = read_stamp(line);
  if (!s) return line;
  at = s->at;
  line.remove_prefix(s->length);
  bool const level = line.size() > 3 && line[0] == '<' && line[2] == '>' && line[1] >= '0' && line[1] <= '9';
  if (auto const call = line.find("() "); call != line.npos && (level || line.starts_with("mutt_socket_")))
    return line.substr(call + 3);
  return line.substr(level ? 3 : 0);
}

std::optional<marked> take(std::string_view line) {
  std::optional<base::duration> at;
  auto const text = without_stamp(line, at);
  // "-1" is a connection that is closed already.
  std::size_t const sign = text.starts_with('-') ? 1 : 0;
  std::size_t digits = sign;
  while (digits < text.size() && digits < 4 && text[digits] >= '0' && text[digits] <= '9') ++digits;
  if (digits > sign && digits + 2 <= text.size() && (text[digits] == '<' || text[digits] == '>') &&
      text[digits + 1] == ' ')
    return marked{text[digits] == '<' ? side::server : side::client, std::string(text.substr(digits + 2)),
                  "connection " + std::string(text.substr(0, digits)), at};
  return std::nullopt;
}

bool loose(std::string_view line) {
  std::optional<base::duration> at;
  without_stamp(line, at);
  return !at;
}

int fits(log_file const& file) {
  return fit_of(
      file,
      [](std::string_view line) {
        std::optional<base::duration> at;
        without_stamp(line, at);
        return at && take(line).has_value();
      },
      40, 92);
}

/// Commands that leave in one write have the mark before the first of them only.
bool is_further_command(spoken const& s) {
  return s.form == form::loose && s.who == side::client && is_command(s.text) && !is_response(s.text);
}

base::result<std::vector<dialogue>> read(std::vector<log_file> const& files) {
  auto found = read_marked(files, take, loose, "lines like \"4> a0001 CAPABILITY\"");
  if (found)
    for (auto& d : *found)
      for (auto& s : d.said)
        if (is_further_command(s)) s.form = form::line;
  return found;
}

importer const kind{"mutt", "mutt -d 2 and neomutt -d 2, from ~/.muttdebug0 (a higher level has the mail too)", fits,
                    read};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::record::mutt
