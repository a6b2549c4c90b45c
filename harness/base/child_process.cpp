// child_process: see child_process.hpp. Between fork and exec nothing is allocated: other threads may hold the heap.
#include "base/child_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/clock.hpp"
#include "base/run_end.hpp"
#include "base/secrets.hpp"
#include "base/text.hpp"

extern char** environ;

namespace mailrig::base {
namespace {

std::vector<char*> pointers(std::vector<std::string> const& words) {
  std::vector<char*> out;
  for (auto const& w : words) out.push_back(const_cast<char*>(w.c_str()));
  out.push_back(nullptr);
  return out;
}

fault no_process(std::string_view what) { return {0, "process", fmt::format("{}: {}", what, std::strerror(errno))}; }

/// A descriptor that is closed with it.
class descriptor {
 public:
  explicit descriptor(int d) : d_(d) {}
  descriptor(descriptor const&) = delete;
  ~descriptor() { shut(); }
  void shut() {
    if (d_ >= 0) close(std::exchange(d_, -1));
  }
  int get() const { return d_; }

 private:
  int d_;
};

/// Ours without the names that are given anew.
std::vector<std::string> environment_with(shell_variables const& variables) {
  std::vector<std::string> out;
  for (auto const& [name, value] : variables) out.push_back(fmt::format("{}={}", name, value));
  for (auto** at = environ; *at; ++at) {
    std::string_view const one(*at);
    auto const same = [&](auto const& v) { return one.substr(0, one.find('=')) == v.first; };
    if (std::ranges::none_of(variables, same)) out.emplace_back(one);
  }
  return out;
}

int exit_status(int told) { return WIFSIGNALED(told) ? 128 + WTERMSIG(told) : WEXITSTATUS(told); }

}  // namespace

child_process::~child_process() {
  if (pipe_ < 0) return;
  close(pipe_);
  if (id_ > 0) waitpid(id_, nullptr, 0);
}

result<void> child_process::start(child_options const& o) {
  auto const argv = pointers(o.command);
  auto const program = o.program.empty() ? o.command.front() : o.program.string();
  auto const log = o.log.string(), folder = o.folder.string();
  auto const environment = environment_with(o.variables);
  auto const envp = pointers(environment);
  auto const parent = getpid();
  int ends[2] = {-1, -1};
  if (log.empty() && pipe2(ends, O_CLOEXEC) != 0) return no_process("no pipe");
  descriptor const write_end(ends[1]);
  status_.reset();
  id_ = fork();
  if (id_ == 0) {
    if (!log.empty()) setsid();
    if (o.signal_at_our_end) prctl(PR_SET_PDEATHSIG, o.signal_at_our_end);
    if (o.signal_at_our_end && getppid() != parent) _exit(127);
    if (log.empty()) {
      dup2(ends[1], 1);
    } else {
      int const in = open("/dev/null", O_RDONLY), out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
      dup2(in, 0);
      dup2(out, 1);
      dup2(out, 2);
      closefrom(3);
    }
    if (o.input >= 0) dup2(o.input, 0);
    if (!folder.empty() && chdir(folder.c_str()) != 0) _exit(127);
    execve(program.c_str(), argv.data(), envp.data());
    _exit(127);
  }
  pipe_ = ends[0];
  if (id_ < 0) return no_process("no process");
  return {};
}

bool child_process::runs() {
  if (id_ <= 0) return false;
  int told = 0;
  auto const ended = waitpid(id_, &told, WNOHANG);
  if (ended == 0) return true;
  if (ended == id_) status_ = exit_status(told);
  id_ = 0;
  return false;
}

void child_process::signal(int number, bool all) const {
  if (id_ > 0) kill(all ? -id_ : id_, number);
}

bool child_process::read_line(std::string& line) {
  for (;;) {
    if (auto const end = read_.find('\n'); end != read_.npos) {
      line = read_.substr(0, end);
      read_.erase(0, end + 1);
      return true;
    }
    char buffer[4096];
    auto const n = pipe_ < 0 ? 0 : read(pipe_, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) {
      line = std::exchange(read_, {});
      return !line.empty();
    }
    read_.append(buffer, std::size_t(n));
  }
}

namespace {

/// Until when a command may run: once the run is to end, some seconds more, in which it may still log in to clean up.
class time_left {
 public:
  explicit time_left(instant until) : until_(until) {}
  bool over() {
    if (run_end::flag()) until_ = std::min(until_, ends_.value_or(*(ends_ = now() + std::chrono::seconds(5))));
    return now() >= until_;
  }

 private:
  instant until_;
  std::optional<instant> ends_;
};

/// The other ends of a command's input and output: what is to be said is said, what it prints is kept, of its errors
/// the end.
class talk {
 public:
  talk(descriptor& to, descriptor& from, descriptor& errors, std::string_view input)
      : to_(to), from_(from), errors_(errors), input_(input) {
    fcntl(to.get(), F_SETFL, O_NONBLOCK);
    if (input.empty()) to.shut();
  }

  /// False when it is not over in time, or after `most` octets.
  bool hold(time_left& time, std::size_t most, std::string& output) {
    while (true) {
      if (time.over()) return false;
      pollfd all[] = {{from_.get(), POLLIN, 0}, {to_.get(), POLLOUT, 0}, {errors_.get(), POLLIN, 0}};
      if (poll(all, 3, slice) < 0 && errno != EINTR) return false;
      if (all[1].revents) say();
      if (all[2].revents) hear_errors();
      if (!all[0].revents) continue;
      char buffer[4096];
      auto const n = read(from_.get(), buffer, sizeof buffer);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return true;
      output.append(buffer, std::size_t(n));
      if (output.size() > most) return false;
    }
  }

  /// How it ended, where that is in time; whoever inherits its errors may live on.
  std::optional<int> end_of(pid_t id, time_left& time) {
    for (int told = 0;;) {
      auto const ended = waitpid(id, &told, WNOHANG);
      if (ended == id) return told;
      if (time.over() || (ended < 0 && errno != EINTR)) return std::nullopt;
      pollfd one{errors_.get(), POLLIN, 0};
      poll(&one, 1, errors_.get() < 0 ? 1 : 20);
      if (one.revents) hear_errors();
    }
  }
  std::string const& errors() const { return said_; }

 private:
  static constexpr int slice = 200;  // milliseconds; that the run is to end wakes nobody
  static constexpr std::size_t most_errors = 4096;

  void hear_errors() {
    char buffer[4096];
    auto const n = read(errors_.get(), buffer, sizeof buffer);
    if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN)) return errors_.shut();
    if (n > 0) said_.append(buffer, std::size_t(n));
    if (said_.size() > most_errors) said_.erase(0, said_.size() - most_errors);
  }

  void say() {
    auto const n = write(to_.get(), input_.data(), input_.size());
    if (n > 0) input_.remove_prefix(std::size_t(n));
    bool const later = n < 0 && (errno == EAGAIN || errno == EINTR);
    if (input_.empty() || (n < 0 && !later)) to_.shut();  // it need not read all
  }

  descriptor &to_, &from_, &errors_;
  std::string_view input_;
  std::string said_;
};

/// A command that does not read its input is no reason to die; for this thread alone.
class no_sigpipe {
 public:
  no_sigpipe() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~no_sigpipe() {
    timespec const at_once{};
    while (sigtimedwait(&pipe_, nullptr, &at_once) > 0) continue;
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  no_sigpipe(no_sigpipe const&) = delete;
  sigset_t const& before() const { return before_; }

 private:
  sigset_t pipe_, before_;
};

/// The last of it in a line; what the command printed may be a password that nobody knows yet.
std::string clean_errors(std::string_view said, std::string const& output) {
  constexpr std::size_t most = 300;
  secret_set printed;
  for (auto const line : split(output, '\n')) printed.add(line);
  auto const clean = known_secrets().hide(printed.hide(said, reading::wire), reading::wire);
  auto const line = printable(std::string_view(clean).substr(0, clean.find_last_not_of("\r\n") + 1));
  return line.substr(line.size() - std::min(most, line.size()));
}

}  // namespace

std::string shell_answer::how_it_failed() const {
  return fmt::format("the command ended with status {}{}{}", status, errors.empty() ? "" : ": ", errors);
}

result<shell_answer> run_shell(std::string const& command, shell_variables const& variables, std::string_view input,
                               std::chrono::milliseconds limit, std::size_t most) {
  auto const environment = environment_with(variables);
  std::vector<std::string> const words{"sh", "-c", command};
  auto const argv = pointers(words), envp = pointers(environment);
  int in[2] = {-1, -1}, out[2] = {-1, -1}, wrong[2] = {-1, -1};
  bool const piped =
      pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0 && pipe2(wrong, O_CLOEXEC | O_NONBLOCK) == 0;
  descriptor reads(in[0]), to(in[1]), from(out[0]), writes(out[1]), errors(wrong[0]), complains(wrong[1]);
  if (!piped) return no_process("no pipe");
  no_sigpipe const quiet;
  auto const id = fork();
  if (id < 0) return no_process("no process");
  if (id == 0) {
    pthread_sigmask(SIG_SETMASK, &quiet.before(), nullptr);
    setpgid(0, 0);
    dup2(in[0], 0);
    dup2(out[1], 1);
    fcntl(wrong[1], F_SETFL, 0);
    dup2(wrong[1], 2);
    execve("/bin/sh", argv.data(), envp.data());
    _exit(127);
  }
  setpgid(id, id);  // whoever is first
  reads.shut();
  writes.shut();
  complains.shut();
  shell_answer answer;
  time_left time(now() + limit);
  talk with(to, from, errors, input);
  bool const said_all = with.hold(time, most, answer.output);
  to.shut();
  auto const told = said_all ? with.end_of(id, time) : std::nullopt;
  if (!told) kill(-id, SIGKILL);
  while (!told && waitpid(id, nullptr, 0) < 0 && errno == EINTR) continue;
  if (answer.output.size() > most)
    return fault{0, "process", fmt::format("the command printed more than {} MB", most >> 20)};
  if (!told && run_end::flag()) return fault{0, "process", "the command was ended: " + end_words()};
  if (!told) return fault{0, "process", fmt::format("the command took longer than {} s", limit.count() / 1000)};
  answer.status = exit_status(*told);
  answer.errors = clean_errors(with.errors(), answer.output);
  while (answer.output.ends_with('\n') || answer.output.ends_with('\r')) answer.output.pop_back();
  return answer;
}

}  // namespace mailrig::base
