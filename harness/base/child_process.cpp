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

/// The other ends of a command's input and output: what is to be said is said, what it prints is kept.
class talk {
 public:
  talk(descriptor& to, descriptor& from, std::string_view input) : to_(to), from_(from), input_(input) {
    fcntl(to.get(), F_SETFL, O_NONBLOCK);
    if (input.empty()) to.shut();
  }

  /// False when it is not over at `until`, or after `most` octets.
  bool hold(instant until, std::size_t most, std::string& output) {
    while (true) {
      auto const left = std::chrono::duration_cast<std::chrono::milliseconds>(until - now()).count();
      if (left <= 0) return false;
      pollfd both[] = {{from_.get(), POLLIN, 0}, {to_.get(), POLLOUT, 0}};
      if (poll(both, 2, int(std::min<std::int64_t>(left, 60'000))) < 0 && errno != EINTR) return false;
      if (both[1].revents) say();
      if (!both[0].revents) continue;
      char buffer[4096];
      auto const n = read(from_.get(), buffer, sizeof buffer);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return true;
      output.append(buffer, std::size_t(n));
      if (output.size() > most) return false;
    }
  }

 private:
  void say() {
    auto const n = write(to_.get(), input_.data(), input_.size());
    if (n > 0) input_.remove_prefix(std::size_t(n));
    bool const later = n < 0 && (errno == EAGAIN || errno == EINTR);
    if (input_.empty() || (n < 0 && !later)) to_.shut();  // it need not read all
  }

  descriptor &to_, &from_;
  std::string_view input_;
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

}  // namespace

result<shell_answer> run_shell(std::string const& command, shell_variables const& variables, std::string_view input,
                               std::chrono::milliseconds limit, std::size_t most) {
  auto const environment = environment_with(variables);
  std::vector<std::string> const words{"sh", "-c", command};
  auto const argv = pointers(words), envp = pointers(environment);
  int in[2] = {-1, -1}, out[2] = {-1, -1};
  bool const piped = pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0;
  descriptor reads(in[0]), to(in[1]), from(out[0]), writes(out[1]);
  if (!piped) return no_process("no pipe");
  no_sigpipe const quiet;
  auto const id = fork();
  if (id < 0) return no_process("no process");
  if (id == 0) {
    pthread_sigmask(SIG_SETMASK, &quiet.before(), nullptr);
    setpgid(0, 0);
    dup2(in[0], 0);
    dup2(out[1], 1);
    execve("/bin/sh", argv.data(), envp.data());
    _exit(127);
  }
  setpgid(id, id);  // whoever is first
  reads.shut();
  writes.shut();
  shell_answer answer;
  bool const over = talk(to, from, input).hold(now() + limit, most, answer.output);
  to.shut();
  if (!over) kill(-id, SIGKILL);
  int told = 0;
  while (waitpid(id, &told, 0) < 0 && errno == EINTR) continue;
  if (answer.output.size() > most)
    return fault{0, "process", fmt::format("the command printed more than {} MB", most >> 20)};
  if (!over) return fault{0, "process", fmt::format("the command took longer than {} s", limit.count() / 1000)};
  answer.status = exit_status(told);
  while (answer.output.ends_with('\n') || answer.output.ends_with('\r')) answer.output.pop_back();
  return answer;
}

}  // namespace mailrig::base
