// options: see options.hpp.
#include "app/options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>

#include "base/text.hpp"

namespace mailrig::app {

option option::required() { return inside_->required(), *this; }
option option::shows_default() { return inside_->capture_default_str(), *this; }
option option::one_at_a_time() { return inside_->allow_extra_args(false), *this; }
option option::within(double least, double most) { return inside_->check(CLI::Range(least, most)), *this; }
option option::within(int least, int most) { return inside_->check(CLI::Range(least, most)), *this; }
option option::one_of(std::vector<std::string> words) { return inside_->check(CLI::IsMember(std::move(words))), *this; }
option option::existing_file() { return inside_->check(CLI::ExistingFile), *this; }
option option::octets() {
  inside_->transform(CLI::AsSizeValue(false));
  // What is put in front is asked first.
  inside_->transform(CLI::Validator(
      [](std::string& text) {
        return text.starts_with('-') ? "'" + text + "' is no size such as 500M or 4GB" : std::string();
      },
      ""));
  return *this;
}
option option::hidden() { return inside_->group(""), *this; }
bool option::given() const { return inside_->count() > 0; }

option option::time() {
  inside_->check(CLI::Validator(
      [](std::string& text) {
        return base::read_duration(text) ? std::string() : "'" + text + "' is no time such as 250ms, 30s, 10m or 8h";
      },
      "TIME"));
  return *this;
}

option option::number(double least, double most) {
  inside_->check(CLI::Validator(
      [least, most](std::string& text) {
        double v = 0;
        auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), v);
        bool const good = error == std::errc() && end == text.data() + text.size() && v >= least && v <= most;
        return good ? std::string() : fmt::format("'{}' is no number from {:g} to {:g}", text, least, most);
      },
      fmt::format("NUMBER from {:g} to {:g}", least, most)));
  return *this;
}

namespace {

/// CLI11 takes -5 for 18446744073709551611, and what is greater for the greatest.
CLI::Option& whole(CLI::Option& o) {
  o.check(CLI::Validator(
      [](std::string& text) {
        return base::number(text) ? std::string() : "'" + text + "' is no whole number from 0 to 18446744073709551615";
      },
      ""));
  return o;
}

}  // namespace

option options::add_option(std::string const& names, std::string& to, std::string const& help) {
  return option(*inside_->add_option(names, to, help));
}
option options::add_option(std::string const& names, std::vector<std::string>& to, std::string const& help) {
  return option(*inside_->add_option(names, to, help));
}
option options::add_option(std::string const& names, double& to, std::string const& help) {
  return option(*inside_->add_option(names, to, help));
}
option options::add_option(std::string const& names, int& to, std::string const& help) {
  return option(*inside_->add_option(names, to, help));
}
option options::add_option(std::string const& names, unsigned& to, std::string const& help) {
  return option(whole(*inside_->add_option(names, to, help)));
}
option options::add_option(std::string const& names, std::uint64_t& to, std::string const& help) {
  return option(whole(*inside_->add_option(names, to, help)));
}
option options::add_option(std::string const& names, std::int64_t& to, std::string const& help) {
  return option(*inside_->add_option(names, to, help));
}
option options::add_flag(std::string const& names, bool& to, std::string const& help) {
  return option(*inside_->add_flag(names, to, help));
}

options options::add_subcommand(std::string const& name, std::string const& summary) {
  inside_->require_subcommand(1);
  return options(*inside_->add_subcommand(name, summary));
}

void options::footer(std::string const& text) { inside_->footer(text); }
void options::hide() { inside_->group(""); }
void options::when_read(std::function<void()> then) { inside_->callback(std::move(then)); }

void options::mend(std::function<void()> then) {
  mends_->push_back(std::move(then));
  inside_->parse_complete_callback([all = mends_] {
    for (auto const& one : *all) one();
  });
}

}  // namespace mailrig::app
