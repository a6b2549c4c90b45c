// take: one size of a growing input, asked once: the sessions, the mail and the crowd for it, and what it cost.
#pragma once

#include <memory>

#include "scenario/housekeeping.hpp"
#include "stress/cost/cost.hpp"
#include "stress/cost/victim.hpp"

namespace mailrig::stress {

struct cost_take {
  std::string answer;            ///< OK, NO, BAD, closed, silence
  double seconds = 0;            ///< processor time where the server's processes can be seen
  std::optional<double> octets;  ///< of memory
  double waited = 0;             ///< another user, seconds
};

/// The sessions around an attack: that which prepares, that of another user, and those that ask. Blocks; one thread.
class attack_scene {
 public:
  attack_scene(arena const& a, growing_input const& i, cost_options const& o);

  base::result<void> prepare();
  /// The fault says what could not be made ready.
  base::result<cost_take> take(std::uint64_t n, std::size_t round);
  base::result<void> clean();

  net::loop& loop() { return loop_; }
  bool is_cut_short() { return own_.is_cut_short(); }
  scenario::stage& own() { return own_; }
  scenario::stage& other() { return other_; }

 private:
  using names = std::map<std::string, std::string, std::less<>>;

  base::result<void> put_mail(std::uint64_t n, std::string const& box);
  base::result<void> enter(scenario::player& p, scenario::start_state state, std::string const& box);
  /// What is said at a size, written out before anything is measured.
  struct texts {
    std::vector<std::string> ask;   ///< each time that it is said
    std::uint64_t crowd = 0;        ///< how many there are
    std::vector<std::string> says;  ///< each of them, with tags and line ends
  };
  texts texts_of(std::uint64_t n, names const& known) const;
  base::result<void> gather(texts const& t, std::string const& box, std::vector<scenario::player*>& crowd);
  std::string ask(scenario::player& p, std::string const& line);
  base::result<cost_take> measured(scenario::player& p, std::uint64_t n, names const& known);
  std::optional<spending> look(bool anew) const { return options_.spent ? options_.spent(anew) : std::nullopt; }

  arena const& arena_;
  growing_input const& input_;
  cost_options const& options_;
  net::loop loop_;
  check::judge own_judge_, other_judge_;
  scenario::stage own_, other_;
  std::string box_;
  scenario::housekeeping house_, other_house_;
  std::unique_ptr<victim> victim_;
};

}  // namespace mailrig::stress
