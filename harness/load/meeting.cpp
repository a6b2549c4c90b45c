// meeting: see meeting.hpp.
#include "load/meeting.hpp"

#include <fmt/format.h>

#include "base/run_end.hpp"

namespace mailrig::load {

using namespace std::chrono_literals;
using nlohmann::json;

/// From the link to the machine.
class meeting::caller final : public rendezvous_hearer {
 public:
  explicit caller(meeting& owner) : owner_(owner) {}
  void on_opened(rendezvous_channel c) override {
    std::lock_guard const lock(owner_.mutex_);
    owner_.party_->opened(c, owner_.loop_.now());
  }
  void on_line(rendezvous_channel c, std::string_view line) override {
    {
      std::lock_guard const lock(owner_.mutex_);
      owner_.party_->heard(c, line, owner_.loop_.now());
    }
    news = true;
    owner_.changed_.notify_all();
  }
  void on_ended(rendezvous_channel c, std::string_view why) override {
    {
      std::lock_guard const lock(owner_.mutex_);
      owner_.party_->ended(c, why, owner_.loop_.now());
    }
    news = true;
    owner_.changed_.notify_all();
  }
  std::size_t longest_line(rendezvous_channel c) const override {
    std::lock_guard const lock(owner_.mutex_);
    return owner_.party_->knows(c) ? std::size_t(512) << 20 : 65536;
  }
  bool news = false;

 private:
  meeting& owner_;
};

meeting::meeting(rendezvous_terms const& terms, meeting_news news, std::atomic<bool> const& interrupted)
    : terms_(terms), news_(std::move(news)), interrupted_(interrupted), caller_(std::make_unique<caller>(*this)) {
  if (terms.self.leads()) {
    auto lead = std::make_unique<rendezvous_lead>(terms, loop_.now());
    lead_ = lead.get();
    party_ = std::move(lead);
  } else {
    auto follower = std::make_unique<rendezvous_follower>(terms, loop_.now());
    follower_ = follower.get();
    party_ = std::move(follower);
  }
}

base::result<std::unique_ptr<meeting>> meeting::open(rendezvous_terms const& terms, std::string const& where,
                                                     meeting_news news, std::atomic<bool> const& interrupted) {
  std::unique_ptr<meeting> out(new meeting(terms, std::move(news), interrupted));
  auto link = names_folder(where) ? link_by_folder(where, terms.self.leads(), *out->caller_)
                                  : link_by_tcp(out->loop_, where, terms.self.leads(), *out->caller_);
  if (!link) return link.error();
  auto& m = *out;
  m.thread_ = std::thread([&m, l = std::move(*link)]() mutable { m.run(std::move(l)); });
  return out;
}

meeting::~meeting() {
  over_ = true;
  if (thread_.joinable()) thread_.join();
}

/// Every 20 ms at least, so that a folder is looked at, and a machine hears the time.
void meeting::run(std::unique_ptr<rendezvous_link> link) {
  auto last = base::instant::max();
  while (!over_ || loop_.now() < last) {
    if (over_ && last == base::instant::max()) last = loop_.now() + 5s;
    caller_->news = false;
    loop_.run_until([this] { return caller_->news; }, loop_.now() + 20ms);
    {
      std::lock_guard const lock(mutex_);
      if (interrupted_ && !std::exchange(told_interrupted_, true)) party_->abort(base::end_words());
      party_->tick(loop_.now());
    }
    link->poll();
    pump(*link);
    tell_news();
    changed_.notify_all();
    if (over_ && link->idle()) break;
  }
}

void meeting::pump(rendezvous_link& link) {
  std::unique_lock lock(mutex_);
  auto const said = party_->take_said();
  auto const closed = party_->take_closed();
  lock.unlock();
  for (auto const& s : said) link.send(s.to, s.line);
  for (auto const c : closed) link.close(c);
  link.poll();
}

void meeting::tell_news() {
  std::unique_lock lock(mutex_);
  auto const seconds = lead_ ? lead_->take_intervals() : std::vector<json>();
  auto const lost = lead_ ? lead_->lost().size() : 0;
  auto const why = told_aborted_ ? std::string() : party_->aborted();
  lock.unlock();
  for (auto const& s : seconds)
    if (news_.interval) news_.interval(s);
  if (lost > told_lost_ && news_.lost) news_.lost(lost - told_lost_);
  told_lost_ = lost;
  if (why.empty()) return;
  told_aborted_ = true;
  if (news_.aborted) news_.aborted(why);
}

template <class Done>
bool meeting::wait(std::unique_lock<std::mutex>& lock, Done const& done, base::instant until) {
  while (!done() && base::now() < until) changed_.wait_for(lock, 50ms);
  return done();
}

base::fault meeting::ended() const {
  auto const& why = !party_->failed().empty()    ? party_->failed()
                    : !party_->aborted().empty() ? party_->aborted()
                                                 : base::end_words();
  return {0, "--rendezvous", why};
}

base::result<base::instant> meeting::start(base::duration lead) {
  std::unique_lock lock(mutex_);
  party_->ready(lead);
  wait(lock, [this] { return party_->start() || !party_->aborted().empty() || interrupted_; });
  if (!party_->start()) return ended();
  return *party_->start();
}

void meeting::abort(std::string const& why) {
  std::lock_guard const lock(mutex_);
  party_->abort(why);
}

std::string meeting::aborted() const {
  std::lock_guard const lock(mutex_);
  return party_->aborted();
}

base::result<std::size_t> meeting::gather() {
  std::unique_lock lock(mutex_);
  wait(lock, [this] { return lead_->gathered() || !lead_->aborted().empty() || interrupted_; });
  if (!lead_->gathered()) return ended();
  return lead_->here();
}

void meeting::begin_round(json const& order) {
  std::lock_guard const lock(mutex_);
  lead_->begin_round(order);
}

std::map<unsigned, json> meeting::results() {
  std::unique_lock lock(mutex_);
  if (!wait(
          lock, [this] { return lead_->complete(); }, base::now() + terms_.timeout))
    lead_->give_up_results("it did not tell what it came to");
  return lead_->take_results();
}

std::vector<lost_shard> meeting::lost() const {
  std::lock_guard const lock(mutex_);
  return lead_->lost();
}

std::optional<shard_clock> meeting::clock() const {
  std::lock_guard const lock(mutex_);
  return lead_ ? shard_clock{} : follower_->clock();
}

void meeting::finish(json const& verdict) {
  std::lock_guard const lock(mutex_);
  lead_->finish(verdict);
}

base::result<std::optional<json>> meeting::order() {
  std::unique_lock lock(mutex_);
  std::optional<json> out;
  wait(lock, [&] {
    if (!out) out = follower_->take_order();
    return out || follower_->verdict() || !follower_->aborted().empty() || interrupted_;
  });
  if (out || follower_->verdict()) return out;
  return ended();
}

void meeting::tell_interval(json const& second) {
  std::lock_guard const lock(mutex_);
  follower_->tell_interval(second);
}

void meeting::tell_result(json const& result) {
  std::lock_guard const lock(mutex_);
  follower_->tell_result(result);
}

base::result<json> meeting::verdict() {
  std::unique_lock lock(mutex_);
  // Until the first shard has waited for all of them, and has summed.
  wait(
      lock, [this] { return follower_->verdict() || !follower_->failed().empty(); },
      base::now() + terms_.timeout + 60s);
  if (!follower_->verdict())
    return follower_->failed().empty() ? base::fault{0, "--rendezvous", "the first shard told no verdict"} : ended();
  return *follower_->verdict();
}

}  // namespace mailrig::load
