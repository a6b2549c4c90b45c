// turn: see turn.hpp.
#include "stress/turn.hpp"

#include <fmt/format.h>

namespace mailrig::stress {

using history::protocol;
using scenario::operation;

operation& turn_writer::add(operation::kind what) {
  operation o;
  o.what = what;
  o.session = who.session;
  lines.push_back(std::move(o));
  return lines.back();
}

void turn_writer::send(std::string line) { add(operation::kind::send).lines.push_back(std::move(line)); }

void turn_writer::expect_any() {
  expect(who.proto == protocol::imap ? "OK | NO | BAD | closed" : "+OK | -ERR | closed");
}

void turn_writer::expect(std::string_view alternatives) {
  add(operation::kind::expect).expectations.push_back(scenario::any_of(alternatives, who.proto));
}

void turn_writer::act(std::string action, std::string argument) {
  auto& o = add(operation::kind::act);
  o.action = std::move(action);
  o.argument = std::move(argument);
}

void turn_writer::pause(std::chrono::milliseconds d) { add(operation::kind::pause).pause = d; }

void turn_writer::pipeline(std::vector<std::string> lines_of_it) {
  auto const count = lines_of_it.size();
  add(operation::kind::send).lines = std::move(lines_of_it);
  for (std::size_t i = 0; i < count; ++i) expect_any();
}

std::size_t turn_writer::messages() const { return selected() ? imap().view.size() : 0; }

std::string turn_writer::numbers() {
  auto const n = messages();
  auto const kind = random.below(8);
  if (kind == 0) return "1:*";
  if (kind == 1 && n > 1) {
    auto const a = 1 + random.below(n), b = 1 + random.below(n);
    return fmt::format("{}:{}", std::min(a, b), std::max(a, b));
  }
  std::set<std::uint64_t> chosen;
  for (auto left = 1 + random.below(3); left > 0; --left) chosen.insert(1 + random.below(n));
  return fmt::format("{}", fmt::join(chosen, ","));
}

std::pair<std::string, std::string> turn_writer::named_set() {
  if (chance(50)) return {"", numbers()};
  std::set<std::string> chosen;
  for (auto left = 1 + random.below(3); left > 0; --left) {
    auto const uid = imap().view.at(1 + random.below(messages())).uid;
    if (uid == 0) return {"", numbers()};
    if (who.box != "INBOX") {
      chosen.insert(std::to_string(uid));
    } else if (auto const known = notes.uids.find(uid); known != notes.uids.end()) {
      chosen.insert(known->second);
    } else {
      return {"", numbers()};  // a later run would give it another UID
    }
  }
  return {"UID ", fmt::format("{}", fmt::join(chosen, ","))};
}

std::string turn_writer::keyword() {
  static std::vector<std::string> const common{"\\Seen", "\\Flagged", "\\Answered", "\\Draft", "Shared"};
  return chance(40) ? "K" + who.name : pick(common);
}

std::string turn_writer::new_message() {
  auto const n = ++notes.written;
  return fmt::format("{{text \"Subject: letter {}\\r\\nX-Mailrig-Owner: $user\\r\\n\\r\\n{}\\r\\n\"}}", n,
                     std::string(1 + n % 40, 'x'));
}

std::string turn_writer::any_box(bool inbox_too) {
  std::vector<std::string> all(notes.boxes.begin(), notes.boxes.end());
  if (inbox_too || all.empty()) all.push_back("INBOX");
  return pick(all);
}

}  // namespace mailrig::stress
