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
#include <atomic>
#include <fstream>
#include <future>
#include <map>
#include <mutex>
#include <thread>

#include "base/scratch_folder.hpp"
#include "net/acceptor.hpp"
#include "net/connection.hpp"
#include "net/loop.hpp"
#include "scenario/script.hpp"
#include "scenario/toml.hpp"

namespace mailrig::scenario {
namespace {

using names = std::map<std::string, std::string>;
constexpr unsigned first_uid = 30001;  // of accounts that must be system users, in a mount namespace of the server's
constexpr std::array ports{"imap", "imaps", "pop3", "pop3s"};

std::string filled(std::string text, names const& v) {
  for (auto const& [name, value] : v)
    for (auto at = text.find("${" + name + "}"); at != text.npos; at = text.find("${" + name + "}", at + value.size()))
      text.replace(at, name.size() + 3, value);
  return text;
}

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

/// A process of ours and its folder; both are gone with it.
class private_server {
 public:
  explicit private_server(base::scratch_folder folder) : folder_(std::move(folder)) {}
  private_server(private_server const&) = delete;
  ~private_server() { stop(); }

  std::vector<std::string> command;
  int stop_signal = SIGTERM;
  std::vector<std::uint16_t> listens;
  base::duration ready_within = std::chrono::seconds(20);

  /// Starts it and waits for its greetings; the port that stays silent, or 0.
  std::uint16_t start() {
    // The kernel ends the server when the thread that forked it ends (also when mailrig is killed), so that thread
    // waits.
    std::promise<void> forked;
    over_ = std::promise<void>();
    starter_ = std::thread([this, &forked, until = over_.get_future()] {
      fork_it();
      forked.set_value();
      until.wait();
    });
    forked.get_future().wait();
    auto const deadline = base::now() + ready_within;
    for (auto const port : listens)
      if (!greets(port, deadline)) return port;
    return 0;
  }

  bool runs() {
    if (pid_ <= 0) return false;
    if (waitpid(pid_, nullptr, WNOHANG) == 0) return true;
    pid_ = 0;
    return false;
  }

  void stop() {
    for (int const sign : {stop_signal, SIGKILL}) {
      if (!runs()) break;
      kill(pid_, sign);
      for (int i = 0; i < 300 && runs(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    if (starter_.joinable()) {
      over_.set_value();
      starter_.join();
    }
  }

  /// True when it had died and was started again. Any thread.
  bool revive() {
    std::lock_guard const lock(mutex_);
    // A process that is ending has closed its connections and is not gone yet; a greeting tells for certain.
    if (runs() && answers()) return false;
    stop();
    start();
    return true;
  }

  /// SIGKILL to all of its processes, then started again. Any thread.
  void crash() {
    std::lock_guard const lock(mutex_);
    if (runs()) kill(-pid_, SIGKILL);
    stop();
    start();
  }

  void freeze(bool stopped) {
    std::lock_guard const lock(mutex_);
    if (pid_ > 0) kill(-pid_, stopped ? SIGSTOP : SIGCONT);
  }

  std::filesystem::path const& folder() const { return folder_.path(); }
  std::string log_tail() const {
    std::string out;
    for (auto const* name : {"output.log", "server.log"}) {
      std::ifstream in(folder() / name);
      for (std::string line; std::getline(in, line);) out += "    " + line + "\n";
    }
    return out.size() > 2000 ? out.substr(out.size() - 2000) : out;
  }

 private:
  void fork_it() {
    std::vector<char*> argv;
    for (auto const& a : command) argv.push_back(const_cast<char*>(a.c_str()));
    argv.push_back(nullptr);
    auto const log = (folder() / "output.log").string();
    auto const parent = getpid();
    pid_ = fork();
    if (pid_ != 0) return;
    setsid();
    prctl(PR_SET_PDEATHSIG, stop_signal);
    if (getppid() != parent) _exit(127);
    int const in = open("/dev/null", O_RDONLY), out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
    dup2(in, 0);
    dup2(out, 1);
    dup2(out, 2);
    closefrom(3);
    execv(argv[0], argv.data());
    _exit(127);
  }

  bool answers() const {
    return std::ranges::all_of(listens, [](auto port) { return greets(port, base::now() + std::chrono::seconds(5)); });
  }

  base::scratch_folder folder_;
  pid_t pid_ = 0;
  std::thread starter_;
  std::promise<void> over_;
  std::mutex mutex_;
};

/// All at once, so that none is given twice.
/// Below those that the system gives to clients: one of these may still be kept from a server for a minute after its
/// last connection ended.
std::vector<std::uint16_t> free_ports(std::size_t n) {
  constexpr unsigned lowest = 20000, highest = 32000;
  static std::atomic<unsigned> next{unsigned(getpid())};
  net::loop l;
  std::vector<std::unique_ptr<net::acceptor>> held;
  for (unsigned tried = 0; held.size() < n && tried < highest - lowest; ++tried)
    if (auto a = net::acceptor::listen(l, {"127.0.0.1", std::uint16_t(lowest + next++ % (highest - lowest))}, {}); a)
      held.push_back(std::move(*a));
  while (held.size() < n) held.push_back(*net::acceptor::listen(l, {"127.0.0.1", 0}, {}));
  std::vector<std::uint16_t> out;
  for (auto const& a : held) out.push_back(a->port());
  return out;
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

/// Writes the description's folders and files, filled in.
void lay_out(toml::table const& t, names const& v, std::vector<session::credentials> const& accounts,
             std::vector<odd_account> const& odd) {
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
      auto uid = first_uid;
      if (auto const each = one["each_account"].value<std::string>())
        for (auto const& a : accounts) {
          auto with = v;
          with["user"] = a.user;
          with["password"] = a.password;
          with["uid"] = std::to_string(uid++);
          text += filled(*each, with) + "\n";
        }
      if (auto const each = one["each_odd"].value<std::string>())
        for (auto const& a : odd) {
          auto with = v;
          with["name"] = a.name;
          // Last, so that nothing within them is filled in.
          auto line = filled(*each, with);
          for (auto const& [mark, value] : {std::pair("${user}", a.who.user), std::pair("${password}", a.who.password)})
            if (auto const at = line.find(mark); at != line.npos)
              line.replace(at, std::string_view(mark).size(), value);
          text += line + "\n";
        }
      auto const path = folder / one["path"].value_or(std::string());
      std::filesystem::create_directories(path.parent_path());
      std::ofstream(path, std::ios::binary) << text;
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

namespace {

base::result<void> may_start(server_description const& d, toml::table const& t) {
  if (!d.installed()) return base::fault{0, d.name, fmt::format("{} is not installed; try: {}", d.needs, d.install)};
  if (t["needs_root"].value_or(false) && geteuid() != 0)
    return base::fault{0, d.name, "it must be started as root: it changes to its users' ids"};
  return {};
}

target described(server_description const& d, toml::table const& t, std::size_t accounts, names const& v) {
  target out;
  out.name = d.name;
  out.ours = true;
  out.prefix = t["prefix"].value_or(std::string());
  if (auto const b = t["baseline"].value<std::string>()) out.baseline = d.file.parent_path() / *b;
  if (auto const* list = t["latitude"].as_array())
    for (auto const& tag : *list) out.latitude.push_back(tag.value_or(std::string()));
  accounts = std::min(accounts, std::size_t(t["accounts"].value_or(std::int64_t(1000))));
  for (std::size_t i = 1; i <= accounts; ++i) out.accounts.push_back({fmt::format("u{}", i), "secret", {}});
  if (auto const* list = t["odd"].as_array())
    for (auto const& entry : *list)
      if (auto const* one = entry.as_table())
        out.odd.push_back({(*one)["name"].value_or(std::string()),
                           {octets_of((*one)["user"].value_or(std::string())),
                            octets_of((*one)["password"].value_or(std::string())),
                            {}}});
  if (auto const command = t["delivery"].value<std::string>()) {
    out.how = delivery::command;
    out.command = filled(*command, v);
  }
  return out;
}

}  // namespace

base::result<target> start_server(server_description const& d, std::size_t accounts) {
  auto const parsed = parse(d.file);
  if (!parsed) return parsed.error();
  auto const& t = *parsed;
  if (auto const may = may_start(d, t); !may) return may.error();
  auto made = base::scratch_folder::make("mailrig");
  if (!made) return base::fault{0, d.name, made.error().text};
  auto const process = std::make_shared<private_server>(std::move(*made));
  auto const dir = process->folder().string();
  std::filesystem::permissions(dir, std::filesystem::perms(0755));  // a server may run as another user

  names v{{"dir", dir}};
  std::map<std::string, std::uint16_t> taken;
  auto free = free_ports(ports.size());
  for (auto const* p : ports) {
    taken[p] = t["ports"][p].value_or(false) ? free.back() : std::uint16_t(0);
    free.pop_back();
    v[p] = std::to_string(taken[p]);
  }
  auto out = described(d, t, accounts, v);
  out.keeper = process;
  out.revive = [process = process.get()] { return process->revive(); };
  out.power.kill = [process = process.get()] { process->crash(); };
  out.power.freeze = [process = process.get()](bool stopped) { process->freeze(stopped); };
  auto const cert = net::make_certificate();
  std::ofstream(process->folder() / "tls.crt") << cert.cert;
  std::ofstream(process->folder() / "tls.key") << cert.key;
  out.tls.pins = {cert.pin};
  lay_out(t, v, out.accounts, out.odd);

  for (auto const& word : *t["start"].as_array()) process->command.push_back(filled(word.value_or(std::string()), v));
  if (t["stop"].value_or(std::string()) == "KILL") process->stop_signal = SIGKILL;
  process->ready_within =
      read_duration(t["ready_within"].value_or(std::string("20s"))).value_or(std::chrono::seconds(20));
  for (auto const* p : {"imap", "pop3"})
    if (taken[p]) process->listens.push_back(taken[p]);
  if (auto const silent = process->start())
    return base::fault{0, d.name,
                       fmt::format("no greeting on its {} port; it says:\n{}",
                                   silent == taken["imap"] ? "imap" : "pop3", process->log_tail())};
  if (taken["imap"]) out.imap = session::access{{"127.0.0.1", taken["imap"]}, false, false};
  if (taken["pop3"]) out.pop3 = session::access{{"127.0.0.1", taken["pop3"]}, false, false};
  if (auto const version = t["version"].value<std::string>()) out.version = first_line_of(*version);
  return out;
}

}  // namespace mailrig::scenario
