// argument_round: see argument_round.hpp.
#include "stress/fuzz/argument_round.hpp"

#include <fmt/format.h>

#include <deque>
#include <set>

#include "stress/fuzz/settle.hpp"

namespace mailrig::stress {

using history::protocol;

namespace {

constexpr std::uint64_t turns_of_an_input = 5;

std::vector<std::string_view> symbols_in(std::string_view form) {
  std::vector<std::string_view> out;
  with_symbols(form, [&](std::size_t, std::string_view symbol) {
    out.push_back(symbol);
    return std::string();
  });
  return out;
}

/// What one session says, with what is needed to see what became of it.
class speech {
 public:
  speech(input& to, base::rng& random) : to_(to), random_(random) {}

  void say_turn(argument_round::turn const& t) {
    if (t.is_name) say_line("CREATE " + t.argument, t.odd);
    say_line(t.line, t.odd);
    if (!t.is_name) return;
    for (auto const* look : {"LIST \"\" *", "LSUB \"\" *"}) to_.steps.push_back(say(0, look));
    say_line("DELETE " + t.argument, t.odd);
    to_.steps.push_back(say(0, "SELECT INBOX"));
  }

 private:
  bool imap() const { return to_.proto == protocol::imap; }

  void say_line(std::string const& line, bool odd) {
    if (!odd) return to_.steps.push_back(say(0, line));
    auto const text = octets_of_line(line, imap() ? fmt::format("o{}", random_.below(1000)) : "");
    to_.steps.push_back(octets(0, text));
    if (!leaves_nothing_open(text, to_.proto)) return come_again();
    if (imap()) to_.steps.push_back(say(0, "NOOP"));
  }

  /// The server may wait for more, so that what came next would not be heard as a command.
  void come_again() {
    to_.steps.push_back(wait(std::chrono::milliseconds(20)));
    to_.steps.push_back(act(0, "drop"));
    if (!imap()) to_.steps.push_back(wait(std::chrono::milliseconds(20)));
    to_.steps.push_back(act(0, "try-login"));
    if (imap()) to_.steps.push_back(say(0, "SELECT INBOX"));
  }

  input& to_;
  base::rng& random_;
};

}  // namespace

argument_round::argument_round(grammar const& words) : words_(words) {
  for (auto const& a : words.arguments()) {
    kind k{places_of(a.symbol), words.forms(a.symbol), plain_forms(a.odd), a.is_name};
    if (!k.places.empty()) kinds_.push_back(std::move(k));
  }
}

/// By each command the shortest way to each form that has such an argument.
std::vector<argument_round::place> argument_round::places_of(std::string_view symbol) const {
  std::vector<place> out;
  std::set<std::string_view> begun;
  for (auto const command : words_.forms("command")) {
    if (!begun.insert(command).second) continue;
    std::set<std::string_view> followed;
    std::deque<place> left{{{command, 0}}};
    while (!left.empty()) {
      auto way = std::move(left.front());
      left.pop_front();
      auto const symbols = symbols_in(way.back().form);
      for (std::size_t i = 0; i < symbols.size(); ++i) {
        way.back().which = i;
        if (symbols[i] == symbol) out.push_back(way);
        if (!followed.insert(symbols[i]).second) continue;
        for (auto const next : words_.forms(symbols[i])) {
          left.push_back(way);
          left.back().push_back({next, 0});
        }
      }
    }
  }
  return out;
}

/// A form that is another symbol stands for that one's forms.
std::vector<std::string_view> argument_round::plain_forms(std::string_view symbol) const {
  std::vector<std::string_view> out;
  for (auto const form : words_.forms(symbol)) {
    auto const symbols = symbols_in(form);
    bool const is_symbol = symbols.size() == 1 && form.size() == symbols[0].size() + 2;
    auto const within = is_symbol ? plain_forms(symbols[0]) : std::vector<std::string_view>();
    if (within.empty()) out.push_back(form);
    out.insert(out.end(), within.begin(), within.end());
  }
  return out;
}

std::string argument_round::command(place const& p, std::size_t depth, std::string const& argument,
                                    base::rng& random) const {
  return with_symbols(p[depth].form, [&](std::size_t which, std::string_view symbol) {
    if (which != p[depth].which) return words_.derive(symbol, random);
    return depth + 1 == p.size() ? argument : command(p, depth + 1, argument, random);
  });
}

argument_round::turn argument_round::at(std::uint64_t number, base::rng& random) const {
  auto const& k = kinds_[number % kinds_.size()];
  auto const n = number / kinds_.size();
  auto const form = n % k.forms();
  turn out;
  out.odd = form >= k.right.size();
  out.is_name = k.is_name;
  out.argument = words_.write(out.odd ? k.odd[form - k.right.size()] : k.right[form], random);
  out.line = command(k.places[(n / k.forms() + form) % k.places.size()], 0, out.argument, random);
  return out;
}

std::uint64_t argument_round::first_round() const {
  std::size_t most = 0;
  for (auto const& k : kinds_) most = std::max(most, k.forms());
  return most * kinds_.size();
}

std::uint64_t argument_round::all_rounds() const {
  std::size_t most = 0;
  for (auto const& k : kinds_) most = std::max(most, k.forms() * k.places.size());
  return most * kinds_.size();
}

input argument_round::one(std::uint64_t number, base::rng& random) const {
  input out;
  out.proto = words_.proto();
  out.odd = true;
  enter(out, 0);
  speech to(out, random);
  for (std::uint64_t i = 0; i < turns_of_an_input; ++i) to.say_turn(at(number * turns_of_an_input + i, random));
  return out;
}

}  // namespace mailrig::stress
