// simulated_server: a small IMAP and POP3 server in a simulated loop, for the tests of this floor: one mailbox, every
// answer at once unless the test says otherwise.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "net/acceptor.hpp"
#include "net/connection.hpp"

namespace mailrig::load {

class simulated_server {
 public:
  static constexpr std::uint16_t imap_port = 1, pop3_port = 2;

  explicit simulated_server(net::loop& l) {
    for (auto const port : {imap_port, pop3_port})
      acceptors_.push_back(std::move(*net::acceptor::listen(
          l, {"memory", port}, [this, port](std::unique_ptr<net::connection> c) { accept(std::move(c), port); })));
  }

  std::size_t messages = 3;
  std::vector<std::string> commands;  ///< as they came, without their tags
  /// What a command, without its tag, is answered with instead; its last line gets the tag. "": nothing at all; "close"
  /// and "reset": the connection's end; null: as usual.
  std::function<std::optional<std::string>(std::string_view command)> instead;

  /// Another door, of the test's own.
  void admit_imap(std::unique_ptr<net::connection> c) { accept(std::move(c), imap_port); }
  /// Untagged, to every IMAP session that idles.
  void tell_idlers(std::string const& line) {
    for (auto& s : sessions_)
      if (s->idles_for) s->connection->send(line + "\r\n");
  }
  std::size_t open() const {
    return std::size_t(std::ranges::count_if(sessions_, [](auto const& s) { return s->connection->is_open(); }));
  }
  std::size_t asked(std::string_view verb) const {
    return std::size_t(std::ranges::count_if(commands, [&](auto const& c) { return base::words(c).at(0) == verb; }));
  }

 private:
  struct session final : net::connection_sink {
    simulated_server* server = nullptr;
    bool imap = true;
    std::unique_ptr<net::connection> connection;
    std::string heard, appends;            ///< appends: the tag of an APPEND whose literal is on its way
    std::size_t literal = 0;               ///< octets of it, with the line end
    std::optional<std::string> idles_for;  ///< IDLE's tag

    void on_end(net::end_cause, std::string_view) override {}
    void on_octets(std::string_view o) override {
      heard += o;
      for (;;) {
        if (literal > 0) {
          if (heard.size() < literal) return;
          heard.erase(0, std::exchange(literal, 0));
          connection->send(appends + " OK appended\r\n");
        }
        auto const end = heard.find("\r\n");
        if (end == heard.npos) return;
        auto const line = heard.substr(0, end);
        heard.erase(0, end + 2);
        imap ? server->imap_line(*this, line) : server->pop3_line(*this, line);
      }
    }
  };

  void accept(std::unique_ptr<net::connection> c, std::uint16_t port) {
    sessions_.push_back(std::make_unique<session>());
    auto& s = *sessions_.back();
    s.server = this;
    s.imap = port == imap_port;
    s.connection = std::move(c);
    s.connection->set_sink(s);
    s.connection->send(s.imap ? "* OK [CAPABILITY IMAP4rev1 IDLE] hi\r\n" : "+OK hi\r\n");
  }

  /// True when that was all of the answer.
  bool answered_instead(session& s, std::string const& tag, std::string_view command) {
    commands.emplace_back(command);
    auto const other = instead ? instead(command) : std::nullopt;
    if (!other) return false;
    if (*other == "close")
      s.connection->close();
    else if (*other == "reset")
      s.connection->reset();
    else if (!other->empty()) {
      auto const last = other->rfind('\n') + 1;  // 0 where there is one line
      s.connection->send(
          fmt::format("{}{}{}\r\n", other->substr(0, last), tag.empty() ? "" : tag + " ", other->substr(last)));
    }
    return true;
  }

  void imap_line(session& s, std::string const& line) {
    if (s.idles_for && line == "DONE") return s.connection->send(*std::exchange(s.idles_for, {}) + " OK done\r\n");
    auto const tag = line.substr(0, line.find(' '));
    auto const command = line.substr(std::min(line.size(), tag.size() + 1));
    if (answered_instead(s, tag, command)) return;
    auto const verb = base::words(command).at(0);
    std::string out;
    if (verb == "LOGIN") return s.connection->send(tag + " OK [CAPABILITY IMAP4rev1 IDLE MOVE] in\r\n");
    if (verb == "SELECT")
      out = fmt::format(
          "* FLAGS (\\Seen \\Flagged \\Answered \\Deleted)\r\n* {0} EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY 7] v\r\n"
          "* OK [UIDNEXT {1}] n\r\n",
          messages, messages + 1);
    if (verb == "IDLE") {
      s.idles_for = tag;
      return s.connection->send("+ idling\r\n");
    }
    if (verb == "APPEND") {
      s.appends = tag;
      auto const brace = command.rfind('{');
      s.literal =
          std::size_t(*base::number(std::string_view(command).substr(brace + 1, command.size() - brace - 2))) + 2;
      return s.connection->send("+ go on\r\n");
    }
    if (verb == "FETCH")
      for (std::size_t n = 1; n <= messages; ++n) out += fmt::format("* {0} FETCH (UID {0} FLAGS ())\r\n", n);
    if (verb == "LOGOUT") out = "* BYE\r\n";
    s.connection->send(out + tag + " OK done\r\n");
    if (verb == "LOGOUT") s.connection->half_close();
  }

  void pop3_line(session& s, std::string const& line) {
    if (answered_instead(s, {}, line)) return;
    auto const verb = base::words(line).at(0);
    if (verb == "STAT") return s.connection->send(fmt::format("+OK {} {}\r\n", messages, messages * 100));
    if (verb == "RETR") return s.connection->send("+OK\r\nSubject: x\r\n\r\n" + std::string(78, 'x') + "\r\n.\r\n");
    s.connection->send("+OK\r\n");
    if (verb == "QUIT") s.connection->half_close();
  }

  std::vector<std::unique_ptr<net::acceptor>> acceptors_;
  std::vector<std::unique_ptr<session>> sessions_;
};

}  // namespace mailrig::load
