// command_options: see command_options.hpp.
#include "app/command_options.hpp"

#include "app/data.hpp"

namespace mailrig::app {

void add_embedded(CLI::App& c, std::string& defect, std::vector<std::string>& latitudes) {
  c.add_option("--defect", defect, "switch a deliberate mistake of the embedded server on (`mailrig list defects`)");
  c.add_option("--latitude", latitudes,
               "what few servers do though RFCs permit it (`mailrig list latitudes`); repeatable; all: whatever goes "
               "together; mix:SEED: some of them")
      ->allow_extra_args(false);
}

void add_server(CLI::App& c, std::string& target, std::string& defect, std::vector<std::string>& latitudes) {
  target = default_target();
  auto* option =
      c.add_option("-t,--target", target,
                   "embedded, a server of `mailrig list servers`, a TOML file (`mailrig explain target`), or a URL: "
                   "imaps://user@host, with the password in MAILRIG_PASSWORD")
          ->capture_default_str();
  add_embedded(c, defect, latitudes);
  c.parse_complete_callback([&, option] {
    if ((!defect.empty() || !latitudes.empty()) && option->count() == 0) target = "embedded";
  });
}

void add_level(CLI::App& c, std::string& level) {
  c.add_option("--level", level,
               "weakest requirement that counts: must, prose (described without a key word), should or may")
      ->check(CLI::IsMember({"must", "prose", "should", "may"}))
      ->capture_default_str();
}

void add_seed(CLI::App& c, std::uint64_t& seed) {
  c.add_option("--seed", seed, "decides every random choice")->capture_default_str();
}

void add_destructive(CLI::App& c, bool& allowed) {
  c.add_flag("--allow-destructive", allowed, "mail that lies in the accounts may be deleted");
}

}  // namespace mailrig::app
