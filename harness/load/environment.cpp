// environment: see environment.hpp.
#include "load/environment.hpp"

#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <thread>

#include "load/linux_machine.hpp"
#include "load/octets.hpp"
#include "load/span.hpp"

namespace mailrig::load {
namespace {

std::string build_of_this() {
#ifdef NDEBUG
  std::string out = "release";
#else
  std::string out = "debug, with assertions";
#endif
#ifndef __OPTIMIZE__
  out += ", not optimised";
#endif
#ifdef __SANITIZE_ADDRESS__
  out += ", with sanitizers";
#endif
  return out;
}

std::string compiler_of_this() {
#ifdef __clang__
  return fmt::format("clang {}.{}.{}", __clang_major__, __clang_minor__, __clang_patchlevel__);
#elif defined(__GNUC__)
  return fmt::format("gcc {}.{}.{}", __GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__);
#else
  return "another";
#endif
}

std::string kernel_of_this() {
  utsname u{};
  return uname(&u) == 0 ? fmt::format("{} {} {}", u.sysname, u.release, u.machine) : std::string();
}

std::string sizes_in_words(double mean, double median, double most) {
  return fmt::format(", of {} on average (median {}, at most {})", octets_in_words(mean), octets_in_words(median),
                     octets_in_words(most));
}

std::string line_in_words(device_kind const& d) {
  auto const& l = d.link;
  auto const& f = d.failures;
  auto const speed = [](std::uint64_t n) { return n ? octets_in_words(double(n)) : "any"; };
  auto out = d.name + " on a line of ";
  out += l.slow() ? fmt::format("{} down, {} up a second, {} each way", speed(l.down), speed(l.up), written(l.delay))
                  : "any speed";
  if (l.jitter.count() > 0) out += fmt::format(" and up to {} more", written(l.jitter));
  if (l.loss > 0) out += fmt::format(", {:.3g} % of segments lost", 100 * l.loss);
  if (f.forget_idle.count() > 0)
    out += fmt::format(", which forgets by {} who is silent for {}", f.forgets_by_reset ? "a reset" : "silence",
                       written(f.forget_idle));
  if (f.blackhole > 0)
    out += fmt::format(", {:.3g} % of connections go dark after {} on average", 100 * f.blackhole,
                       written(f.blackhole_after));
  return out;
}

bool uses(plan const& p, history::protocol proto) {
  if (!p.who) return true;
  return std::ranges::any_of(p.who->devices, [&](auto const& d) { return d.proto == proto; });
}

}  // namespace

std::string network_of(plan const& p) {
  std::set<std::string> parts;
  for (auto const* at : {&p.where->imap, &p.where->pop3}) {
    if (!*at) continue;
    auto const& where = (*at)->at;
    parts.insert(where.host == "memory"         ? "within the process"
                 : net::is_loopback(where.host) ? "loopback"
                                                : "a network, to " + where.host);
    if (where.proxy != net::proxy_form::none)
      parts.insert(where.proxy == net::proxy_form::v1 ? "with a PROXY header (version 1)"
                                                      : "with a PROXY header (version 2)");
  }
  std::vector<std::string> all(parts.begin(), parts.end());
  if (p.who) {
    for (auto const& d : p.who->devices)
      if (d.link.slow() || d.failures.any()) all.push_back(line_in_words(d));
    if (p.who->lines.tls_resume)
      all.push_back(
          fmt::format("{:.3g} % of TLS connections resume an earlier session", 100 * *p.who->lines.tls_resume));
  }
  return fmt::format("{}", fmt::join(all, "; "));
}

std::string mailboxes_of(plan const& p, bool as_it_is) {
  if (!p.who) return "as the scenario makes them";
  auto const& s = p.who->sizes;
  auto const usual = sizes_in_words(double(s.mean), double(s.median), double(s.most));
  auto const coming = p.who->arrivals_per_day > 0
                          ? fmt::format(", {:.3g} a day come for each user", p.who->arrivals_per_day * p.factor)
                          : std::string();
  if (as_it_is) return "as they lay there" + (coming.empty() ? "" : coming + usual);
  if (auto const& lies = p.who->fill)
    return fmt::format("{} messages in {} mailboxes of each of {} accounts at the start", lies->messages,
                       fill_of(*p.who).boxes().size(), p.users) +
           sizes_in_words(lies->sizes.mean(), double(lies->sizes.at(0.5)), double(lies->sizes.most())) +
           (coming.empty() ? "" : coming + usual);
  auto out = fmt::format("{} messages in each of {} inboxes at the start", p.who->mailbox, p.users) + coming;
  if (p.who->mailbox > 0 || !coming.empty()) out += usual;
  return out;
}

environment describe_environment(plan const& p, std::string version, bool as_it_is) {
  environment out;
  out.version = std::move(version);
  out.build = build_of_this();
  out.compiler = compiler_of_this();
  out.processor = processor_model();
  out.kernel = kernel_of_this();
  out.cores = std::thread::hardware_concurrency();
  auto const pages = sysconf(_SC_PHYS_PAGES);
  if (pages > 0) out.memory = std::uint64_t(pages) * std::uint64_t(sysconf(_SC_PAGESIZE));
  out.network = network_of(p);
  out.mailboxes = mailboxes_of(p, as_it_is);
  out.server = identify_server(*p.where, 0, uses(p, history::protocol::imap), uses(p, history::protocol::pop3));
  return out;
}

std::vector<std::pair<std::string, std::string>> environment::facts() const {
  std::vector<std::pair<std::string, std::string>> all{
      {"mailrig", fmt::format("{} ({}, {})", version, build, compiler)},
      {"machine",
       fmt::format("{} cores{}, {:.3g} GB", cores, processor.empty() ? "" : " of " + processor, double(memory) / 1e9)},
      {"kernel", kernel},
      {"network", network},
      {"mailboxes", mailboxes}};
  for (auto const& s : server) {
    all.emplace_back(s.protocol + ".greeting", s.greeting);
    all.emplace_back(s.protocol + ".identification", s.identification);
    all.emplace_back(s.protocol + ".tls", s.tls.empty() ? "none" : s.tls);
    all.emplace_back(s.protocol + ".login", s.mechanism);
    all.emplace_back(s.protocol + ".trouble", s.trouble);
  }
  std::erase_if(all, [](auto const& f) { return f.second.empty(); });
  return all;
}

}  // namespace mailrig::load
