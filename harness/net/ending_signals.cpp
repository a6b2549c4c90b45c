// ending_signals: see ending_signals.hpp.
#include "net/ending_signals.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <thread>

namespace mailrig::net {

struct ending_signals::inside {
  explicit inside(std::function<void()> t) : told(std::move(t)), signals(context, SIGINT, SIGTERM) {
#ifdef SIGQUIT
    // A batch system tells by one of the others that the job's time is nearly over.
    for (int const more : {SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGXCPU}) signals.add(more);
#endif
    wait();
    thread = std::thread([this] { context.run(); });
  }
  ~inside() {
    context.stop();
    thread.join();
  }
  void wait() {
    signals.async_wait([this](boost::system::error_code const& error, int) {
      if (error) return;
      told();
      wait();
    });
  }

  std::function<void()> told;
  boost::asio::io_context context{1};
  boost::asio::signal_set signals;
  std::thread thread;
};

ending_signals::ending_signals(std::function<void()> told) : inside_(std::make_unique<inside>(std::move(told))) {}

ending_signals::~ending_signals() = default;

}  // namespace mailrig::net
