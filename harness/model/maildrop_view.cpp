// maildrop_view: see maildrop_view.hpp.
#include "model/maildrop_view.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace mailrig::model {
namespace {

using reason = forecast::reason;
using wire::pop3::indicator;

constexpr std::size_t any = 255;

/// RFC 1939 §4 to §7, RFC 2449 §5, RFC 2595 §4, RFC 5034 §4, RFC 6856 §2, §3: where a command may be given, and its
/// arguments.
struct form {
  std::string_view keyword;
  bool authorization, transaction;
  std::size_t least, most;
  bool of_message = false;  ///< the first argument is a message-number
};
constexpr form forms[] = {
    // A name and a password may have spaces, which some servers read as part of them (§7, PASS).
    {"USER", true, false, 1, any},     {"PASS", true, false, 1, any},     {"APOP", true, false, 2, any},
    {"AUTH", true, false, 0, 2},       {"STLS", true, false, 0, 0},       {"CAPA", true, true, 0, any},
    {"QUIT", true, true, 0, 0},        {"STAT", false, true, 0, 0},       {"NOOP", false, true, 0, 0},
    {"RSET", false, true, 0, 0},       {"LIST", false, true, 0, 1, true}, {"UIDL", false, true, 0, 1, true},
    {"RETR", false, true, 1, 1, true}, {"DELE", false, true, 1, 1, true}, {"TOP", false, true, 2, 2, true},
    {"UTF8", true, false, 0, 0},       {"LANG", true, true, 0, 1},
};

forecast no(reason why, std::string text) { return {due::negative, why, std::move(text)}; }
forecast yes(reason why, std::string text) { return {due::positive, why, std::move(text)}; }

/// Digits. A plus sign before them is no number of RFC 1939's examples, and none that it forbids.
bool is_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// Written as a server writes it: then nobody can take it for another.
bool canonical(std::string_view text) { return is_number(text) && text[0] != '+' && text[0] != '0'; }

}  // namespace

bool logs_in(pop3_command const& c) { return c.is("PASS") || c.is("APOP") || (c.is("AUTH") && !c.arguments.empty()); }

std::optional<std::uint64_t> message_of(pop3_command const& c) {
  auto digits = c.arg(0);
  if (digits.starts_with('+')) digits.remove_prefix(1);
  return base::number(digits);
}

std::string_view timestamp_of(std::string_view greeting) {
  auto const open = greeting.find('<');
  auto const close = greeting.find('>', open);
  return open == greeting.npos || close == greeting.npos ? "" : greeting.substr(open, close - open + 1);
}

std::string code_of(wire::pop3::reply const& r) { return base::to_upper(r.code.substr(0, r.code.find('/'))); }

bool announces(pop3_session const& s, std::string_view tag) {
  return s.capabilities_known && std::ranges::any_of(s.capabilities, [&](std::string_view line) {
           return line.substr(0, line.find(' ')) == tag;
         });
}

void maildrop_view::see(item const& i) {
  if (i.kind == item_kind::opened) *this = {};
  if (i.kind == item_kind::secured) plain_.clear();
  if (i.kind == item_kind::pop3_command) {
    auto const line = i.octets;
    plain_.push_back(!line.starts_with(' ') && !line.ends_with(' ') && line.find("  ") == line.npos &&
                     line.find('\t') == line.npos);
  }
  if (i.kind != item_kind::reply || !i.pop3_command_ || i.reply->status == indicator::challenge) return;
  answered(i);
  if (!plain_.empty()) plain_.pop_front();
  if (i.pop3_command_->is("STLS") && i.reply->status == indicator::ok) plain_.clear();
}

void maildrop_view::answered(item const& i) {
  auto const& c = *i.pop3_command_;
  bool const ok = i.reply->status == indicator::ok;
  if (c.is("USER")) named_ = ok;
  if (c.is("PASS")) named_ = false;
  if (ok && c.is("CAPA")) capa_works_ = true;
  if (!ok || i.pop3->state != pop3_state::transaction) return;
  if (c.is("UIDL")) ids_ = true;
  if (c.is("TOP")) tops_ = true;
  std::optional<std::uint64_t> count;
  if (c.is("STAT"))
    if (auto const told = wire::pop3::read_stat(i.reply->text)) count = told->messages;
  if (i.reply->multi && (c.is("LIST") || c.is("UIDL"))) {
    count = 0;
    for (auto const& line : wire::pop3::body_lines(i.reply->body)) {
      ++*count;
      highest = std::max(highest, base::number(std::string_view(line).substr(0, line.find(' '))).value_or(0));
    }
  } else if (c.is("LIST") || c.is("UIDL") || c.is("RETR") || c.is("TOP") || c.is("DELE")) {
    highest = std::max(highest, message_of(c).value_or(0));
  }
  if (count && !messages) messages = *count + i.pop3->deleted.size();
}

forecast maildrop_view::of_message(pop3_session const& s, pop3_command const& c) const {
  if (!is_number(c.arg(0))) return no(reason::syntax, fmt::format("'{}' is no message-number", c.arg(0)));
  if (c.is("TOP") && !is_number(c.arg(1))) return no(reason::syntax, fmt::format("'{}' is no number", c.arg(1)));
  constexpr std::uint64_t unheard_of = 1ull << 31;
  auto const n = message_of(c).value_or(unheard_of);
  if (n == 0) return no(reason::absent, "the first message has number 1");
  if (s.deleted.contains(n)) return no(reason::deleted, fmt::format("message {} is marked as deleted", n));
  if (n >= unheard_of || (messages && n > *messages && n > highest))
    return no(reason::absent,
              messages ? fmt::format("the maildrop has {} messages", *messages) : "no maildrop has so many messages");
  bool const there = canonical(c.arg(0)) && ((messages && n <= *messages) || n <= highest);
  if (!there) return {};
  auto const known = fmt::format("message {} is there and not marked", n);
  if (c.is("LIST") || c.is("DELE")) return yes(reason::present, known);
  if (c.is("UIDL") && ids_) return yes(reason::present, known);
  bool const promised = c.is("UIDL") ? announces(s, "UIDL") : c.is("TOP") && announces(s, "TOP");
  // RETR reads the message, which may fail; whether TOP does, its first answer shows. And without UTF8 a message whose
  // header is not ASCII may be refused (RFC 6856 §2.1).
  return promised && !(c.is("TOP") && (tops_ || announces(s, "UTF8"))) ? yes(reason::announced, known) : forecast{};
}

forecast maildrop_view::of(pop3_session const& s, pop3_command const& c) const {
  bool const inside = s.state == pop3_state::transaction;
  if (s.state != pop3_state::authorization && !inside) return {};
  if (c.keyword.empty()) return no(reason::syntax, "an empty line is no command");
  auto const* const at = std::ranges::find(forms, c.keyword, &form::keyword);
  if (at == std::end(forms)) return {};  // some extension's
  if (!(inside ? at->transaction : at->authorization))
    return no(reason::state, fmt::format("the session is in {}", name_of(s.state)));
  auto const count = c.arguments.size();
  bool const plain = plain_.empty() || plain_.front();
  bool const fits = count >= at->least && count <= at->most;
  if (!fits) return plain ? no(reason::syntax, fmt::format("{} arguments", count)) : forecast{};
  if (c.is("PASS") && !named_) return no(reason::state, "no USER was answered +OK before it");
  // Behind USER a client sends PASS or QUIT (RFC 1939 §7); what a server makes of anything else is its own affair.
  if (named_ && !inside && !c.is("QUIT") && !c.is("PASS")) return {};
  auto const f = at->of_message && count > 0 ? of_message(s, c) : of_itself(s, c);
  // Blanks at the end, or two for one, are no syntax that a server has to take.
  return f.status == due::positive && !plain ? forecast{} : f;
}

forecast maildrop_view::of_itself(pop3_session const& s, pop3_command const& c) const {
  bool const inside = s.state == pop3_state::transaction;
  if (c.is("STAT") || c.is("NOOP") || c.is("RSET") || c.is("LIST") || (c.is("QUIT") && !inside))
    return yes(reason::mandatory, "it has no negative answer");
  if (c.is("CAPA") && c.arguments.empty() && capa_works_) return yes(reason::announced, "CAPA was answered before");
  if (c.is("UIDL") && (ids_ || announces(s, "UIDL"))) return yes(reason::announced, "UIDL is there");
  if (c.is("STLS") && !s.secured && announces(s, "STLS")) return yes(reason::announced, "CAPA has STLS");
  return {};
}

}  // namespace mailrig::model
