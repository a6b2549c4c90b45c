// client_idle: what a client says while it idles (RFC 2177 §3, RFC 9051 §6.3.13).
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "check/client/client_checker.hpp"

namespace mailrig::check::client_idle {
namespace {

/// RFC 2177 advises 29 minutes; whoever counts them needs a moment to act.
constexpr auto advised = std::chrono::minutes(29);
constexpr auto a_moment = std::chrono::seconds(30);

class client_idle final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (!i.imap) return;
    if (i.kind == item_kind::line && i.command->is("IDLE")) return line(i, out);
    if (i.kind == item_kind::ended) return lasted(i, out);
    if (i.kind != item_kind::command) return;
    for (auto const& other : i.imap->in_progress)
      if (other.serial < i.command->serial && other.is("IDLE") && !other.released)
        return unwanted(i, fmt::format("{} is sent", i.command->sent.name), out);
  }

 private:
  static void unwanted(item const& i, std::string_view what, report& out) {
    out.add(i, {"not-done", fmt::format("{} while IDLE waits for its end", what), {"DONE"}});
  }

  static void line(item const& i, report& out) {
    auto text = i.octets;
    if (text.ends_with('\n')) text.remove_suffix(1);
    if (text.ends_with('\r')) text.remove_suffix(1);
    if (!base::iequals(text, "DONE"))
      unwanted(i, fmt::format("'{}' is sent", base::printable(text.substr(0, 60))), out);
    lasted(i, out);
  }

  static void lasted(item const& i, report& out) {
    for (auto const& c : i.imap->in_progress)
      if (c.is("IDLE") && (!c.released || i.kind == item_kind::line) && i.at - c.begun > advised + a_moment)
        out.add(i, {"renewal",
                    fmt::format("IDLE was left running for {} minutes",
                                std::chrono::duration_cast<std::chrono::minutes>(i.at - c.begun).count()),
                    {"DONE and IDLE anew within 29 minutes, before the server takes the client for gone"}});
  }
};

client_checker_kind const kind{
    {"client-idle",
     "While it idles the client says DONE only, and begins anew in time.",
     {{"not-done", "RFC2177-3-13", "While IDLE runs nothing but DONE is sent."},
      {"renewal", "RFC2177-3-20", "IDLE is ended and begun anew at least every 29 minutes."}},
     +[]() -> std::unique_ptr<checker> { return std::make_unique<client_idle>(); },
     false,
     kinds::commands | kinds::lines | kinds::rest,
     told::completions}};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::client_idle
