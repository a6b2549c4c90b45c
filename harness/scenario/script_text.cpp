// script_text: see script_text.hpp.
#include "scenario/script_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "scenario/escapes.hpp"

namespace mailrig::scenario {
namespace {

constexpr std::string_view state_names[] = {"closed", "greeting", "authenticated", "selected", "examined"};

std::string joined(std::vector<std::string> const& words) { return fmt::format("{}", fmt::join(words, " ")); }

std::string mail_words(std::vector<mail_declaration> const& all) {
  std::vector<std::string> out;
  for (auto const& m : all) {
    auto text = m.name;
    if (m.copies > 1) text += fmt::format(" x {}", m.copies);
    if (!m.flags.empty()) text += fmt::format(" ({})", joined(m.flags));
    if (!m.date.empty()) text += fmt::format(" \"{}\"", m.date);
    out.push_back(text);
  }
  return joined(out);
}

std::string session_words(std::vector<session_declaration> const& all) {
  std::vector<std::string> out;
  for (auto const& d : all) {
    bool const pop3 = d.proto == history::protocol::pop3;
    auto text = d.endpoint.empty() ? d.name : d.name + "@" + d.endpoint;
    if (pop3 || d.state || d.user > 1) text += pop3 ? "=pop3" : "=imap";
    if (d.user > 1) text += fmt::format("@{}", d.user);
    if (d.state) text += fmt::format("/{}", state_names[std::size_t(*d.state)]);
    out.push_back(text);
  }
  return joined(out);
}

std::string time_text(base::duration d) {
  auto const n = std::chrono::duration_cast<std::chrono::milliseconds>(d).count();
  return n > 0 && n % 1000 == 0 ? fmt::format("{}s", n / 1000) : fmt::format("{}ms", n);
}

class writer {
 public:
  explicit writer(script const& s) : script_(s) {
    for (auto const& d : s.sessions) width_ = std::max(width_, d.name.size());
  }

  std::string out;

  void header(std::string_view key, std::string const& value) {
    if (!value.empty()) out += fmt::format("{:9} {}\n", key, value);
  }

  /// A line of the message is one of the file, short ones together.
  void message(message_text const& m) {
    constexpr std::size_t width = 90;
    std::string text;
    auto const flush = [&] { header("message", fmt::format("{} \"{}\"", m.name, std::exchange(text, {}))); };
    for (std::string_view rest = m.octets; !rest.empty();) {
      auto const line = rest.substr(0, std::min(rest.find('\n'), rest.size() - 1) + 1);
      rest.remove_prefix(line.size());
      auto const more = escaped(line);
      if (!text.empty() && text.size() + more.size() > width) flush();
      text += more;
    }
    if (!text.empty() || m.octets.empty()) flush();
  }

  void one(operation const& o) {
    if (o.proves != proves_ && !o.proves.empty()) header("proves", joined(proves_ = o.proves));
    switch (o.what) {
      case operation::kind::send:
        for (auto const& line : o.lines) say(o, '>', line);
        return;
      case operation::kind::expect: return expectations(o);
      case operation::kind::act:
        if (o.action == "server")
          out += fmt::format("server: {}\n", o.argument);
        else
          say(o, ':', o.argument.empty() ? o.action : o.action + " " + o.argument);
        return;
      case operation::kind::pause: out += fmt::format("pause {}\n", time_text(o.pause)); return;
      case operation::kind::concurrently:
        out += "concurrently {\n";
        for (auto const& branch : o.branches)
          for (auto const& inner : branch) one(inner);
        out += "}\n";
        return;
    }
  }

 private:
  void say(operation const& o, char mark, std::string const& text) {
    auto const name = o.session < script_.sessions.size() ? script_.sessions[o.session].name : "client";
    out += fmt::format("{:{}} {}\n", name + mark, width_ + 1, text);
  }

  void expectations(operation const& o) {
    bool first = true;
    auto within = [&] { return std::exchange(first, false) && o.within ? "within " + time_text(*o.within) + " " : ""; };
    // In IMAP the status ends a group, in POP3 it begins one.
    bool const pop3 =
        o.session < script_.sessions.size() && script_.sessions[o.session].proto == history::protocol::pop3;
    if (o.only && !pop3) say(o, '<', within() + "only");
    for (auto const& e : o.expectations) say(o, '<', within() + e.text);
    if (o.only && pop3) say(o, '<', within() + "only");
  }

  script const& script_;
  std::size_t width_ = 0;
  std::vector<std::string> proves_;
};

}  // namespace

std::string script_text(script const& s, std::vector<std::string> const& remarks) {
  writer w(s);
  w.header("title", s.title);
  for (auto const& r : remarks) w.out += "# " + r + "\n";
  w.header("proves", joined(s.proves));
  w.header("needs", joined(s.needs));
  w.header("tags", joined(s.tags));
  w.header("accounts", joined(s.accounts));
  for (auto const& m : s.messages) w.message(m);
  w.header("mail", mail_words(s.mail));
  bool const usual = s.sessions.size() == 1 && s.sessions[0].name == "client" && !s.sessions[0].state &&
                     s.sessions[0].proto == history::protocol::imap;
  if (!usual) w.header("sessions", session_words(s.sessions));
  if (s.state != start_state::selected) w.header("state", std::string(state_names[std::size_t(s.state)]));
  w.out += '\n';
  for (auto const& o : s.operations) w.one(o);
  return w.out;
}

}  // namespace mailrig::scenario
