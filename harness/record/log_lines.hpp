// log_lines: what importers of text logs share: lines with their numbers, times at a line's start, Python's strings.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/importer.hpp"

namespace mailrig::record {

struct log_line {
  std::string_view text;  ///< without LF and CR
  std::size_t number = 1;
};

/// Views into `octets`. The CR before LF, also where it is shown as ^M, and a UTF-8 byte order mark are not part of a
/// line.
std::vector<log_line> lines_of(std::string_view octets);

/// A time in any form that logs begin lines with, and what follows it: "2026-11-29 02:29:15.123", "02:29:15",
/// "1795919358.124246", "01-07 19:09:05.808", "23-Oct-2023 12:17:58 +0200", "Nov 29 02:29:06", each in brackets or not.
/// Days count from 1970; without a date, from midnight.
struct stamp {
  base::duration at{};
  std::size_t length = 0;  ///< of the time in the text, with the blanks after it
};
std::optional<stamp> read_stamp(std::string_view text);

/// The value of Python's 'x', "x", b'x' or b"x" at the start of `text`; `rest` is what follows it. Nothing where it has
/// no end: the log cut it.
std::optional<std::string> python_string(std::string_view text, std::string_view* rest = nullptr);

/// Whether a line could begin a conversation's line of that side by its form.
bool is_greeting(std::string_view text);
bool is_response(std::string_view text);  ///< "* ...", "+ ...", "TAG OK ...", "+OK", "-ERR"
bool is_command(std::string_view text);   ///< "TAG VERB ..." of IMAP or "VERB ..." of POP3, for known verbs
bool is_tagged_status(std::string_view text);

/// How many of the first lines `looks` accepts, as a fit: none 0, one `least`, many `most`.
int fit_of(log_file const& file, std::function<bool(std::string_view)> const& looks, int least, int most);

/// A dialogue for each file, made of the entries that `read_line` finds; the usual read of an importer. A file without
/// any is a fault that tells `what` was looked for.
using line_reader = std::function<void(log_line const& line, std::vector<dialogue>& out)>;
base::result<std::vector<dialogue>> read_lines(std::vector<log_file> const& files, line_reader const& read_line,
                                               std::string_view what);

/// The same of files that have nothing to do with each other: the lines of each are taken by a `Reader` of its own.
template <class Reader>
base::result<std::vector<dialogue>> read_apart(std::vector<log_file> const& files, std::string_view what) {
  std::vector<dialogue> out;
  for (auto const& file : files) {
    Reader r;
    auto found = read_lines(
        {file}, [&](log_line const& line, std::vector<dialogue>& to) { r.take(line, to); }, what);
    if (!found) return found.error();
    for (auto& d : *found) out.push_back(std::move(d));
  }
  return out;
}

}  // namespace mailrig::record
