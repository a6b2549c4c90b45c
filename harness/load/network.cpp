// network: see network.hpp.
#include "load/network.hpp"

#include "base/text.hpp"
#include "load/octets.hpp"

namespace mailrig::load {

void read_line(scenario::toml_table& t, net::link_speed& link, net::line_failures& failures) {
  for (auto [key, to] : {std::pair{"down", &link.down}, {"up", &link.up}})
    t.words(key, "octets a second", "\"125k\": octets a second", *to, read_octets);
  t.words("delay", "one way", "\"40ms\": one way", link.delay, base::read_duration);
  t.words("jitter", "up to so much more", "\"20ms\": up to so much more", link.jitter, base::read_duration);
  if (auto const v = t.number("loss", "share of segments that are lost and sent again", 0, 0.5)) link.loss = *v;
  t.words("forget_idle", "silence after which a NAT has forgotten the connection", "\"5m\": of silence",
          failures.forget_idle, base::read_duration);
  auto const answer = t.choice("forgets_by", "how what is said then is answered", {"silence", "reset"});
  if (t.has("forgets_by")) failures.forgets_by_reset = answer == "reset";
  if (auto const v = t.number("blackhole", "share of connections whose line goes dark", 0, 1)) failures.blackhole = *v;
  t.words("blackhole_after", "the mean of when", "\"1m\": after its beginning", failures.blackhole_after,
          base::read_duration);
}

network read_network(scenario::toml_table& root) {
  network out;
  auto t = root.table("network", "what lies between the users and the server");
  read_line(t, out.link, out.failures);
  out.tls_resume = t.number("tls_resume", "share of connections that resume an earlier TLS session", 0, 1);
  return out;
}

base::result<net::tls_context> trust_of(net::tls_options of_target, network const& n) {
  if (n.tls_resume) of_target.resume = *n.tls_resume;
  return net::tls_context::client(of_target);
}

}  // namespace mailrig::load
