// baseline: failures that are known, one a line: a finding's id (globs allowed) and the reason why it is known.
//   imap/x/y#expect.client.1 RFC 3501 §6.3.1: ...      a known failure
//   ~2 imap/x/*#seqmap.* a race in its index code      a flaky one: may come or not, at most twice a run
//   x3 imap/x/y#content.section RFC 3501 §6.4.5: ...   known so often in one scenario; once more is another failure
//   imap/x/y#prepare it has no keywords                a scenario that cannot be prepared there
//   + imap/x/y                                         a scenario that gates; with such lines, new ones do not yet
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "history/requirement.hpp"
#include "history/run_record.hpp"

namespace mailrig::report {

class baseline {
 public:
  static base::result<baseline> read(std::filesystem::path const& file);
  static base::result<baseline> parse(std::string_view text, std::string const& name);

  /// Marks in the record what is known, what is new and what fails otherwise than is known; lists lines that matched
  /// nothing although their scenario ran. `whole`: the run had all scenarios, so that a line with a glob for them can
  /// be stale too; a part of them proves nothing against it.
  void apply(history::run_record& run, bool whole) const;
  bool empty() const { return lines_.empty(); }
  /// The file as it should stand after this run: reasons kept, stale lines dropped, new failures added with what the
  /// requirement says. `name_tests`: every scenario of the run becomes one that gates.
  std::string updated(history::run_record const& run, history::catalogue const& requirements, bool name_tests) const;

 private:
  struct entry {
    std::string pattern, reason;
    std::size_t bound = 0;  ///< of a flaky one: at most so often a run; 0: always expected
    std::size_t times = 0;  ///< at most so often in one scenario; 0: however often
    std::string text;       ///< the whole line
  };
  /// Takes the marks that a line begins with, and leaves the rest. Fault: a mark without a number.
  static base::result<void> take_marks(std::string_view& line, entry& e);
  /// Index of the line that knows this finding; nothing when none does.
  std::optional<std::size_t> line_for(std::string const& finding_id) const;

  std::vector<std::string> comments_;  ///< at the file's head
  std::vector<entry> lines_;
  std::set<std::string> tests_;
};

}  // namespace mailrig::report
