// command_options: see command_options.hpp.
#include "app/command_options.hpp"

#include <functional>
#include <memory>

#include "app/data.hpp"
#include "base/text.hpp"

namespace mailrig::app {
namespace {

struct extension_choice {
  std::vector<std::string> without, only;
};

/// The options of the embedded server; what is to be done once they have been read.
std::function<void()> declare_embedded(options& c, std::string& defect, std::vector<std::string>& latitudes) {
  c.add_option("--defect", defect, "switch a deliberate mistake of the embedded server on (`mailrig list defects`)");
  c.add_option("--latitude", latitudes,
               "what few servers do though RFCs permit it (`mailrig list latitudes`); repeatable; all: whatever goes "
               "together; mix:SEED: some of them")
      .one_at_a_time();
  auto const choice = std::make_shared<extension_choice>();
  c.add_option("--without", choice->without,
               "an extension that the embedded server does not offer (`mailrig list extensions`); repeatable")
      .one_at_a_time();
  c.add_option("--only", choice->only, "the only extensions that it offers: A,B; none: RFC 3501 alone").one_at_a_time();
  return [choice, &latitudes] {
    for (auto const& name : choice->without) latitudes.push_back("without:" + name);
    for (auto const& names : choice->only)
      for (auto const name : base::split(names, ',')) latitudes.push_back("only:" + std::string(name));
    *choice = {};
  };
}

}  // namespace

void add_embedded(options& c, std::string& defect, std::vector<std::string>& latitudes) {
  c.mend(declare_embedded(c, defect, latitudes));
}

void add_server(options& c, std::string& target, std::string& defect, std::vector<std::string>& latitudes) {
  target = default_target();
  auto const named =
      c.add_option("-t,--target", target,
                   "embedded, a server of `mailrig list servers`, a TOML file (`mailrig explain target`), or a URL: "
                   "imaps://user@host, with the password in MAILRIG_PASSWORD")
          .shows_default();
  auto const choose = declare_embedded(c, defect, latitudes);
  c.mend([&, named, choose] {
    choose();
    if ((!defect.empty() || !latitudes.empty()) && !named.given()) target = "embedded";
  });
}

void add_level(options& c, std::string& level) {
  c.add_option("--level", level,
               "weakest requirement that counts: must, prose (described without a key word), should or may")
      .one_of({"must", "prose", "should", "may"})
      .shows_default();
}

void add_seed(options& c, std::uint64_t& seed) {
  c.add_option("--seed", seed, "decides every random choice").shows_default();
}

void add_destructive(options& c, bool& allowed) {
  c.add_flag("--allow-destructive", allowed, "mail that lies in the accounts may be deleted");
}

void add_spread(options& c, bool& spread) {
  c.add_flag("--spread", spread,
             "the sessions of one scenario connect to the target's endpoints in turn: what is done at one is seen at "
             "the others");
}

}  // namespace mailrig::app
