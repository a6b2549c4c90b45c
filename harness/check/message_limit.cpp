// message_limit: MESSAGELIMIT tells the number that is announced, never ends what has no limit, and refuses what must
// be done whole (RFC 9738 §3, §3.1); APPENDLIMIT has a number (RFC 7889 §2).
#include <fmt/format.h>

#include "base/text.hpp"
#include "check/checker.hpp"
#include "model/append_request.hpp"

namespace mailrig::check::message_limit {
namespace {

using wire::imap::response_kind;
using wire::imap::status;

class message_limit final : public checker {
 public:
  void see(item const& i, report& out) override {
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
    auto const& c = i.command->sent;
    if ((c.name == "EXPUNGE" && !c.uid) || c.name == "CLOSE" || c.name == "STATUS")
      out.add(i, {"unlimited", fmt::format("{} has no limit", c.name), {"OK without MESSAGELIMIT"}, 0});
    if ((c.name == "COPY" || c.name == "APPEND") && r.condition == status::ok)
      out.add(i, {"partly", fmt::format("{} is done whole or not at all", c.name), {"NO [MESSAGELIMIT ...]"}, 0});
  }

 private:
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
};

checker_kind const kind{"message_limit",
                        "Limits of messages are as announced.",
                        {{"form", "RFC9738-3-01", "The capability has a positive number."},
                         {"low", "RFC9738-3-02", "The limit is 1000 or more."},
                         {"append-form", "RFC7889-2-01", "APPENDLIMIT has no value, or a number."},
                         {"number", "RFC9738-3.1-01", "The code tells the limit that is announced."},
                         {"partly", "RFC9738-3.1-02", "COPY and APPEND beyond the limit are refused."},
                         {"beyond", "RFC9738-3.1-03", "An APPEND of more messages than the limit is refused."},
                         {"unlimited", "RFC9738-3.1-04", "EXPUNGE, CLOSE and STATUS have no limit."}},
                        +[]() -> std::unique_ptr<checker> { return std::make_unique<message_limit>(); },
                        false,
                        kinds::untagged | kinds::tagged,
                        told::completions | told::capabilities};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::message_limit
