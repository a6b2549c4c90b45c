// script_play: plays the lines of one script in order, or in a drawn order where it says `concurrently`, up to the last
// or to what stops it.
#pragma once

#include "scenario/expecting.hpp"
#include "scenario/script_actions.hpp"
#include "scenario/script_context.hpp"

namespace mailrig::scenario {

class script_play {
 public:
  script_play(stage& s, script const& text, mailroom const& mail, runner_options const& o, history::scenario_result& r)
      : c_(s, text, mail, o, r), actions_(c_), expecting_(s, c_.known) {}

  /// What stopped it, or nothing.
  std::optional<stop> run();
  /// What names stand for; to be filled before the script is run.
  values& known() { return c_.known; }
  /// Which of the choices that the RFC leaves were seen: trait -> label.
  std::map<std::string, std::string> const& traits() const { return expecting_.traits(); }

 private:
  std::optional<stop> begin(session_declaration const& d);
  std::size_t endpoint_of(session_declaration const& d);
  std::optional<stop> enter(session_declaration const& d, player& p, start_state state);
  std::optional<stop> turn_on_second_revision(player& p);
  std::optional<stop> open_inbox(player& p, start_state state);
  bool is_read_only(player const& p) const;
  bool is_selected_elsewhere(player const& p) const;
  void name_uids(player const& p);
  std::optional<stop> one(operation const& o);
  std::optional<stop> send(operation const& o);
  bool enters_maildrop(player const& p, operation const& o) const;
  std::optional<stop> expect(operation const& o);
  std::optional<stop> concurrently(operation const& block);
  std::optional<stop> settle(operation const& o, outcome const& got);
  bool wants_inbox(player const& p) const;
  std::optional<stop> held_by_us(operation const& waiting);
  bool end_is_awaited(operation const& o) const;
  void say_goodbye();

  script_context c_;
  script_actions actions_;
  expecting expecting_;
};

}  // namespace mailrig::scenario
