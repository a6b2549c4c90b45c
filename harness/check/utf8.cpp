// utf8: who has enabled UTF8=ACCEPT gets UTF-8 and is held to it; who has not gets ASCII, or nothing (RFC 6855 §3 to
// §8; RFC 6858 §3).
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "check/checker.hpp"
#include "model/append_request.hpp"
#include "model/ext/utf8_names.hpp"
#include "model/fetch_request.hpp"

namespace mailrig::check::utf8 {
namespace {

using wire::imap::response_kind;
using wire::imap::status;
using wire::imap::value;

bool is_wide(char c) { return static_cast<unsigned char>(c) >= 0x80; }

/// A quoted string in a command that is no UTF-8; literals may hold anything.
bool has_malformed_string(std::string_view octets) {
  auto const literals = wire::imap::client_literals(octets);
  for (std::size_t at = 0; at < octets.size(); ++at) {
    auto const in = std::ranges::find(literals, at, &wire::imap::client_literal::offset);
    if (in != literals.end()) {
      auto const lf = octets.find('\n', at);
      if (lf == octets.npos) return false;
      at = lf + in->size;
    } else if (octets[at] == '"') {
      auto const begin = ++at;
      while (at < octets.size() && octets[at] != '"') at += octets[at] == '\\' ? 2 : 1;
      if (!base::is_utf8(octets.substr(begin, std::min(at, octets.size()) - begin))) return true;
    }
  }
  return false;
}

bool names_charset(wire::imap::command const& c) {
  auto const returns = c.name == "SEARCH" && base::iequals(c.arg(0), "RETURN");
  auto const at = returns ? 2u : 0u;
  return c.name == "SEARCH" && c.arguments.size() > at && !c.arguments[at].string &&
         base::iequals(c.arg(at), "CHARSET");
}

/// Commands that show names or mail, or take them: all of these might need UTF-8.
bool might_need_utf8(model::imap_command const& c) {
  static constexpr std::string_view names[] = {"SELECT", "EXAMINE", "LIST", "LSUB", "CREATE", "RENAME", "APPEND"};
  return std::ranges::find(names, c.sent.name) != std::end(names);
}

/// Control characters, and separators of lines and paragraphs.
bool is_no_name(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    auto const one = text.substr(at, std::max<std::size_t>(1, base::utf8_length(text.substr(at))));
    bool const control = static_cast<unsigned char>(one[0]) < 0x20 || one[0] == 0x7F ||
                         (one.size() == 2 && one[0] == '\xC2' && static_cast<unsigned char>(one[1]) < 0xA0);
    if (control || one == "\xE2\x80\xA8" || one == "\xE2\x80\xA9") return true;
    at += one.size();
  }
  return false;
}

class utf8 final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.kind == item_kind::command) {
      if (i.command->is("FETCH")) fetched_[i.session] = true;
      return;
    }
    if (i.kind != item_kind::response || i.response->violation) return;
    auto const& r = *i.response;
    if (r.is("CAPABILITY")) listed(r.args(), i, out);
    if (r.code == "CAPABILITY") listed(r.code_args(), i, out);
    if (r.is("FETCH") && model::is_legacy(*i.imap)) shown(i, out);
    if ((r.is("LIST") || r.is("LSUB")) && i.imap->syntax.utf8) named(r.args().next().next(), i, out);
    if (r.code == "DOWNGRADED") downgraded(i, out);
    if (r.kind == response_kind::tagged && i.command && i.command->whole) answered(i, out);
  }

 private:
  static void listed(value v, item const& i, report& out) {
    bool accept = false, only = false;
    auto const first = v.offset();
    for (; v; v = v.next()) accept = accept || v.names("UTF8=ACCEPT"), only = only || v.names("UTF8=ONLY");
    if (accept && only) out.add(i, {"both", "UTF8=ACCEPT and UTF8=ONLY", {"one of the two"}, first});
  }

  /// Headers alone: what the text of a message holds is its own affair.
  static void shown(item const& i, report& out) {
    model::for_each_item(*i.response, [&](auto name, auto data) {
      auto label = model::canonical_label(name.raw());
      bool const whole = label == "BODY[]" || label == "RFC822";
      bool const header =
          label == "RFC822.HEADER" || (label.starts_with("BODY[") && label.find("HEADER") != label.npos);
      if ((!whole && !header) || !data.is_string()) return;
      auto const text = data.text();
      auto const end = whole && text.starts_with("\r\n") ? 0 : whole ? text.find("\r\n\r\n") : text.npos;
      auto const head = std::string_view(text).substr(0, end);
      auto const odd = std::ranges::find_if(head, is_wide);
      if (odd == head.end()) return;
      out.add(i, {"wide",
                  fmt::format("{} has the octet 0x{:02X} in a header, and UTF8=ACCEPT was not enabled", label,
                              static_cast<unsigned char>(*odd)),
                  {"headers in ASCII"},
                  data.offset()});
    });
  }

  static void named(value name, item const& i, report& out) {
    if (is_no_name(name.text()))
      out.add(i, {"name",
                  fmt::format("{} has a control character or a separator of lines", base::printable(name.text())),
                  {},
                  name.offset()});
  }

  void downgraded(item const& i, report& out) {
    if (i.imap->syntax.utf8)
      return out.add(i, {"downgraded", "UTF8=ACCEPT is enabled, and messages are shown as others", {}, 0});
    if (!fetched_[i.session])
      out.add(i, {"downgraded", "this session has fetched nothing", {"DOWNGRADED for what was fetched"}, 0});
  }

  static void answered(item const& i, report& out) {
    auto const& c = i.command->sent;
    auto const s = i.response->condition;
    bool const enabled = i.imap->syntax.utf8;
    if (enabled && s != status::bad && has_malformed_string(c.octets))
      out.add(i, {"malformed", fmt::format("{} has a quoted string that is no UTF-8", c.name), {"BAD"}, 0});
    if (enabled && !i.imap->rev2 && s == status::ok && names_charset(c))
      out.add(i, {"charset", "SEARCH CHARSET, and UTF8=ACCEPT is enabled", {"BAD"}, 0});
    if (s == status::ok && c.name == "APPEND" && model::is_legacy(*i.imap)) appended(i, out);
    if (!enabled && might_need_utf8(*i.command) && i.imap->in_progress.size() == 1 && i.imap->can("UTF8=ONLY"))
      legacy(i, out);
  }

  static void appended(item const& i, report& out) {
    auto const all = model::appended_messages(i.command->sent);
    if (!all) return;
    for (auto const& m : *all)
      if (!m.pieces.empty() && !m.pieces[0].url && model::begins_wide(m.pieces[0].text))
        return out.add(i,
                       {"append", "a message with 8-bit headers is taken, and UTF8=ACCEPT was not enabled", {"NO"}, 0});
  }

  static void legacy(item const& i, report& out) {
    auto const& c = *i.command;
    auto const s = i.response->condition;
    if (i.imap->state == model::imap_state::not_authenticated) return;
    if (s == status::ok)
      out.add(i, {"only",
                  fmt::format("UTF8=ONLY is announced, and {} is done without ENABLE", c.sent.name),
                  {"NO [CANNOT]"},
                  0});
    else if (s == status::no && i.response->code.empty())
      out.add(i, {"only", fmt::format("{} without ENABLE is refused without a code", c.sent.name), {"NO [CANNOT]"}, 0});
  }

  per_session<char> fetched_{this};
};

checker_kind const kind{
    "utf8",
    "Who enabled UTF8=ACCEPT gets UTF-8, who did not ASCII or nothing.",
    {{"both", "RFC6855-6-03", "UTF8=ACCEPT and UTF8=ONLY are not both announced."},
     {"wide", "RFC6855-4-03", "A client that has not enabled UTF8=ACCEPT is shown headers in ASCII.", "RFC6855-8-01"},
     {"name", "RFC6855-3-06", "No mailbox's name has control characters or separators of lines."},
     {"downgraded", "RFC6858-3-01", "DOWNGRADED tells of messages that were shown by surrogates."},
     {"malformed", "RFC6855-3-02", "A quoted string that is no UTF-8 is answered BAD."},
     {"charset", "RFC6855-3-07", "SEARCH names no charset once UTF8=ACCEPT is enabled."},
     {"append", "RFC6855-4-02", "Messages with 8-bit headers are taken from who has enabled UTF8=ACCEPT."},
     {"only", "RFC6855-6-02", "UTF8=ONLY refuses by NO [CANNOT] who has not enabled UTF8=ACCEPT."}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<utf8>(); },
    false,
    kinds::commands | kinds::untagged | kinds::tagged,
    told::capabilities | told::completions};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::utf8
