// device: one mail program of one user, with its habits: when it connects, what it does by timetable or by chance.
// Timetables are absolute: what a slow server delays is still due when it was due.
#pragma once

#include <array>
#include <unordered_map>

#include "load/client.hpp"
#include "load/profile.hpp"

namespace mailrig::load {

class device;

/// A mail account and who uses it; all of it lives on one thread.
struct user {
  session::credentials imap, pop3;
  std::vector<device*> devices;
  base::rng letters{1};               ///< sizes of the mail that it is sent
  unsigned deliveries = 0;            ///< under way
  unsigned stores = 0, expunges = 0;  ///< of what its other devices are told, under way
  /// Of messages that its devices changed, by UID: whether each flag is known, and on.
  std::unordered_map<std::uint32_t, std::array<std::pair<bool, bool>, flags_changed>> flags;
};

/// The thread's part of a device's life.
class device_host {
 public:
  virtual ~device_host() = default;
  virtual history::session_id take_id(client& c) = 0;
  virtual void give_back(history::session_id id, client& c) = 0;
  virtual void wake_at(device& d, base::instant when) = 0;
  /// It was called and has done its session: it may be called again.
  virtual void finished(device& d) = 0;
  virtual session::access const& access(history::protocol p, device_kind const& k) = 0;
  /// How busy the hour is: 1 is the peak.
  virtual double busy(base::instant now) = 0;
  /// Of the profile's pace.
  virtual double factor() const = 0;
};

class device final : public client_owner {
 public:
  /// How sessions begin: by its own timetable; each time somebody says so; or one after the other, as fast as it goes.
  enum class life : std::uint8_t { own, called, restless };

  device(context& shared, device_host& host, user& u, device_kind const& k, life l);

  /// What it does by chance is drawn from these numbers. Before it comes.
  void draw_from(base::rng random) { memory_.random = random; }
  /// It comes at `at` and lives by its habits. Timetables count from `origin`; `phase`, in (0, 1]: after which part of
  /// its period an act is due first.
  void join(base::instant origin, base::instant at, double phase);
  /// A session that is due now.
  void call(base::instant due);
  void wake(base::instant now);
  /// Nothing more is begun.
  void stop() { stopped_ = true; }
  /// What was due before `end` and not begun is late.
  void settle(base::instant end);
  /// How often its timetables, as set by join(), are due in [from, to), and when first; whether it is there or not.
  struct round {
    std::uint64_t times = 0;
    base::instant first{};
  };
  round due_within(std::size_t act, base::instant from, base::instant to) const;

  device_kind const& kind() const { return kind_; }
  std::vector<std::unique_ptr<client>> const& clients() const { return clients_; }
  void count(census& c) const;

  /// Another device has changed something, or mail was delivered, at `at`.
  void expect_mail(base::instant at);
  void expect_flag(std::uint32_t uid, base::instant at);
  void expect_expunge(base::instant at);
  /// What it has not been told for so long is late.
  void sweep(base::instant now, base::duration patience);

  std::uint64_t generation = 0;  ///< of its place in the thread's queue

 private:
  /// barred: it waits until its maildrop may be logged in to again.
  enum class doing : std::uint8_t { away, barred, opening, starting, resting, acting, leaving };

  void come(base::instant due);
  bool put_off(base::instant due);
  void decide(base::instant now);
  void act_on(std::size_t which, base::instant due);
  void act_done(base::instant at, bool good, std::string const& why);
  void think(base::instant at);
  base::duration period(std::size_t act) const;
  void set_timetables(base::instant at);
  std::size_t some_act();
  void drop_companions();
  endpoint_choice choice_of_its_own() const;
  bool tries_next_endpoint(base::instant at);
  void lost_connection(base::instant at);
  void got_connection(base::instant at);
  void give_up_acts(base::instant until);
  void flag_changed(base::instant at);
  void change_ends();
  bool idling() const { return !clients_.empty() && clients_[0]->now() == client::phase::idling; }
  base::instant next_due() const;
  bool each_act() const { return kind_.stays == presence::each_act; }

  void on_ready(client& c, base::instant at, bool good) override;
  void on_closed(client& c, base::instant at, std::string const& why) override;
  void on_told(client& c, model::item const& i) override;
  void on_asking(client& c, step_kind const& s) override;
  void on_answered(client& c, step_kind const& s, base::instant at, bool good) override;
  void told_exists(model::item const& i);
  void told_fetch(model::item const& i);
  void told_expunge(model::item const& i);

  context& context_;
  device_host& host_;
  user& user_;
  device_kind const& kind_;
  life life_;
  device_memory memory_;
  std::vector<std::unique_ptr<client>> clients_;
  std::vector<base::instant> due_;  ///< of each act by timetable; of acts by chance the first holds the next
  std::optional<base::instant> chance_due_;
  std::vector<kind_id> act_kinds_;
  base::instant origin_{}, act_due_{}, free_{}, leaves_ = base::instant::max(), comes_ = base::instant::max();
  double phase_ = 1;
  std::size_t act_ = 0;
  std::size_t round_ = 0;
  doing doing_ = doing::away;
  bool stopped_ = false, refuses_idle_ = false;
  told_to_others changing_ = told_to_others::nothing;  ///< by the step that is under way
  bool lost_ = false;                                  ///< the connection went against its will; its timetables go on
  endpoint_choice endpoint_ = choice_of_its_own();
  unsigned failures_ = 0;  ///< to get or to keep a connection, in a row
  bool without_ = false;   ///< it was told to the records that it has none

  /// What it waits to be told while it idles.
  struct expectations {
    std::vector<base::instant> mail, expunged;
    std::vector<std::pair<std::uint32_t, base::instant>> flags;
    unsigned early_mail = 0, early_expunged = 0;  ///< told before the other had its answer
    std::vector<std::uint32_t> early_flags;
  };
  expectations expects_;
};

}  // namespace mailrig::load
