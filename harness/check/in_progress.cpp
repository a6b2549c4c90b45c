// in_progress: what INPROGRESS tells of a command is of one that runs, goes forward, and ends below its goal (RFC 9585
// §4).
#include <fmt/format.h>

#include <map>

#include "check/checker.hpp"

namespace mailrig::check::in_progress {
namespace {

using wire::imap::response_kind;
using wire::imap::status;

class in_progress final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.kind != item_kind::response || i.response->violation) return;
    auto const& r = *i.response;
    if (r.kind == response_kind::tagged) seen_[i.session].erase(std::string(r.tag));
    if (r.code != "INPROGRESS") return;
    if (r.kind != response_kind::untagged || r.condition != status::ok)
      out.add(i, {"untagged", "INPROGRESS stands in no untagged OK", {"* OK [INPROGRESS ...]"}, 0});
    auto const list = r.code_args();
    if (!list.is_list()) return;
    auto const tag = list.first(), progress = tag.next(), goal = progress.next();
    auto const done = progress.number(), whole = goal.number();
    if (!tag.is_nil() && !i.imap->find(tag.text()))
      out.add(i, {"tag", fmt::format("no command '{}' runs", tag.text()), {}, tag.offset()});
    if (done && whole && *done >= *whole)
      out.add(i, {"goal", fmt::format("{} of {}", *done, *whole), {"a goal above the progress"}, goal.offset()});
    if (tag.is_nil() || !done) return;
    auto& before = seen_[i.session][tag.text()];
    if (*done < before) out.add(i, {"backwards", fmt::format("{} after {}", *done, before), {}, progress.offset()});
    before = *done;
  }

 private:
  per_session<std::map<std::string, std::uint64_t>> seen_{this};  ///< progress, by the tag of what runs
};

checker_kind const kind{"in_progress",
                        "INPROGRESS tells of a command that runs.",
                        {{"untagged", "RFC9585-4-01", "INPROGRESS comes in an untagged OK."},
                         {"tag", "RFC9585-4-02", "It names a command that runs."},
                         {"goal", "RFC9585-4-03", "The goal is above the progress."},
                         {"backwards", "RFC9585-4-04", "Progress does not go backwards."}},
                        +[]() -> std::unique_ptr<checker> { return std::make_unique<in_progress>(); },
                        false,
                        kinds::untagged | kinds::tagged,
                        told::completions};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::in_progress
