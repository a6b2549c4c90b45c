// scripted_exchange: SASL exchanges that a script has its sessions lead by a mechanism's own machine: right, or wrong
// in one place ("client: sasl SCRAM-SHA-256 proof=altered"); each answer is "$sasl" of the line that sends it.
#pragma once

#include <map>
#include <memory>
#include <optional>

#include "scenario/script.hpp"
#include "scenario/stage.hpp"
#include "session/sasl/mechanism.hpp"

namespace mailrig::scenario {

/// What follows "+" and its space.
std::string challenge_of(std::string_view line);

class scripted_exchanges {
 public:
  /// "MECHANISM NAME=VALUE ..."; the fault is the script's.
  base::result<void> begin(player& p, stage const& s, std::string_view argument, values const& v);
  /// Binds "$sasl" to what the exchange says to the challenge that came last, and "$said1", "$said2" ... to all that it
  /// has said. Nothing where that was done or none is under way, else what was wrong with the challenge.
  std::optional<std::string> answer(player& p, operation const& o, values& v);
  /// Leads an exchange from its command to the status that ends it, which it leaves for the script to hear. Nothing, or
  /// what was wrong with a challenge, or that the server was content without having proved itself.
  std::optional<std::string> lead(stage& s, player& p);

 private:
  struct exchange {
    std::string_view name;
    session::credentials who;
    bool at_once = false;  ///< the first response goes along with the command
    std::unique_ptr<session::sasl_exchange> machine;
    std::size_t said = 0;
  };
  std::map<player const*, exchange> under_way_;
};

}  // namespace mailrig::scenario
