// sending: see sending.hpp.
#include "scenario/sending.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "net/digest.hpp"
#include "scenario/command_line.hpp"
#include "scenario/escapes.hpp"
#include "scenario/octet_pieces.hpp"
#include "session/proof.hpp"

namespace mailrig::scenario {

using history::protocol;

/// "{quoted NAME}", "{literal NAME}" and "{literal+ NAME}": the value of $NAME as a string, whatever is in it;
/// "{base64 \"...\"}": octets, coded.
base::result<std::size_t> sending::value_at(std::string_view rest, std::vector<piece>& out) const {
  if (constexpr std::string_view coded = "{base64 "; rest.starts_with(coded)) {
    auto const close = rest.find("\"}");
    if (close == rest.npos || rest[coded.size()] != '"' || close == coded.size())
      return base::fault{0, "base64", "what is coded stands in quotes: {base64 \"n,,n=a,r=b\"}"};
    out.back().octets += net::base64(unescaped(rest.substr(coded.size() + 1, close - coded.size() - 1)));
    return close + 2;
  }
  for (std::string_view form : {"{quoted ", "{literal ", "{literal+ "}) {
    auto const close = rest.find('}');
    if (!rest.starts_with(form) || close == rest.npos) continue;
    auto const value = v_.expand(fmt::format("${}", base::trim(rest.substr(form.size(), close - form.size()))));
    if (!value) return value.error();
    if (form == "{quoted ") {
      out.back().octets += '"';
      for (char c : *value) out.back().octets += c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
      out.back().octets += '"';
    } else {
      bool const plus = form == "{literal+ ";
      out.back().octets += fmt::format("{{{}{}}}\r\n", value->size(), plus ? "+" : "");
      if (!plus) out.push_back({"", true});
      out.back().octets += *value;
    }
    return close + 1;
  }
  return std::size_t(0);
}

/// "{mail NAME}", "{mail+ NAME}", "{text \"...\"}" and "{text+ \"...\"}" become literals.
base::result<std::vector<sending::piece>> sending::literals(std::string const& line) {
  std::vector<piece> out(1);
  auto const last = line.rfind('}');  // behind it nothing is replaced, however long the line is
  for (std::size_t at = 0; at < line.size();) {
    auto const next = last == line.npos ? line.npos : line.find('{', at);
    if (next == line.npos || next > last) {
      out.back().octets += line.substr(at);
      break;
    }
    out.back().octets += line.substr(at, next - at);
    at = next;
    bool const mail = line.compare(at, 5, "{mail") == 0, text = line.compare(at, 5, "{text") == 0;
    auto const value = value_at(std::string_view(line).substr(at), out);
    if (!value) return value.error();
    if (*value > 0) {
      at += *value;
      continue;
    }
    auto const close = mail ? line.find('}', at) : text ? line.find("\"}", at) : line.npos;
    if (close == line.npos) {
      out.back().octets += line[at++];
      continue;
    }
    bool const plus = line[at + 5] == '+';
    auto argument = base::trim(std::string_view(line).substr(at + (plus ? 6 : 5), close - at - (plus ? 6 : 5)));
    std::string octets;
    if (mail) {
      auto m = mail_.read(argument);
      if (!m) return m.error();
      octets = m->octets;
      if (!v_.mail_value(fmt::format("mail[{}].size", argument))) v_.mail.push_back(*m);
    } else {
      if (!argument.starts_with('"')) return base::fault{at, "literal", "text stands in quotes: {text \"...\"}"};
      octets = unescaped(argument.substr(1));
    }
    out.back().octets += fmt::format("{{{}{}}}\r\n", octets.size(), plus ? "+" : "");
    if (plus)
      out.back().octets += octets;
    else
      out.push_back({octets, true});
    at = close + (mail ? 1 : 2);
  }
  return out;
}

/// Whether a line of an IMAP script is a command (and wants a tag) or goes on with one.
bool sending::is_continuation(player& p, std::string_view line) const {
  auto const* c = stage_.conversation(p);
  if (!c || p.proto == protocol::pop3) return true;
  if (open_literal_) return true;
  auto const& running = c->imap().in_progress;
  if (running.empty()) return false;
  auto const& last = running.back();
  return (last.is("IDLE") && base::iequals(line, "DONE")) || (last.is("AUTHENTICATE") && last.continued) ||
         (!last.whole && last.continued);
}

base::result<void> sending::lines(player& p, operation const& o) {
  std::string buffer;
  open_literal_ = false;
  bind_apop(p);
  p.invitations.clear();
  for (auto const& line : o.lines) {
    auto expanded = p.proto == protocol::imap && !open_literal_ ? v_.written(line) : v_.expand(line);
    if (!expanded) return expanded.error();
    auto text = *expanded;
    // What stands whole in this write and is not sent yet is behind us, though the session does not know.
    bool const behind_command = p.proto == protocol::imap && !buffer.empty() && !open_literal_;
    if (behind_command || !is_continuation(p, text)) {
      player::command c;
      c.numbering = stage_.numbering_now(p);
      auto const said = read_command_line(text);
      c.name = base::to_upper(said.name);
      c.tag = said.tag;
      if (c.tag.empty()) text = fmt::format("{} {}", c.tag = fmt::format("{}{}", p.name[0], ++p.tags), text);
      p.numbering = c.numbering;
      p.unanswered.push_back(std::move(c));
    }
    auto pieces = literals(text);
    if (!pieces) return pieces.error();
    pieces->back().octets += "\r\n";
    open_literal_ = p.proto == protocol::imap && text.ends_with('}') && text.find("{mail") == text.npos &&
                    text.find("{text") == text.npos && text.find("{literal") == text.npos &&
                    text.find("{quoted") == text.npos && text.find("{base64") == text.npos;
    for (auto const& piece : *pieces) {
      if (piece.after_continuation) {
        p.channel->send(std::exchange(buffer, {}));
        auto const answer = await_continuation(p);
        if (answer == invitation::none) return {};  // the expectation will see how
        if (answer == invitation::refused) break;   // it is answered: what stands behind it is another command
      }
      buffer += piece.octets;
    }
  }
  if (!buffer.empty()) p.channel->send(buffer);
  return {};
}

/// The digests that would log in now (RFC 1939 §7 APOP): "$apop" is the speaker's, "$apop_desk" that of the session
/// desk.
void sending::bind_apop(player const& speaker) {
  for (std::size_t i = 1; i < stage_.size(); ++i) {
    auto const& p = stage_.at(i);
    auto const* c = stage_.conversation(p);
    if (p.proto != protocol::pop3 || !c || c->pop3().timestamp.empty()) continue;
    auto const digest = net::hex(net::md5(c->pop3().timestamp + p.who.password));
    session::keep_proof(digest);
    v_.names["apop_" + p.name] = digest;
    if (&p == &speaker) v_.names["apop"] = digest;
  }
}

sending::invitation sending::await_continuation(player& p) {
  auto plus = [&] {
    return std::ranges::find_if(p.arrivals, [](auto const& a) { return a->what == arrival::kind::continuation; });
  };
  auto refused = [&] {
    return std::ranges::any_of(p.arrivals, [&](auto const& a) {
      return a->what == arrival::kind::tagged && !p.unanswered.empty() && a->response.tag == p.unanswered.back().tag;
    });
  };
  stage_.wait([&] { return plus() != p.arrivals.end() || refused() || !stage_.is_open(p); }, stage_.limits().step);
  auto const at = plus();
  if (at == p.arrivals.end()) return refused() && stage_.is_open(p) ? invitation::refused : invitation::none;
  p.invitations.push_back(std::move(*at));
  p.arrivals.erase(at);
  return invitation::came;
}

/// raw "..." and cut "DO" 50ms "NE\r\n": octets as they stand, with pauses between; "x"*8192 repeats them.
base::result<void> sending::octets(player& p, operation const& o) {
  p.numbering = stage_.numbering_now(p);
  return each_piece(
      o, [&](std::string const& octets) { p.channel->send(octets); },
      [&](base::duration d) { stage_.wait([] { return false; }, d); });
}

base::result<std::string> sending::written(operation const& o) const {
  std::string out;
  auto const done = each_piece(
      o, [&](std::string const& octets) { out += octets; }, [](base::duration) {});
  if (!done) return done.error();
  return out;
}

base::result<void> sending::each_piece(operation const& o, std::function<void(std::string const&)> const& say,
                                       std::function<void(base::duration)> const& wait) const {
  auto const pieces = read_octet_pieces(o.argument, o.action);
  if (!pieces) return pieces.error();
  for (auto const& piece : *pieces) {
    if (piece.pause > base::duration{}) {
      wait(piece.pause);
      continue;
    }
    auto const text = v_.expand(piece.octets);
    if (!text) return text.error();
    std::string octets;
    for (std::uint64_t n = 0; n < piece.times; ++n) octets += *text;
    say(octets);
  }
  return {};
}

}  // namespace mailrig::scenario
