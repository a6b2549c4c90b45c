// What steps say of themselves is what they do: one that calls itself read-only asks for nothing that changes mail.
#include "load/step.hpp"

#include <gtest/gtest.h>

#include <set>

#include "base/text.hpp"
#include "check/tiny_history.hpp"
#include "load/profile.hpp"

namespace mailrig::load::step_test {

namespace {

/// All commands of a step, on a mailbox or a maildrop of three messages, none of them seen before.
std::vector<std::string> commands_of(step_kind const& kind, std::vector<std::string> const& words) {
  check::judge models({}, nullptr);
  bool const imap = kind.proto == history::protocol::imap;
  check::hear(models, imap ? check::all5 : check::drop);
  auto const& told = *models.find(imap ? 1 : 5);
  device_memory memory;
  memory.drop = 3;
  memory.todo = {3, 2, 1};
  base::rng random(1);
  static message_writer messages(1);
  std::string line, literal;
  std::vector<std::string> out;
  for (unsigned turn = 0; turn < 10; ++turn) {
    line.clear();
    step_view v{kind,
                imap ? &told.imap() : nullptr,
                imap ? nullptr : &told.pop3(),
                words,
                turn,
                memory,
                random,
                messages,
                {},
                "u1",
                "",
                line,
                literal};
    if (!kind.next(v)) break;
    out.push_back(base::to_upper(line));
  }
  return out;
}

/// RFC 3501 §6.4.5: BODY[...] sets \Seen, BODY.PEEK[...] does not.
bool changes_mail(std::string const& command) {
  static std::set<std::string_view> const harmless{"SELECT", "EXAMINE", "STATUS",     "LIST", "NOOP", "CHECK", "FETCH",
                                                   "SEARCH", "RETR",    "CAPABILITY", "STAT", "UIDL", "TOP"};
  auto const words = base::words(command);
  auto const verb = words[0] == "UID" ? words[1] : words[0];
  return !harmless.contains(verb) || command.find(" BODY[") != command.npos || command.find("(BODY[") != command.npos;
}

}  // namespace

TEST(Step, WhatCallsItselfReadOnlyChangesNothingAndWhatDoesNotDoes) {
  for (auto const* kind : base::registry<step_kind>::all()) {
    if (kind->name == "move") continue;  // asks for nothing where MOVE is not offered
    for (auto const& words : {std::vector<std::string>{}, {"new"}, {"all"}}) {
      auto const commands = commands_of(*kind, words);
      EXPECT_FALSE(commands.empty()) << kind->name;
      for (auto const& c : commands) EXPECT_EQ(changes_mail(c), !kind->read_only) << kind->name << ": " << c;
    }
  }
}

TEST(Step, WhatSaysNothingOfItselfIsTakenForOneThatChangesMail) {
  step_kind const unsaid{
      .name = "x", .proto = history::protocol::imap, .operation = "x", .summary = "", .next = nullptr};
  profile p;
  device_kind d;
  d.start = {{&unsaid, {}}};
  p.devices = {d};
  EXPECT_TRUE(p.changes_mail());
  p.devices[0].start = {{base::registry<step_kind>::find("noop"), {}}};
  EXPECT_FALSE(p.changes_mail());
  p.devices[0].acts = {{"a", {{&unsaid, {}}}, {}, 1}};
  EXPECT_TRUE(p.changes_mail());
}

TEST(Step, NamesItsMailboxOrHasOneOfItsOwn) {
  auto const find = [](std::string_view name) { return base::registry<step_kind>::find(name); };
  EXPECT_EQ(mailbox_of(*find("status"), {"Sent"}), "Sent");
  EXPECT_EQ(mailbox_of(*find("status"), {}), "INBOX");
  EXPECT_EQ(mailbox_of(*find("copy"), {}), "Archive");
  EXPECT_EQ(mailbox_of(*find("move"), {"Old"}), "Old");
  EXPECT_EQ(mailbox_of(*find("store"), {"seen"}), "") << "its word is no mailbox";
  EXPECT_EQ(mailbox_of(*find("search"), {"UNSEEN"}), "");
}

}  // namespace mailrig::load::step_test
