// james_stage: see james_stage.hpp.
#include "record/james_stage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "scenario/escapes.hpp"

namespace mailrig::record {
namespace {

constexpr std::string_view finder = "finder", owner = "owner";

bool is_own(james_fixture::mailbox const& box) { return base::iequals(box.user, james_user); }

class stage_writer {
 public:
  stage_writer(suite_script& out, james_fixture const& fixture, james_names const& names)
      : out_(out), fixture_(fixture), names_(names) {}

  void write() {
    for (auto const& box : fixture_.mailboxes)
      if (is_own(box)) make(finder, box, box.name.empty() ? "INBOX" : names_.of(box.name));
    for (auto const& f : names_.foreigners()) {
      make(owner, *f.box, f.owned);
      say(owner, fmt::format("SETACL {} $user lr", f.owned), "OK");
    }
    if (!names_.foreigners().empty()) find();
    out_.blank();
  }

 private:
  void say(std::string_view session, std::string const& line, std::string_view status) {
    out_.sends(session, line);
    out_.expects(session, status, 0, line);
  }

  void make(std::string_view session, james_fixture::mailbox const& box, std::string const& name) {
    if (name != "INBOX") say(session, "CREATE " + name, "OK");
    if (!box.filled) return;
    constexpr std::array<std::string_view, 4> flags{"", "", "\\Flagged", "\\Deleted"};
    constexpr int many = 10;
    for (int i = 0; i < (fixture_.cyrus ? int(flags.size()) : many); ++i)
      say(session,
          fmt::format("APPEND {} ({}) {{text \"{}\"}}", name, fixture_.cyrus ? flags[std::size_t(i)] : "",
                      scenario::escaped(fmt::format("Subject: {} {}\r\n\r\nBODY {}\r\n", box.name, i, i))),
          "OK");
  }

  /// By which names the other user's mailboxes go here; then he has the rights that the script is about.
  void find() {
    out_.sends(finder, "NAMESPACE");
    out_.expects(finder, "* NAMESPACE _ (($others _ ...) ...) _", 0, "NAMESPACE");
    out_.expects(finder, "OK", 0, "NAMESPACE");
    for (auto const& f : names_.foreigners()) {
      out_.sends(finder, fmt::format("LIST \"\" \"${{others}}*${{leaf}}{}\"", f.ending));
      out_.expects(finder, fmt::format("* LIST (...) _ ${}", f.variable), 0, f.ending);
      out_.expects(finder, "OK", 0, f.ending);
    }
    for (auto const& box : fixture_.mailboxes)
      if (is_own(box) && !box.rights.empty())
        say(finder, fmt::format("SETACL {} $user {}", box.name.empty() ? "INBOX" : names_.of(box.name), box.rights),
            "OK");
    for (auto const& f : names_.foreigners())
      say(owner, fmt::format("SETACL {} $user {}", f.owned, f.box->rights.empty() ? "\"\"" : f.box->rights), "OK");
  }

  suite_script& out_;
  james_fixture const& fixture_;
  james_names const& names_;
};

}  // namespace

std::string james_preparers(james_fixture const& fixture, james_names const& names) {
  bool const own = std::ranges::any_of(fixture.mailboxes, is_own);
  std::string out;
  if (own || !names.foreigners().empty()) out += fmt::format(" {}=imap/authenticated", finder);
  if (!names.foreigners().empty()) out += fmt::format(" {}=imap@2/authenticated", owner);
  return out;
}

void prepare_james_mail(suite_script& out, james_fixture const& fixture, james_names const& names) {
  if (!fixture.mailboxes.empty()) stage_writer(out, fixture, names).write();
}

}  // namespace mailrig::record
