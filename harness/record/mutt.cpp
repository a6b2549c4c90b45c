// mutt: the debug file of mutt -d and neomutt -d: "[time] 4> a0001 CAPABILITY", and text of literals without a mark.
#include <algorithm>

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

/// The columns of a terminal that a log was copied from: its longest lines, where several end there; 0: none.
std::size_t columns_of(log_file const& file) {
  constexpr std::size_t least = 60;
  std::size_t longest = 0, lines = 0;
  for (auto const& line : lines_of(file.octets)) {
    lines = line.text.size() > longest ? 1 : line.text.size() == longest ? lines + 1 : lines;
    longest = std::max(longest, line.text.size());
  }
  return lines > 1 && longest >= least ? longest : 0;
}

class reader {
 public:
  explicit reader(std::size_t columns) : columns_(columns) {}

  void take(log_line const& line, std::vector<dialogue>& out) {
    bool const full = columns_ > 0 && line.text.size() == columns_;
    if (auto m = mutt::take(line.text)) {
      session_ = m->session;
      goes_on_ = full && m->who == side::server;
      dialogue_for(*m, out).said.push_back({m->who, std::move(m->text), line.number, m->at, m->form});
      return;
    }
    auto const d = std::ranges::find(out.rbegin(), out.rend(), session_, &dialogue::name);
    if (d == out.rend() || d->said.empty() || !loose(line.text)) return void(goes_on_ = false);
    auto const last = d->said.back();
    if (goes_on_)
      d->said.back().text += line.text;
    else
      d->said.push_back({last.who, std::string(line.text), line.number, last.at, form::loose});
    goes_on_ = goes_on_ && full;
  }

 private:
  std::size_t columns_;
  std::string session_;
  bool goes_on_ = false;  ///< the last line was as long as the terminal was wide
};

base::result<std::vector<dialogue>> read(std::vector<log_file> const& files) {
  std::vector<dialogue> out;
  for (auto const& file : files) {
    reader r(columns_of(file));
    auto found = read_lines(
        {file}, [&](log_line const& line, std::vector<dialogue>& to) { r.take(line, to); },
        "lines like \"4> a0001 CAPABILITY\"");
    if (!found) return found.error();
    for (auto& d : *found) out.push_back(std::move(d));
  }
  for (auto& d : out)
    for (auto& s : d.said)
      if (is_further_command(s)) s.form = form::line;
  return out;
}

importer const kind{"mutt", "mutt -d 2 and neomutt -d 2, from ~/.muttdebug0 (a higher level has the mail too)", fits,
                    read};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::record::mutt
