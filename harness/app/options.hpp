// options: what a subcommand declares on the command line. CLI11 reads it, which costs whoever includes it ten seconds
// to compile: of the files that declare options, none does.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace mailrig::app {

/// One option or word, to say more of. Lives as long as the command line, as do all of these.
class option {
 public:
  explicit option(CLI::Option& o) : inside_(&o) {}
  option required();
  /// Help says what it is without.
  option shows_default();
  /// Of several values: each has the option's name before it.
  option one_at_a_time();
  option within(double least, double most);
  option within(int least, int most);
  option one_of(std::vector<std::string> words);
  option existing_file();
  /// What read_duration() takes.
  option time();
  /// A number within these bounds as it is written; "nan" is none.
  option number(double least, double most);
  /// 500M, 4GB: octets.
  option octets();
  /// Help and completion do not show it.
  option hidden();
  /// The command line had it.
  bool given() const;

 private:
  CLI::Option* inside_;
};

class options {
 public:
  explicit options(CLI::App& of) : inside_(&of) {}

  /// "-o,--out", or a word's name without dashes. The value is kept in `to`, which outlives the command line.
  option add_option(std::string const& names, std::string& to, std::string const& help = {});
  option add_option(std::string const& names, std::vector<std::string>& to, std::string const& help);
  option add_option(std::string const& names, double& to, std::string const& help);
  option add_option(std::string const& names, int& to, std::string const& help = {});
  option add_option(std::string const& names, unsigned& to, std::string const& help = {});
  option add_option(std::string const& names, std::uint64_t& to, std::string const& help = {});
  option add_option(std::string const& names, std::int64_t& to, std::string const& help = {});
  option add_flag(std::string const& names, bool& to, std::string const& help);
  /// A subcommand of this one, of which one must be named.
  options add_subcommand(std::string const& name, std::string const& summary);
  /// What stands below the options: examples, exit codes.
  void footer(std::string const& text);
  /// Help and completion do not show it.
  void hide();
  /// Called when all options of this subcommand are read.
  void when_read(std::function<void()> then);
  /// The same, before what is given to when_read(); several, in order.
  void mend(std::function<void()> then);

 private:
  CLI::App* inside_;
  std::shared_ptr<std::vector<std::function<void()>>> mends_ = std::make_shared<std::vector<std::function<void()>>>();
};

}  // namespace mailrig::app
