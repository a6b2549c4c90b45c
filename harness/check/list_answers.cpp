// list_answers: what LIST and LSUB tell is what was asked for: names that match, each once, and attributes that agree
// with the other names of the same answer (RFC 3501 §6.3.8, §6.3.9; RFC 3348 §3; RFC 5258 §3).
#include <fmt/format.h>

#include "base/text.hpp"
#include "check/checker.hpp"
#include "model/hierarchy.hpp"
#include "model/list_pattern.hpp"

namespace mailrig::check::list_answers {
namespace {

using wire::imap::response_kind;
using wire::imap::status;

class list_answers final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.kind == item_kind::command) return command(i);
    if (i.kind != item_kind::response || i.response->violation) return;
    auto const& r = *i.response;
    if (r.is("LIST") || r.is("LSUB")) told(i, out);
    if (r.kind != response_kind::tagged || !i.command) return;
    if (model::changes_names(i.command->sent)) --changing_;
    if (r.condition == status::ok && i.command->is("LIST")) completed(i, out);
    if (i.command->is("LIST") || i.command->is("LSUB"))
      answers_[i.session].asked.reset();  // what comes now is for others
  }

 private:
  struct answer {
    std::optional<model::list_request> asked;  ///< by the one LIST or LSUB that runs; nothing else asks for names
    bool notified = false;                     ///< by NOTIFY names come unasked (RFC 5465 §5.3)
    std::size_t changes = 0;                   ///< of names, in any session, when it was sent
    std::set<std::string> names;
    std::vector<std::pair<std::string, std::size_t>> with_children;  ///< where it was said
  };

  void command(item const& i) {
    auto const& c = i.command->sent;
    auto& a = answers_[i.session];
    if (model::changes_names(c)) ++changing_, ++changes_;
    if (c.name == "NOTIFY") a.notified = true;
    bool const lists = c.name == "LIST" || c.name == "LSUB";
    if (!lists && c.name != "STATUS" && c.name != "NOOP") return;
    a.asked.reset();
    if (lists && i.imap->in_progress.size() == 1 && !a.notified) a.asked = model::list_request::of(c);
    a.names.clear();
    a.with_children.clear();
    a.changes = changes_;
  }

  void told(item const& i, report& out) {
    auto& a = answers_[i.session];
    auto const* by = i.imap->running(i.response->name);
    if (!a.asked || !by || i.imap->in_progress.size() != 1 || a.asked->is_only("")) return;
    auto const attributes = i.response->args();
    auto const delimiter = attributes.next();
    auto const name = delimiter.next().text();
    auto const mark =
        delimiter.is_nil() || delimiter.text().size() != 1 ? std::nullopt : std::optional(delimiter.text()[0]);
    if (!a.names.insert(model::canonical_mailbox(name)).second)
      out.add(i, {a.asked->several ? "once-for-several" : "twice",
                  fmt::format("{} is told twice", base::printable(name)),
                  {},
                  delimiter.next().offset()});
    for (auto v = attributes.first(); v; v = v.next())
      if (v.names("\\HasChildren") && mark) a.with_children.emplace_back(name + *mark, v.offset());
    compare(i, *a.asked, name, mark, delimiter.next().offset(), out);
  }

  static void compare(item const& i, model::list_request const& asked, std::string const& name,
                      std::optional<char> mark, std::size_t offset, report& out) {
    auto const& reference = asked.reference;
    if (!reference.empty()) {
      // How the two are joined is the server's; where the reference is a whole level, one reading is left.
      bool const whole_level = mark && reference.back() == *mark && (asked.is_only("*") || asked.is_only("%"));
      if (whole_level && !base::istarts_with(name, reference))
        out.add(i, {"reference",
                    fmt::format("{} is not below the reference {}", base::printable(name), base::printable(reference)),
                    {fmt::format("{}...", base::printable(reference))},
                    offset});
      return;
    }
    if (asked.matches(name, mark, true)) return;
    out.add(i, {asked.several            ? "several"
                : i.response->is("LIST") ? "pattern"
                                         : "lsub-pattern",
                fmt::format("{} does not match {}", base::printable(name), asked.printable()),
                {},
                offset});
  }

  /// All names, in one answer, while nobody changed any.
  void completed(item const& i, report& out) {
    auto const& a = answers_[i.session];
    if (!a.asked || !a.asked->is_everything() || changing_ != 0 || a.changes != changes_) return;
    std::set<std::string> folded;  // INBOX has no case (RFC 3501 §5.1), and a server may fold the case of other names
    for (auto const& name : a.names) folded.insert(base::to_lower(name));
    for (auto const& [prefix, offset] : a.with_children) {
      auto const parent = base::to_lower(prefix);
      auto const below = folded.upper_bound(parent);
      if (below != folded.end() && below->starts_with(parent)) continue;
      return out.add(i, {"childless",
                         fmt::format("{} has \\HasChildren, and no name is below it",
                                     base::printable(prefix.substr(0, prefix.size() - 1))),
                         {"\\HasNoChildren"},
                         0});
    }
  }

  per_session<answer> answers_{this};
  std::size_t changes_ = 0;
  int changing_ = 0;  ///< commands on names that are under way
};

checker_kind const kind{
    "list_answers",
    "LIST and LSUB tell what was asked for.",
    {{"pattern", "RFC3501-6.3.8-02", "A name that LIST tells matches the pattern.", "RFC3501-6.3.8-04"},
     {"lsub-pattern", "RFC3501-6.3.9-05", "A name that LSUB tells matches the pattern."},
     {"reference", "RFC3501-6.3.8-08", "A name that is told begins with the reference."},
     {"twice", "RFC3501-6.3.8-07", "A name is told once."},
     {"several", "RFC5258-3-01", "A name that LIST tells matches one of its patterns."},
     {"once-for-several", "RFC5258-3-02", "A name that several patterns match is told once."},
     {"childless", "RFC3348-3-06", "A name that has \\HasChildren has children."}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<list_answers>(); },
    false,
    kinds::commands | kinds::untagged | kinds::tagged,
    told::mailboxes | told::completions};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::list_answers
