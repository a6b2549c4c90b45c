// password: see password.hpp.
#include "app/password.hpp"

#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <optional>

namespace mailrig::app {
namespace {

/// What is typed is not shown while it lives.
class unseen {
 public:
  unseen() {
    tcgetattr(STDIN_FILENO, &before_);
    auto now = before_;
    now.c_lflag &= ~tcflag_t(ECHO);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &now);
  }
  ~unseen() { tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_); }
  unseen(unseen const&) = delete;

 private:
  termios before_{};
};

}  // namespace

base::result<std::string> find_password(std::string const& question) {
  if (auto const* known = std::getenv("MAILRIG_PASSWORD")) return std::string(known);
  static std::optional<std::string> said;
  if (said) return *said;
  if (!isatty(STDIN_FILENO))
    return base::fault{0, "--target", "the password is not known; put it in the environment as MAILRIG_PASSWORD"};
  std::cerr << question << ": " << std::flush;
  std::string line;
  {
    unseen const until_here;
    std::getline(std::cin, line);
  }
  std::cerr << '\n';
  said = line;
  return line;
}

}  // namespace mailrig::app
