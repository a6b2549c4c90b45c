// capability: what is advertised is true (RFC 3501 §6.1.1, §7.2.1; RFC 2449 §5).
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "check/checker.hpp"

namespace mailrig::check::capability {
namespace {

/// Commands that an extension adds and that take no argument, so that BAD can only mean "unknown".
constexpr std::pair<std::string_view, std::string_view> bare_commands[] = {
    {"IDLE", "IDLE"}, {"NAMESPACE", "NAMESPACE"}, {"UNSELECT", "UNSELECT"}};

/// After which another list is to be expected.
constexpr std::string_view state_changers[] = {"LOGIN", "AUTHENTICATE", "STARTTLS", "COMPRESS", "UNAUTHENTICATE"};

/// Nothing follows its name, not even a space: it is as it should be.
bool is_bare(wire::imap::command const& c) {
  auto octets = std::string_view(c.octets);
  while (octets.ends_with('\n') || octets.ends_with('\r')) octets.remove_suffix(1);
  return octets.size() == c.tag.size() + 1 + c.name.size();
}

class capability final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.kind == item_kind::reply) return pop3(i, out);
    if (i.kind != item_kind::response || i.response->violation) return;
    auto const& r = *i.response;
    if (r.is("CAPABILITY")) listed(r.args(), i, out);
    if (r.code == "CAPABILITY") listed(r.code_args(), i, out);
    if (r.is("CAPABILITY")) seen_[i.session] = true;
    if (r.is("CAPABILITY")) stable(i, out);
    if (!i.command) return;
    bool const ok = r.condition == wire::imap::status::ok;
    if (ok && i.command->is_one_of("LOGIN", "AUTHENTICATE", "STARTTLS", "COMPRESS", "UNAUTHENTICATE"))
      last_[i.session].reset();
    if (ok && r.code == "CAPABILITY" && (i.command->is("LOGIN") || i.command->is("AUTHENTICATE")))
      last_[i.session] = shared(names_of(r.code_args()));
    if (i.command->is("CAPABILITY")) {
      if (ok && !seen_[i.session]) out.add(i, {"untold", {}, {"* CAPABILITY ... before the tagged OK"}, 0});
      seen_[i.session] = false;
    }
    if (!i.imap->capabilities_known) return;
    if (ok && i.command->is("LOGIN") && i.imap->can("LOGINDISABLED")) out.add(i, {"logindisabled", {}, {"NO"}, 0});
    if (r.condition == wire::imap::status::bad && i.imap->in_progress.size() == 1 &&
        i.imap->state == model::imap_state::selected)
      for (auto const& [name, command] : bare_commands)
        if (i.command->is(command) && !i.command->continued && is_bare(i.command->sent) && i.imap->can(name))
          out.add(i,
                  {"untrue", fmt::format("{} is advertised, and its command is answered BAD", name), {"OK or NO"}, 0});
  }

 private:
  using list = std::set<std::string>;

  /// A load run has thousands of sessions on one server, all told the same.
  std::shared_ptr<list const> const& shared(list told) {
    if (!latest_ || *latest_ != told) latest_ = std::make_shared<list const>(std::move(told));
    return latest_;
  }

  static list names_of(wire::imap::value v) {
    std::set<std::string> names;
    for (; v; v = v.next()) names.insert(base::to_upper(v.raw()));
    return names;
  }

  void stable(item const& i, report& out) {
    auto const now = shared(names_of(i.response->args()));
    auto& last = last_[i.session];
    // What ends a state may be told of before its tagged OK (§6.2.2, §6.2.3).
    bool const between = std::ranges::any_of(state_changers, [&](auto verb) { return i.imap->runs(verb); });
    if (between) return last.reset();
    if (last && !last->empty() && *last != *now)
      out.add(i, {"changes", {}, {fmt::format("{}", fmt::join(*last, " "))}, 0});
    last = now;
  }

  static void listed(wire::imap::value v, item const& i, report& out) {
    auto const first = v.offset();
    auto const names = names_of(v);
    if (!names.contains("IMAP4REV1") && !names.contains("IMAP4REV2"))
      out.add(i, {"imap4rev1", {}, {"IMAP4rev1"}, first});
    if (i.imap->secured && names.contains("STARTTLS")) out.add(i, {"starttls", {}, {"no STARTTLS: TLS is up"}, first});
    if (names.contains("LITERAL+") && names.contains("LITERAL-"))
      out.add(i, {"literal", {}, {"one of the two"}, first});
  }

  static void pop3(item const& i, report& out) {
    if (!i.pop3_command_ || !i.pop3_command_->is("CAPA") || !i.reply->multi) return;
    std::size_t offset = i.reply->line.size() + 2;
    for (auto const& line : wire::pop3::body_lines(i.reply->body)) {
      auto const tag = line.substr(0, line.find(' '));
      bool const formed = !tag.empty() && std::ranges::all_of(tag, [](char c) { return c > 0x20 && c < 0x7F; }) &&
                          line.find("  ") == line.npos && !line.ends_with(' ');
      if (!formed)
        out.add(i, {"pop3-form",
                    fmt::format("'{}'", base::printable(line)),
                    {"a tag and its parameters, single spaces"},
                    offset});
      if (base::iequals(tag, "STLS") && i.pop3->secured) out.add(i, {"pop3-stls", {}, {"no STLS: TLS is up"}, offset});
      offset += line.size() + 2;
    }
  }

  std::shared_ptr<list const> latest_;                   ///< that any session was told
  per_session<std::shared_ptr<list const>> last_{this};  ///< CAPABILITY's list since the last change of state
  per_session<char> seen_{this};  ///< an untagged CAPABILITY came since the last command of that name
};

checker_kind const kind{"capability",
                        "What is advertised is well-formed and true.",
                        {{"imap4rev1", "RFC3501-7.2.1-01", "The list contains IMAP4rev1."},
                         {"changes", "RFC3501-6.1.1-05", "The list stays while the state does.",
                          "RFC3501-6.2.2-08 RFC3501-6.2.3-05 RFC3501-7.2.1-05 RFC5161-3.1-10 RFC9051-6.3.1-05"},
                         {"untold", "RFC3501-6.1.1-01", "CAPABILITY is answered by one untagged CAPABILITY."},
                         {"logindisabled", "RFC3501-6.2.3-03", "LOGIN is refused while LOGINDISABLED is advertised.",
                          "RFC2595-3.2-01 RFC3501-7.2.1-02"},
                         {"starttls", "RFC2595-3.1-05", "STARTTLS is not offered once TLS is up."},
                         {"literal", "RFC7888-5-05", "LITERAL+ and LITERAL- are not both advertised."},
                         {"untrue", "RFC2177-3-03", "An advertised extension's command works.", "RFC2342-4-01"},
                         {"pop3-form", "RFC2449-3-02", "A capability line is a tag and parameters with single spaces."},
                         {"pop3-stls", "RFC2595-4-06", "STLS is not offered once TLS is up."}},
                        +[]() -> std::unique_ptr<checker> { return std::make_unique<capability>(); },
                        false,
                        kinds::untagged | kinds::tagged | kinds::pop3,
                        told::capabilities};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::capability
