// argument_round: each kind of argument, in each command that takes it, changed for each of what is nearly right there:
// in turn and not by chance, so that few inputs have met each oddity, and some more each with every command.
#pragma once

#include "stress/fuzz/input.hpp"

namespace mailrig::stress {

class argument_round {
 public:
  explicit argument_round(grammar const& words);

  /// A command whose one argument is what it says.
  struct turn {
    std::string line;      ///< as a scenario's line says it
    std::string argument;  ///< within it
    bool odd = false;      ///< not of the grammar
    bool is_name = false;  ///< of a mailbox, which is made before
  };
  turn at(std::uint64_t number, base::rng& random) const;
  /// So many turns say each argument once; so many say each in every place that it may have.
  std::uint64_t first_round() const;
  std::uint64_t all_rounds() const;

  /// The n-th few turns by one session, each with what shows how the server took it.
  input one(std::uint64_t number, base::rng& random) const;

 private:
  /// A form, and which of the symbols in it is followed.
  struct step {
    std::string_view form;
    std::size_t which;
  };
  using place = std::vector<step>;  ///< from a command down to the argument
  struct kind {
    std::vector<place> places;
    std::vector<std::string_view> right, odd;
    bool is_name = false;
    std::size_t forms() const { return right.size() + odd.size(); }
  };

  std::vector<place> places_of(std::string_view symbol) const;
  std::vector<std::string_view> plain_forms(std::string_view symbol) const;
  std::string command(place const& p, std::size_t depth, std::string const& argument, base::rng& random) const;

  grammar const& words_;
  std::vector<kind> kinds_;
};

}  // namespace mailrig::stress
