// server_process: see server_process.hpp.
#include "scenario/server_process.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <fstream>
#include <future>
#include <map>
#include <mutex>
#include <thread>

#include "base/child_process.hpp"
#include "base/file.hpp"
#include "base/scratch_folder.hpp"
#include "net/acceptor.hpp"
#include "net/connection.hpp"
#include "net/loop.hpp"
#include "session/login_pace.hpp"

namespace mailrig::scenario {
namespace {

using names = std::map<std::string, std::string>;
constexpr unsigned first_uid = 30001;  // of accounts that must be system users, in a mount namespace of the server's
constexpr std::array ports{"imap", "imaps", "pop3", "pop3s", "imap_b", "pop3_b"};

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
    // The kernel ends the server when the thread that started it ends (also when mailrig is killed), so that thread
    // waits.
    std::promise<void> started;
    over_ = std::promise<void>();
    starter_ = std::thread([this, &started, until = over_.get_future()] {
      if (process_.start({.command = command, .log = folder() / "output.log", .signal_at_our_end = stop_signal}))
        folder_.note_session(process_.id());
      started.set_value();
      until.wait();
    });
    started.get_future().wait();
    auto const deadline = base::now() + ready_within;
    for (auto const port : listens)
      if (!greets(port, deadline)) return port;
    return 0;
  }

  bool runs() { return process_.runs(); }

  void stop() {
    for (int const sign : {stop_signal, SIGKILL}) {
      if (!runs()) break;
      process_.signal(sign);
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
    if (runs()) process_.signal(SIGKILL, true);
    stop();
    start();
  }

  void freeze(bool stopped) {
    std::lock_guard const lock(mutex_);
    process_.signal(stopped ? SIGSTOP : SIGCONT, true);
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
  bool answers() const {
    return std::ranges::all_of(listens, [](auto port) { return greets(port, base::now() + std::chrono::seconds(5)); });
  }

  base::scratch_folder folder_;
  base::child_process process_;
  std::thread starter_;
  std::promise<void> over_;
  std::mutex mutex_;
};

/// All at once, so that none is given twice; below those that the system gives to clients: one of these may still be
/// kept from a server for a minute after its last connection ended.
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
  auto const answer = base::run_shell(command);
  return answer ? answer->output.substr(0, answer->output.find('\n')) : "";
}

base::result<void> write_file(std::filesystem::path const& folder, server_file::text const& f, names const& v,
                              target const& t) {
  auto text = filled(f.text, v);
  auto uid = first_uid;
  for (auto const& a : f.each_account.empty() ? std::vector<session::credentials>{} : t.accounts) {
    auto with = v;
    with["user"] = a.user;
    with["password"] = a.password;
    with["uid"] = std::to_string(uid++);
    text += filled(f.each_account, with) + "\n";
  }
  for (auto const& a : f.each_odd.empty() ? std::vector<odd_account>{} : t.odd) {
    auto with = v;
    with["name"] = a.name;
    // Last, so that nothing within them is filled in.
    auto line = filled(f.each_odd, with);
    for (auto const& [mark, value] : {std::pair("${user}", a.who.user), std::pair("${password}", a.who.password)})
      if (auto const at = line.find(mark); at != line.npos) line.replace(at, std::string_view(mark).size(), value);
    text += line + "\n";
  }
  return base::write_file(folder / f.path, text);
}

/// Writes the description's folders and files, filled in.
base::result<void> lay_out(server_file const& f, names const& v, target const& t) {
  std::filesystem::path const folder = v.at("dir");
  for (auto const& one : f.folders) {
    std::filesystem::create_directories(folder / one.path);
    auto const place = folder / one.path;
    if (one.owner && geteuid() == 0 && chown(place.c_str(), uid_t(*one.owner), gid_t(*one.owner)) != 0)
      return base::fault{0, f.name, fmt::format("{} cannot be given to user {}", place.string(), *one.owner)};
  }
  for (auto const& one : f.files)
    if (auto const done = write_file(folder, one, v, t); !done) return done;
  return {};
}

}  // namespace

std::vector<server_description> server_descriptions(std::filesystem::path const& folder) {
  std::vector<server_description> out;
  std::error_code ignored;
  for (auto const& entry : std::filesystem::directory_iterator(folder, ignored)) {
    if (entry.path().extension() != ".toml") continue;
    // One with a mistake is listed with it; who starts it is told again.
    if (auto const f = server_file::read(entry.path()); f)
      out.push_back({*f, entry.path()});
    else
      out.push_back({{entry.path().stem().string(), f.error().text, {}, {}, {}, {}}, entry.path()});
  }
  std::ranges::sort(out, {}, &server_description::name);
  return out;
}

namespace {

base::result<void> may_start(server_file const& f) {
  if (auto const may = f.may_run(f.name); !may) return may;
  if (f.needs_root && geteuid() != 0)
    return base::fault{0, f.name, fmt::format("{} must be started as root: it changes to its users' ids", f.name)};
  return {};
}

target described(server_file const& f, std::size_t accounts, names const& v) {
  target out;
  out.name = f.name;
  out.ours = true;
  out.prefix = f.prefix;
  out.baseline = f.baseline;
  if (f.no_login_delay) out.pace = std::make_shared<session::login_pace>(false);
  out.latitude = f.latitude;
  for (std::size_t i = 1; i <= std::min(accounts, f.accounts); ++i)
    out.accounts.push_back({fmt::format("u{}", i), "secret", {}});
  for (auto const& a : f.odd) out.odd.push_back({a.name, {a.user, a.password, {}}});
  if (!f.delivery.empty()) {
    out.how = delivery::command;
    out.command = filled(f.delivery, v);
  }
  return out;
}

/// How a protocol of a private server is reached; ports that are 0 are not there.
void reach(std::optional<session::access>& first, session::endpoint_list& all, std::uint16_t a, std::uint16_t b) {
  if (!a) return;
  first = session::access{{"127.0.0.1", a}, false, false};
  all.all.push_back({session::usual_endpoint_name(0), *first});
  if (b) all.all.push_back({session::usual_endpoint_name(1), session::access{{"127.0.0.1", b}, false, false}});
}

}  // namespace

base::result<target> start_server(server_file const& f, std::size_t accounts) {
  if (auto const may = may_start(f); !may) return may.error();
  auto made = base::scratch_folder::make("mailrig");
  if (!made) return base::fault{0, f.name, made.error().text};
  auto const process = std::make_shared<private_server>(std::move(*made));
  auto const dir = process->folder().string();
  std::filesystem::permissions(dir, std::filesystem::perms(0755));  // a server may run as another user

  names v{{"dir", dir}};
  std::map<std::string, std::uint16_t> taken;
  auto free = free_ports(ports.size());
  for (auto const* p : ports) {
    taken[p] = f.ports.contains(p) ? free.back() : std::uint16_t(0);
    free.pop_back();
    v[p] = std::to_string(taken[p]);
  }
  auto out = described(f, accounts, v);
  out.keeper = process;
  out.revive = [process = process.get()] { return process->revive(); };
  out.power.kill = [process = process.get()] { process->crash(); };
  out.power.freeze = [process = process.get()](bool stopped) { process->freeze(stopped); };
  auto const cert = net::make_certificate();
  for (auto const& [name, text] : {std::pair("tls.crt", &cert.cert), {"tls.key", &cert.key}})
    if (auto const done = base::write_file(process->folder() / name, *text); !done)
      return base::fault{0, f.name, done.error().text};
  out.tls.pins = {cert.pin};
  if (auto const done = lay_out(f, v, out); !done) return base::fault{0, f.name, done.error().text};

  for (auto const& word : f.start) process->command.push_back(filled(word, v));
  if (f.killed) process->stop_signal = SIGKILL;
  process->ready_within = f.ready_within;
  for (auto const* p : {"imap", "pop3"})
    if (taken[p]) process->listens.push_back(taken[p]);
  if (auto const silent = process->start())
    return base::fault{0, f.name,
                       fmt::format("no greeting on its {} port; it says:\n{}",
                                   silent == taken["imap"] ? "imap" : "pop3", process->log_tail())};
  reach(out.imap, out.imap_endpoints, taken["imap"], taken["imap_b"]);
  reach(out.pop3, out.pop3_endpoints, taken["pop3"], taken["pop3_b"]);
  if (!f.version.empty()) out.version = first_line_of(f.version);
  return out;
}

base::result<target> start_server(server_description const& d, std::size_t accounts) {
  auto const f = server_file::read(d.file);
  return f ? start_server(*f, accounts) : f.error();
}

}  // namespace mailrig::scenario
