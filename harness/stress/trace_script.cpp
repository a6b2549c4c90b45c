// trace_script: see trace_script.hpp.
#include "stress/trace_script.hpp"

#include <fmt/format.h>

#include <deque>
#include <map>
#include <set>

#include "check/judge.hpp"
#include "history/trace.hpp"

namespace mailrig::stress {
namespace {

using history::protocol;
using scenario::operation;

/// A literal's octets as the language writes them in quotes.
std::string escaped(std::string_view octets) {
  std::string out;
  for (unsigned char c : octets) {
    if (c == '\r')
      out += "\\r";
    else if (c == '\n')
      out += "\\n";
    else if (c == '"' || c == '\\')
      out += fmt::format("\\{}", char(c));
    else if (c < 0x20 || c > 0x7e || c == '$' || c == '{' || c == '}')
      out += fmt::format("\\x{:02x}", c);
    else
      out += char(c);
  }
  return out;
}

/// A command without its tag, literals as {text "..."}.
std::string line_of(std::string_view octets) {
  std::string out;
  octets.remove_prefix(std::min(octets.size(), octets.find(' ') + 1));
  while (!octets.empty()) {
    auto const end = std::min(octets.find("\r\n"), octets.size());
    auto const line = octets.substr(0, end);
    octets.remove_prefix(std::min(octets.size(), end + 2));
    auto const open = line.ends_with('}') ? line.rfind('{') : line.npos;
    auto const size = open == line.npos ? 0 : std::size_t(std::atoll(std::string(line.substr(open + 1)).c_str()));
    if (open == line.npos || size > octets.size()) {
      out += line;
      continue;
    }
    out += fmt::format("{}{{text \"{}\"}}", line.substr(0, open), escaped(octets.substr(0, size)));
    octets.remove_prefix(size);
  }
  return out;
}

/// Watches the items of a trace and writes down what the clients did.
class scribe final : public model::item_sink {
 public:
  scenario::script out;

  void see(model::item const& i) override {
    using model::item_kind;
    if (i.kind == item_kind::opened) return opened(i);
    if (!names_.contains(i.session)) return;
    if (i.kind == item_kind::ended) return ended(i);
    if (i.kind == item_kind::command) return command(i);
    if (i.kind == item_kind::pop3_command) return pop3_command(i);
    if (i.kind == item_kind::reply || i.kind == item_kind::response) answer(i);
  }

 private:
  void opened(model::item const& i) {
    auto const proto = i.imap ? protocol::imap : protocol::pop3;
    names_[i.session] = out.sessions.size();
    out.sessions.push_back(
        {fmt::format("{}{}", proto == protocol::imap ? "s" : "p", i.session), proto, scenario::start_state::closed});
  }

  operation& add(model::item const& i, operation::kind what) {
    operation o;
    o.what = what;
    o.session = names_[i.session];
    o.line = out.operations.size() + 1;
    out.operations.push_back(std::move(o));
    return out.operations.back();
  }

  void send(model::item const& i, std::string line, std::string const& tag) {
    add(i, operation::kind::send).lines.push_back(std::move(line));
    if (!tag.empty()) waiting_[i.session].push_back(tag);
  }

  /// Logs in at the first command that is none of a login's.
  bool past_login(model::item const& i, bool is_login) {
    if (is_login) return false;
    if (in_.insert(i.session).second) add(i, operation::kind::act).action = i.imap ? "login" : "try-login";
    return true;
  }

  void command(model::item const& i) {
    auto const& c = i.command->sent;
    bool const before =
        i.imap->state == model::imap_state::greeting || i.imap->state == model::imap_state::not_authenticated;
    if (!past_login(i, before)) return;
    send(i, line_of(c.octets), c.tag);
    if (c.name == "IDLE") expect(i, "+ | NO | BAD | closed");
    if (c.name == "LOGOUT") left_.insert(i.session);
  }

  void pop3_command(model::item const& i) {
    if (!past_login(i, i.pop3->state != model::pop3_state::transaction)) return;
    auto const& c = *i.pop3_command_;
    std::string line = c.keyword;
    for (auto const& a : c.arguments) line += " " + a;
    send(i, line, "pop3");
  }

  void answer(model::item const& i) {
    auto& waiting = waiting_[i.session];
    if (i.kind == model::item_kind::reply) {
      if (waiting.empty()) return;
      waiting.pop_front();
      return expect(i, "+OK | -ERR | closed");
    }
    if (i.response->kind != wire::imap::response_kind::tagged) return;
    auto const at = std::ranges::find(waiting, i.response->tag);
    if (at == waiting.end()) return;
    if (i.command && i.command->is("IDLE") && i.command->released) add(i, operation::kind::send).lines = {"DONE"};
    waiting.erase(at);
    expect(i, "OK | NO | BAD | closed");
  }

  void expect(model::item const& i, std::string_view text) {
    add(i, operation::kind::expect)
        .expectations.push_back(scenario::any_of(text, i.imap ? protocol::imap : protocol::pop3));
  }

  void ended(model::item const& i) {
    if (in_.contains(i.session) && !left_.contains(i.session)) add(i, operation::kind::act).action = "drop";
    names_.erase(i.session);
  }

  std::map<history::session_id, std::size_t> names_;
  std::map<history::session_id, std::deque<std::string>> waiting_;
  std::set<history::session_id> in_, left_;
};

}  // namespace

base::result<scenario::script> script_of_trace(std::filesystem::path const& file) {
  check::judge nobody({}, nullptr);
  scribe s;
  nobody.observe(&s);
  auto const read = history::read_trace(file, nobody);
  if (!read) return base::fault{0, file.string(), fmt::format("{}: {}", file.string(), read.error().text)};
  if (s.out.operations.empty())
    return base::fault{0, file.string(), fmt::format("{}: nobody sends a command after logging in", file.string())};
  s.out.title = fmt::format("What {} shows", file.filename().string());
  s.out.file = file.string();
  s.out.id = file.stem().string();
  return s.out;
}

}  // namespace mailrig::stress
