// server_file: see server_file.hpp.
#include "scenario/server_file.hpp"

#include <cstdlib>

#include "base/text.hpp"
#include "scenario/toml_table.hpp"

namespace mailrig::scenario {
namespace {

/// TOML's strings are UTF-8: "\\xNN" stands for an octet in those of odd accounts, "\\\\" for a backslash.
std::string octets_of(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && text.substr(i + 1).starts_with('x') && i + 3 < text.size()) {
      out += char(std::strtol(std::string(text.substr(i + 2, 2)).c_str(), nullptr, 16));
      i += 3;
    } else {
      out += text[i];
    }
  }
  return out;
}

void read_layout(toml_table& t, server_file& out) {
  for (auto& one : t.tables("folder", "made in the server's own folder"))
    out.folders.push_back({one.text("path", "within it", ""), one.whole("owner", "user id", 0, 1 << 30)});
  for (auto& one : t.tables("file", "written into the server's own folder"))
    out.files.push_back({one.text("path", "within it", ""), one.text("text", "with ${dir}, ${imap} ... in it", ""),
                         one.text("each_account", "a line for each account: ${user}, ${password}, ${uid}", ""),
                         one.text("each_odd", "a line for each odd account: ${name}, ${user}, ${password}", "")});
  for (auto& one : t.tables("odd", "accounts whose name or password few clients try"))
    out.odd.push_back({one.text("name", "as scenarios call it", ""),
                       octets_of(one.text("user", "\\xNN is an octet", "")),
                       octets_of(one.text("password", "\\xNN is an octet", ""))});
}

}  // namespace

base::result<server_file> server_file::read(std::filesystem::path const& file) {
  auto const root = toml_table::read(file, "server");
  if (!root) return root.error();
  auto t = *root;
  server_file out;
  out.read_program(t, file, "--target");
  out.start = t.texts("start", "the command, in words; it stays in the foreground");
  out.killed = base::iequals(t.text("stop", "KILL: ends by SIGKILL, not SIGTERM", ""), "KILL");
  out.needs_root = t.flag("needs_root", "it changes to its users' ids");
  t.words("ready_within", "how long it may take until it greets", "\"20s\"", out.ready_within, base::read_duration);
  out.prefix = t.text("prefix", "put before the names of mailboxes that are made", "");
  out.no_login_delay =
      t.flag("no_login_delay", "its POP3 announces a LOGIN-DELAY and refuses nobody who comes earlier");
  out.latitude = t.texts("latitude", "tags of scenarios that are skipped");
  out.accounts = std::size_t(t.whole("accounts", "at most", 1, 100000).value_or(1000));
  out.delivery = t.text("delivery", "a command that takes a message for $MAILRIG_USER, instead of APPEND", "");
  auto ports = t.table("ports", "which it listens on");
  for (auto const* p : {"imap", "imaps", "pop3", "pop3s"})
    if (ports.flag(p, "listens")) out.ports.insert(p);
  for (auto const* p : {"imap_b", "pop3_b"})
    if (ports.flag(p, "listens: another front end with the same mail")) out.ports.insert(p);
  read_layout(t, out);
  if (out.start.empty()) t.wrong("start", "start = [\"/usr/sbin/...\", ...] is missing");
  if (auto bad = root->mistake()) return *bad;
  return out;
}

}  // namespace mailrig::scenario
