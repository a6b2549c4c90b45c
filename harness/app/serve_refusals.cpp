// serve_refusals: see serve_refusals.hpp.
#include "app/serve_refusals.hpp"

#include <fmt/format.h>

#include <tuple>

#include "base/text.hpp"

namespace mailrig::app {

void serve_refusals::declare(options& c) {
  c.add_option("--limit-connections", connections, "greets more than so many by BYE, -ERR").within(1, 100000);
  c.add_option("--limit-connections-per-user", connections_per_user,
               "answers further logins of a user with NO [LIMIT], -ERR [SYS/TEMP]")
      .within(1, 100000);
  c.add_option("--unavailable-every", unavailable_every,
               "answers each so-manieth login with NO [UNAVAILABLE], -ERR [SYS/TEMP]")
      .within(1, 1000000);
  c.add_option("--tar-pit", tar_pit, "lets who gives a wrong password wait, e.g. 500ms");
  c.add_option("--bye-after", bye_after, "dismisses who says nothing for so long, e.g. 3s");
}

base::result<embedded::refusal_policy> serve_refusals::read() const {
  embedded::refusal_policy out;
  out.connections = connections;
  out.connections_per_user = connections_per_user;
  out.unavailable_every = unavailable_every;
  for (auto const& [option, text, to] :
       {std::tuple{"--tar-pit", &tar_pit, &out.failed_login}, {"--bye-after", &bye_after, &out.silence}}) {
    if (text->empty()) continue;
    auto const d = base::read_duration(*text);
    if (!d) return base::fault{0, option, fmt::format("{} takes a time, e.g. 500ms, not '{}'", option, *text)};
    *to = *d;
  }
  return out;
}

}  // namespace mailrig::app
