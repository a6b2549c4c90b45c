// server_process: see server_process.hpp.
#include "scenario/server_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <thread>
#include "scenario/toml.hpp"

#include "net/connection.hpp"
#include "net/loop.hpp"
#include "scenario/script.hpp"

namespace mailrig::scenario {
namespace {

using names = std::map<std::string, std::string>;
constexpr std::array ports{"imap", "imaps", "pop3", "pop3s"};

std::string filled(std::string text, names const& v) {
  for (auto const& [name, value] : v)
    for (auto at = text.find("${" + name + "}"); at != text.npos; at = text.find("${" + name + "}", at + value.size()))
      text.replace(at, name.size() + 3, value);
  return text;
}

/// A process of ours and its folder; both are gone with it.
class private_server {
 public:
  explicit private_server(std::filesystem::path folder) : folder_(std::move(folder)) {}
  private_server(private_server const&) = delete;
  ~private_server() {
    stop();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  bool start(std::vector<std::string> const& command) {
    std::vector<char*> argv;
    for (auto const& a : command) argv.push_back(const_cast<char*>(a.c_str()));
    argv.push_back(nullptr);
    auto const log = (folder_ / "output.log").string();
    auto const parent = getpid();
    pid_ = fork();
    if (pid_ == 0) {
      setsid();
      prctl(PR_SET_PDEATHSIG, SIGTERM);  // also when mailrig is killed
      if (getppid() != parent) _exit(127);
      int const in = open("/dev/null", O_RDONLY), out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
      dup2(in, 0);
      dup2(out, 1);
      dup2(out, 2);
      closefrom(3);
      execv(argv[0], argv.data());
      _exit(127);
    }
    return pid_ > 0;
  }

  bool runs() {
    if (pid_ <= 0) return false;
    if (waitpid(pid_, nullptr, WNOHANG) == 0) return true;
    pid_ = 0;
    return false;
  }

  void stop() {
    for (int const sign : {SIGTERM, SIGKILL}) {
      if (!runs()) return;
      kill(pid_, sign);
      for (int i = 0; i < 60 && runs(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }

  std::filesystem::path const& folder() const { return folder_; }
  std::string log_tail() const {
    std::string out;
    for (auto const* name : {"output.log", "server.log"}) {
      std::ifstream in(folder_ / name);
      for (std::string line; std::getline(in, line);) out += "    " + line + "\n";
    }
    return out.size() > 2000 ? out.substr(out.size() - 2000) : out;
  }

 private:
  std::filesystem::path folder_;
  pid_t pid_ = 0;
};

struct greeting_ear final : net::connection_sink {
  bool heard = false, ended = false;
  void on_octets(std::string_view) override { heard = true; }
  void on_end(net::end_cause, std::string_view) override { ended = true; }
};

bool greets(std::uint16_t port, base::instant deadline) {
  net::loop l;
  while (base::now() < deadline) {
    greeting_ear ear;
    auto const c = net::connection::dial(l, {"127.0.0.1", port}, ear);
    l.run_until([&] { return ear.heard || ear.ended; }, std::min(deadline, base::now() + std::chrono::seconds(2)));
    if (ear.heard) return true;
    l.run_until([] { return false; }, base::now() + std::chrono::milliseconds(20));
  }
  return false;
}

std::uint16_t free_port() {
  net::loop l;
  return (*net::acceptor::listen(l, {"127.0.0.1", 0}, {}))->port();
}

std::string first_line_of(std::string const& command) {
  std::unique_ptr<FILE, int (*)(FILE*)> const pipe(popen(command.c_str(), "r"), pclose);
  std::array<char, 256> buffer{};
  std::string out = pipe && std::fgets(buffer.data(), buffer.size(), pipe.get()) ? buffer.data() : "";
  while (out.ends_with('\n')) out.pop_back();
  return out;
}

base::result<toml::table> parse(std::filesystem::path const& file) {
  auto const text = read_file(file);
  if (!text) return text.error();
  auto parsed = toml::parse(*text);
  if (!parsed)
    return base::fault{0, file.string(),
                       fmt::format("line {}: {}", parsed.error().source().begin.line, parsed.error().description())};
  return std::move(parsed).table();
}

/// Writes the description's folders and files, filled in.
void lay_out(toml::table const& t, names const& v, std::vector<session::credentials> const& accounts) {
  std::filesystem::path const folder = v.at("dir");
  auto own = [](std::filesystem::path const& p, toml::node_view<toml::node const> owner) {
    if (auto const uid = owner.value<std::int64_t>(); uid && geteuid() == 0)
      if (chown(p.c_str(), uid_t(*uid), gid_t(*uid)) != 0) return;
  };
  if (auto const* folders = t["folder"].as_array())
    for (auto const& f : *folders) {
      auto const& one = *f.as_table();
      auto const path = folder / one["path"].value_or(std::string());
      std::filesystem::create_directories(path);
      own(path, one["owner"]);
    }
  if (auto const* files = t["file"].as_array())
    for (auto const& f : *files) {
      auto const& one = *f.as_table();
      auto text = filled(one["text"].value_or(std::string()), v);
      if (auto const each = one["each_account"].value<std::string>())
        for (auto const& a : accounts) {
          auto with = v;
          with["user"] = a.user;
          with["password"] = a.password;
          text += filled(*each, with) + "\n";
        }
      std::ofstream(folder / one["path"].value_or(std::string()), std::ios::binary) << text;
    }
}

}  // namespace

std::vector<server_description> server_descriptions(std::filesystem::path const& folder) {
  std::vector<server_description> out;
  std::error_code ignored;
  for (auto const& entry : std::filesystem::directory_iterator(folder, ignored)) {
    if (entry.path().extension() != ".toml") continue;
    auto const t = parse(entry.path());
    if (!t || !(*t)["start"]) continue;
    out.push_back({(*t)["name"].value_or(entry.path().stem().string()), (*t)["summary"].value_or(std::string()),
                   entry.path(), (*t)["needs"].value_or(std::string()), (*t)["install"].value_or(std::string())});
  }
  std::ranges::sort(out, {}, &server_description::name);
  return out;
}

base::result<target> start_server(server_description const& d, std::size_t accounts) {
  auto const parsed = parse(d.file);
  if (!parsed) return parsed.error();
  auto const& t = *parsed;
  if (!d.installed()) return base::fault{0, d.name, fmt::format("{} is not installed; try: {}", d.needs, d.install)};
  auto pattern = (std::filesystem::temp_directory_path() / "mailrig-XXXXXX").string();
  if (!mkdtemp(pattern.data()))
    return base::fault{0, d.name, "no folder can be made in " + std::filesystem::temp_directory_path().string()};
  std::filesystem::permissions(pattern, std::filesystem::perms(0755));
  auto const process = std::make_shared<private_server>(pattern);

  target out;
  out.name = d.name;
  out.ours = true;
  out.keeper = process;
  out.prefix = t["prefix"].value_or(std::string());
  if (auto const b = t["baseline"].value<std::string>()) out.baseline = d.file.parent_path() / *b;
  if (auto const* list = t["latitude"].as_array())
    for (auto const& tag : *list) out.latitude.push_back(tag.value_or(std::string()));
  for (std::size_t i = 1; i <= accounts; ++i) out.accounts.push_back({fmt::format("u{}", i), "secret", {}});

  names v{{"dir", pattern}};
  std::map<std::string, std::uint16_t> taken;
  for (auto const* p : ports) {
    taken[p] = t["ports"][p].value_or(false) ? free_port() : std::uint16_t(0);
    v[p] = std::to_string(taken[p]);
  }
  auto const cert = net::make_certificate();
  std::ofstream(process->folder() / "tls.crt") << cert.cert;
  std::ofstream(process->folder() / "tls.key") << cert.key;
  out.trust.pin = cert.pin;
  lay_out(t, v, out.accounts);

  std::vector<std::string> command;
  for (auto const& word : *t["start"].as_array()) command.push_back(filled(word.value_or(std::string()), v));
  if (!process->start(command)) return base::fault{0, d.name, "cannot be started"};
  auto const deadline =
      base::now() + read_duration(t["ready_within"].value_or(std::string("20s"))).value_or(std::chrono::seconds(20));
  for (auto const* p : {"imap", "pop3"})
    if (taken[p] && !greets(taken[p], deadline))
      return base::fault{0, d.name, fmt::format("no greeting on its {} port; it says:\n{}", p, process->log_tail())};
  if (taken["imap"]) out.imap = session::access{{"127.0.0.1", taken["imap"]}, false, false};
  if (taken["pop3"]) out.pop3 = session::access{{"127.0.0.1", taken["pop3"]}, false, false};
  if (auto const version = t["version"].value<std::string>()) out.version = first_line_of(*version);
  return out;
}

}  // namespace mailrig::scenario
