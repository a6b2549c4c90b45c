// message_limit: MESSAGELIMIT tells the number that is announced, never ends what has no limit, and refuses what must
// be done whole (RFC 9738 §3, §3.1); APPENDLIMIT has a number (RFC 7889 §2).
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/text.hpp"
#include "check/checker.hpp"
#include "model/append_request.hpp"
#include "model/fetch_request.hpp"

namespace mailrig::check::message_limit {
namespace {

using wire::imap::response_kind;
using wire::imap::status;

class message_limit final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.kind == item_kind::command) note(i);
    if (i.kind != item_kind::response || i.response->violation) return;
    auto const& r = *i.response;
    if (r.code == "CAPABILITY") listed(i, r.code_args(), out);
    if (r.is("CAPABILITY")) listed(i, r.args(), out);
    if (r.kind == response_kind::tagged && i.command && r.condition == status::ok) atomic(i, out);
    if (r.code != "MESSAGELIMIT") return;
    auto const told = r.code_args().number();
    auto const all = limit(*i.imap);
    if (all && told && *all != *told)
      out.add(i, {"number",
                  fmt::format("MESSAGELIMIT {}, and {} is announced", *told, *all),
                  {std::to_string(*all)},
                  r.code_args().offset()});
    if (r.kind != response_kind::tagged || !i.command) return;
    if (auto const lowest = r.code_args().next().number(); lowest && r.condition == status::ok)
      reached(i, std::uint32_t(*lowest), told.value_or(0), out);
    auto const& c = i.command->sent;
    if ((c.name == "EXPUNGE" && !c.uid) || c.name == "CLOSE" || c.name == "STATUS")
      out.add(i, {"unlimited", fmt::format("{} has no limit", c.name), {"OK without MESSAGELIMIT"}, 0});
    if ((c.name == "COPY" || c.name == "APPEND") && r.condition == status::ok)
      out.add(i, {"partly", fmt::format("{} is done whole or not at all", c.name), {"NO [MESSAGELIMIT ...]"}, 0});
  }

 private:
  /// The UIDs that a command names which runs alone; nothing where some are not known.
  struct request {
    std::uint32_t serial = 0;
    std::vector<std::uint32_t> named;
  };
  static constexpr std::size_t most_named = 20000;

  void note(item const& i) {
    auto& a = asked_[i.session];
    a = {};
    bool const limited = i.command->is("FETCH") || i.command->is("STORE") || i.command->is("MOVE") ||
                         (i.command->is("EXPUNGE") && i.command->sent.uid);
    if (!limited || i.imap->state != model::imap_state::selected || i.imap->in_progress.size() != 1) return;
    if (!limit(*i.imap) || model::names_unknown(*i.imap, i.command->sent)) return;
    auto const slots = model::named_slots(*i.imap, i.command->sent);
    if (slots.size() > most_named) return;
    for (auto const& s : slots) {
      if (s.uid == 0) return;
      a.named.push_back(s.uid);
    }
    a.serial = i.command->serial;
  }

  /// Done from the greatest UID down to the one that is told: that is one of those named, and they are no more than the
  /// limit.
  void reached(item const& i, std::uint32_t lowest, std::uint64_t all, report& out) {
    auto const& a = asked_[i.session];
    if (a.serial != i.command->serial || a.named.empty()) return;
    if (std::ranges::find(a.named, lowest) == a.named.end())
      return out.add(i, {"lowest",
                         fmt::format("UID {} is none that the command names", lowest),
                         {"the lowest UID that was processed"},
                         i.response->code_args().next().offset()});
    if (i.command->is("EXPUNGE")) return;  // of those named it counts those with \Deleted
    auto const done = std::ranges::count_if(a.named, [&](auto uid) { return uid >= lowest; });
    if (std::uint64_t(done) > all)
      out.add(i, {"more",
                  fmt::format("{} messages from UID {} on, and no more than {} are processed", done, lowest, all),
                  {},
                  i.response->code_args().next().offset()});
  }

  static std::optional<std::uint64_t> limit(model::imap_session const& s) {
    auto const all = s.announced("MESSAGELIMIT");
    return all ? all : s.announced("SAVELIMIT");
  }

  static void listed(item const& i, wire::imap::value v, report& out) {
    for (; v; v = v.next()) {
      if (constexpr std::string_view octets = "APPENDLIMIT="; base::istarts_with(v.raw(), octets))
        if (!base::number(v.raw().substr(octets.size())))
          out.add(i, {"append-form", fmt::format("{} has no number", v.raw()), {}, v.offset()});
      for (std::string_view name : {"MESSAGELIMIT=", "SAVELIMIT="}) {
        if (!base::istarts_with(v.raw(), name)) continue;
        auto const n = base::number(v.raw().substr(name.size()));
        if (!n || *n == 0) out.add(i, {"form", fmt::format("{} has no positive number", v.raw()), {}, v.offset()});
        if (n && *n > 0 && *n < 1000)
          out.add(i, {"low", fmt::format("{} is lower than 1000", v.raw()), {"1000 or more"}, v.offset()});
      }
    }
  }

  /// An APPEND of more messages than are taken at once.
  static void atomic(item const& i, report& out) {
    auto const all = limit(*i.imap);
    auto const messages = all && i.command->is("APPEND") ? model::appended_messages(i.command->sent) : std::nullopt;
    if (messages && messages->size() > *all)
      out.add(i, {"beyond",
                  fmt::format("{} messages are taken at once, and {} is announced", messages->size(), *all),
                  {"NO [MESSAGELIMIT ...]"},
                  0});
  }

  per_session<request> asked_{this};
};

checker_kind const kind{
    "message_limit",
    "Limits of messages are as announced.",
    {{"form", "RFC9738-3-01", "The capability has a positive number."},
     {"low", "RFC9738-3-02", "The limit is 1000 or more."},
     {"append-form", "RFC7889-2-01", "APPENDLIMIT has no value, or a number."},
     {"number", "RFC9738-3.1-01", "The code tells the limit that is announced."},
     {"partly", "RFC9738-3.1-02", "COPY and APPEND beyond the limit are refused."},
     {"beyond", "RFC9738-3.1-03", "An APPEND of more messages than the limit is refused."},
     {"unlimited", "RFC9738-3.1-04", "EXPUNGE, CLOSE and STATUS have no limit."},
     {"lowest", "RFC9738-3.1-06", "The UID that is told is the lowest that was processed.", "RFC9738-3.1-10"},
     {"more", "RFC9738-3.1-07", "From the greatest UID down to it are no more than the limit."}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<message_limit>(); },
    false,
    kinds::commands | kinds::untagged | kinds::tagged,
    told::numbers | told::messages | told::completions | told::capabilities};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::message_limit
