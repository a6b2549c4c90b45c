// profile: a population as data (scenarios/profiles/*.toml): how much mail comes, which devices its users have, what
// each does how often, over what line.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "load/backoff.hpp"
#include "load/fill/fill_data.hpp"
#include "load/network.hpp"
#include "load/span.hpp"
#include "load/step.hpp"

namespace mailrig::load {

/// Something that a device does in one go.
struct act {
  std::string name;  ///< recorded as the compound kind "act.NAME"
  std::vector<step> steps;
  std::optional<base::duration> every;  ///< by an absolute timetable, whatever the server does
  unsigned weight = 0;                  ///< or by chance, one after each think time
};

/// When a device is connected: for a session of its own length, or anew for each act.
enum class presence : std::uint8_t { session, each_act };

struct device_kind {
  std::string name;
  history::protocol proto = history::protocol::imap;
  double per_user = 1;       ///< a fraction: so many users of all have one
  unsigned connections = 1;  ///< the first works, the others only stay selected
  presence stays = presence::session;
  bool idles = false;  ///< RFC 2177, between its acts
  std::string mailbox = "INBOX";
  std::vector<step> resync;  ///< between login and its own steps, SELECT among it; empty: SELECT alone
  std::vector<step> start;   ///< after login and SELECT
  std::vector<act> acts;
  span think;                   ///< between acts that come by chance
  std::optional<span> session;  ///< then it logs out; none: it stays to the end
  span away;                    ///< until it comes again
  net::link_speed link;
  backoff waits;  ///< before it tries again to connect
  net::line_failures failures;
};

struct profile {
  std::string name, title;
  std::filesystem::path file;   ///< that it was read from
  std::size_t mailbox = 0;      ///< messages in each inbox at the start
  double arrivals_per_day = 0;  ///< new mail for each user
  double peak = 1.0 / 24;       ///< share of the day's in its busiest hour, which is what a run plays
  size_distribution sizes;
  std::vector<double> day;       ///< 24 weights, the busiest 1; empty: no curve
  std::uint64_t read_speed = 0;  ///< octets a second: "retr.beyond-size" is RETR less size/read_speed; 0: not kept
  network lines;                 ///< between the users and the server
  std::vector<device_kind> devices;
  std::vector<std::string> slos;   ///< used when the command line has none
  std::vector<std::string> boxes;  ///< that its steps name, beside INBOX
  std::optional<fill_data> fill;   ///< what lies in each account at the start, instead of `mailbox`

  /// Whether it puts mail in, or its devices change what lies there.
  bool changes_mail() const;
  /// Whether what it plays does: new mail, or a step of its devices.
  bool plays_changes() const;
  /// New mail in a second for each user, at a load of 1.
  double arrival_rate() const { return arrivals_per_day * peak / 3600; }
};

/// What lies in each account at the start, whichever way the profile says it; with the mailboxes that its steps name.
fill_data fill_of(profile const& p);

/// What a profile may say, in the order in which it is read.
std::vector<scenario::toml_key> profile_keys();

/// The fault says file, line and what is wrong.
base::result<profile> read_profile(std::filesystem::path const& file);
/// A *.toml each, ordered by name.
base::result<std::vector<profile>> read_profiles(std::filesystem::path const& folder);

}  // namespace mailrig::load
