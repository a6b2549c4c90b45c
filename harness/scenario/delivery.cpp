// delivery: see delivery.hpp.
#include "scenario/delivery.hpp"

#include <fmt/format.h>

#include "base/child_process.hpp"
#include "net/connection.hpp"

namespace mailrig::scenario {
namespace {

struct line_ear final : net::connection_sink {
  std::string heard;
  bool ended = false;
  void on_octets(std::string_view o) override { heard += o; }
  void on_end(net::end_cause, std::string_view) override { ended = true; }

  /// The last line of a whole reply ("250 ..."), taken out.
  std::optional<std::string> reply() {
    for (std::size_t at = 0;;) {
      auto const end = heard.find("\r\n", at);
      if (end == heard.npos) return std::nullopt;
      auto const line = heard.substr(at, end - at);
      at = end + 2;
      if (line.size() >= 4 && line[3] == '-') continue;
      heard.erase(0, at);
      return line;
    }
  }
};

base::result<void> by_lmtp(net::loop& l, target const& t, std::string const& user, message const& m) {
  line_ear ear;
  auto const c = net::connection::dial(l, t.lmtp, ear);
  std::string data;
  bool line_start = true;
  for (char ch : m.octets) {
    if (line_start && ch == '.') data += '.';
    data += ch;
    line_start = ch == '\n';
  }
  if (!data.ends_with("\r\n")) data += "\r\n";
  std::string const steps[] = {
      "",         "LHLO localhost\r\n", "MAIL FROM:<rig@example.test>\r\n", fmt::format("RCPT TO:<{}>\r\n", user),
      "DATA\r\n", data + ".\r\n"};
  for (auto const& step : steps) {
    c->send(step);
    std::optional<std::string> answer;
    l.run_until([&] { return (answer = ear.reply()) || ear.ended; }, base::now() + std::chrono::seconds(10));
    if (!answer || ((*answer)[0] != '2' && (*answer)[0] != '3'))
      return base::fault{0, "LMTP",
                         fmt::format("{} after {}", answer ? *answer : "no answer",
                                     step.empty() ? "connecting" : step.substr(0, step.find('\r')))};
  }
  c->send("QUIT\r\n");
  return {};
}

base::result<void> by_command(target const& t, std::string const& user, message const& m) {
  auto const answer = base::run_shell(t.command, {{"MAILRIG_USER", user}}, m.octets);
  if (!answer) return base::fault{0, "delivery", answer.error().text};
  if (answer->status != 0)
    return base::fault{0, "delivery", fmt::format("the command ended with status {}", answer->status)};
  return {};
}

}  // namespace

base::result<void> deliver(net::loop& l, target const& t, std::string const& user, message const& m) {
  return t.how == delivery::lmtp ? by_lmtp(l, t, user, m) : by_command(t, user, m);
}

}  // namespace mailrig::scenario
