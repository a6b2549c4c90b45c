// client_file: see client_file.hpp.
#include "play/client_file.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "scenario/toml_folder.hpp"

namespace mailrig::play {
namespace {

using history::protocol;

void read_ways(scenario::toml_table& t, client_file& out) {
  auto protocols = t.table("protocol", "its word for each that it speaks, for {protocol}");
  for (auto const p : {protocol::imap, protocol::pop3})
    if (auto const word = protocols.text(history::name_of(p), "it speaks it")) out.protocols[p] = *word;
  auto securities = t.table("tls", "its words for each way that it knows, for {tls}");
  for (auto const s : {security::plain, security::starttls, security::implicit})
    if (auto const word = securities.text(name_of(s), "it can")) out.securities[s] = *word;
  if (out.protocols.empty()) t.wrong("protocol", "[protocol] with imap or pop3 is missing: what does it speak?");
  if (out.securities.empty()) t.wrong("tls", "[tls] with plain, starttls or implicit is missing");
}

void read_mail(scenario::toml_table& t, client_file& out) {
  auto mail = t.table("mail", "where its mail is after a run");
  auto const kind = mail.choice("kind", "how it lies there", {"none", "maildir", "mbox", "files"});
  using kinds = mail_place::kind;
  out.mail.how = kind == "maildir" ? kinds::maildir
                 : kind == "mbox"  ? kinds::mbox
                 : kind == "files" ? kinds::files
                                   : kinds::none;
  out.mail.path = mail.text("path", "below {dir}", "");
  out.mail.adds = mail.texts("adds", "header fields that it adds or changes; globs");
  out.mail.flags = mail.flag("flags", "a maildir's letters tell the flags");
  out.mail.keeps_end = !mail.flag("ends_lines", "the last line has a line end, whether or not it had one");
  out.mail.quotes_from = mail.flag("quotes_from", "'From ' at the beginning of a line has got a '>'");
}

}  // namespace

std::string_view name_of(security s) {
  constexpr std::string_view names[] = {"plain", "starttls", "implicit"};
  return names[std::size_t(s)];
}

std::string filled(std::string text, words const& v) {
  for (auto const& [name, value] : v)
    for (auto at = text.find("{" + name + "}"); at != text.npos; at = text.find("{" + name + "}", at + value.size()))
      text.replace(at, name.size() + 2, value);
  return text;
}

bool client_file::succeeds(int status) const { return std::ranges::find(success, status) != success.end(); }

base::result<client_file> client_file::read(std::filesystem::path const& file) {
  auto const root = scenario::toml_table::read(file, "client");
  if (!root) return root.error();
  auto t = *root;
  client_file out;
  out.read_program(t, file, "--client");
  out.run = t.text("run", "a shell command: {host}, {port}, {user}, {password}, {dir}, {ca} ... are put in", "");
  out.remembers = !t.flag("forgets", "each of its runs brings all mail anew");
  out.crashes = t.texts("crashes", "words of its output that tell of a crash");
  t.words("within", "how long a run may take", "\"20s\"", out.within, base::read_duration);
  out.memory = std::uint64_t(t.whole("memory", "MB that it may hold", 16, 65536).value_or(256));
  if (auto const statuses = t.numbers("success", "exit statuses that say that all went well", 0, 255);
      !statuses.empty()) {
    out.success.clear();
    for (auto const s : statuses) out.success.push_back(int(s));
  }
  read_ways(t, out);
  read_mail(t, out);
  out.folders = t.texts("folders", "made below {dir} before it runs");
  for (auto& one : t.tables("file", "written below {dir} before it runs"))
    out.files.push_back({one.text("path", "below {dir}", ""), one.text("text", "with {host}, {port} ... in it", "")});
  if (out.run.empty()) t.wrong("run", "run = \"a shell command\" is missing");
  if (auto bad = root->mistake()) return *bad;
  return out;
}

base::result<std::vector<client_file>> read_clients(std::filesystem::path const& folder) {
  return scenario::read_toml_folder(folder, client_file::read);
}

base::result<client_file> client_of_command(std::string const& command) {
  client_file out;
  out.name = "client";
  out.summary = command;
  out.run = command;
  auto const has = [&](char const* name) { return command.find(std::string("{") + name + "}") != command.npos; };
  bool const any = has("port");
  if (any || has("imap_port") || has("imaps_port")) out.protocols[protocol::imap] = "imap";
  if ((any && has("protocol")) || has("pop3_port") || has("pop3s_port")) out.protocols[protocol::pop3] = "pop3";
  if (out.protocols.empty())
    return base::fault{0, "--run", "the command names no port to go to: {port}, {imap_port}, {pop3_port} ..."};
  if (any || has("imap_port") || has("pop3_port")) out.securities[security::plain] = "plain";
  if (has("tls")) out.securities[security::starttls] = "starttls";
  if (has("tls") || has("imaps_port") || has("pop3s_port")) out.securities[security::implicit] = "implicit";
  out.mail.how = mail_place::kind::maildir;
  out.mail.flags = true;
  return out;
}

}  // namespace mailrig::play
