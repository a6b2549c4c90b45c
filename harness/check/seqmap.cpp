// seqmap: sequence numbers mean what the server last told this session (RFC 3501 §7.3.1, §7.4.1, §2.3.1.2).
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "check/checker.hpp"

namespace mailrig::check::seqmap {
namespace {

class seqmap final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.kind != item_kind::response) return;
    auto const& r = *i.response;
    auto const& s = *i.imap;
    if (r.kind == wire::imap::response_kind::tagged) too_many_recent(i, out);
    if (r.kind != wire::imap::response_kind::untagged) return;
    // What NOTIFY told of the mailbox that is being left may have been on its way.
    if (s.selecting() && s.notify.in_force()) return;
    if (r.is("EXPUNGE") || (r.is("VANISHED") && !r.args().is_list())) removal(i, out);
    if (r.is("EXISTS") && r.number < s.view.size())
      out.add(i, {"exists-shrinks",
                  fmt::format("EXISTS {} while the session knows of {} messages", r.number, s.view.size()),
                  {fmt::format("EXISTS {} or more, or EXPUNGE first", s.view.size())},
                  2});
    if (r.is("FETCH") && r.number > s.view.size() && s.state >= model::imap_state::authenticated)
      out.add(i, {"fetch-range", fmt::format("FETCH of message {} of {}", r.number, s.view.size()), {}, 2});
    if (r.is("RECENT")) recent_[i.session] = r.number;
    if (r.is("EXPUNGE") || r.is("VANISHED")) recent_[i.session] = 0;  // it may have been one of them
    if (r.is("SEARCH")) search(i, out);
  }

 private:
  /// RECENT may come before the EXISTS that it belongs to, so that both are weighed when the command ends.
  void too_many_recent(item const& i, report& out) {
    auto const recent = std::exchange(recent_[i.session], 0);
    auto const& s = *i.imap;
    if (recent > s.view.size() && s.state == model::imap_state::selected && !s.selecting())
      out.add(i, {"recent-range", fmt::format("{} RECENT of {} messages", recent, s.view.size()), {}, 0});
  }

  static void removal(item const& i, report& out) {
    auto const& s = *i.imap;
    auto const& r = *i.response;
    if (r.is("EXPUNGE") && (r.number == 0 || r.number > s.view.size()))
      out.add(i, {"expunge-range",
                  fmt::format("EXPUNGE of message {} of {}", r.number, s.view.size()),
                  {fmt::format("a number from 1 to {}", s.view.size())},
                  2});
    if (s.expunged_any_time) return;  // RFC 5465 §5.3: it asked for that, and uses no message numbers
    // A command is in progress from its last octet to its tagged response (§7.4.1).
    auto whole = [](model::imap_command const& c) { return c.whole; };
    if (std::ranges::none_of(s.in_progress, whole)) {
      out.add(i, {"expunge-unasked", {}, {"no EXPUNGE until a command is in progress"}, 2});
    } else if (std::ranges::all_of(s.in_progress, [&](auto const& c) { return !c.whole || c.forbids_expunge(); })) {
      out.add(i, {"expunge-forbidden",
                  fmt::format("EXPUNGE while only {} runs", s.oldest()->sent.name),
                  {"no EXPUNGE until another command runs, e.g. NOOP"},
                  2});
    }
  }

  /// SEARCH names messages that exist, each once; the UID form names UIDs, which the view may not know yet.
  static void search(item const& i, report& out) {
    auto const& s = *i.imap;
    auto const* by = s.oldest();
    if (!by || !by->is("SEARCH")) return;
    std::vector<std::uint64_t> seen;
    for (auto v = i.response->args(); v; v = v.next()) {
      auto const n = v.number();
      if (!n) continue;
      if (!by->sent.uid && *n > s.view.size())
        return out.add(
            i, {"search-range", fmt::format("SEARCH names message {} of {}", *n, s.view.size()), {}, v.offset()});
      seen.push_back(*n);
    }
    std::ranges::sort(seen);
    if (std::ranges::adjacent_find(seen) != seen.end()) out.add(i, {"search-twice", {}, {}, 2});
  }

  per_session<std::uint64_t> recent_{this};  ///< told since the last tagged response
};

checker_kind const kind{"seqmap",
                        "Sequence numbers mean what the server last told this session.",
                        {{"exists-shrinks", "RFC3501-5.2-03", "EXISTS never shrinks the mailbox; only EXPUNGE does."},
                         {"expunge-range", "RFC3501-7.4.1-02", "EXPUNGE names a message that the session knows of."},
                         {"expunge-unasked", "RFC3501-7.4.1-04", "No EXPUNGE while no command is in progress.",
                          "RFC3501-7.4.1-06 RFC3501-5.3-01 RFC7162-3.2.10.2-03"},
                         {"expunge-forbidden", "RFC3501-7.4.1-05", "No EXPUNGE while only FETCH, STORE or SEARCH run.",
                          "RFC7162-3.2.10.2-04 RFC9051-7.5.1-01"},
                         {"fetch-range", "RFC3501-2.3.1.2-01", "FETCH names a message that the session knows of."},
                         {"recent-range", "RFC3501-7.3.2-01", "RECENT counts messages of the mailbox."},
                         {"search-range", "RFC3501-6.4.4-24", "SEARCH names messages that the session knows of."},
                         {"search-twice", "RFC3501-6.4.4-24", "SEARCH names each message once."}},
                        +[]() -> std::unique_ptr<checker> { return std::make_unique<seqmap>(); },
                        false,
                        kinds::untagged | kinds::tagged,
                        told::numbers};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::seqmap
