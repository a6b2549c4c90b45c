// environment: see environment.hpp.
#include "load/environment.hpp"

#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <thread>

#include "load/linux_machine.hpp"
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

std::string octets_in_words(double n) {
  return n >= 1e6   ? fmt::format("{:.3g} MB", n / 1e6)
         : n >= 1e3 ? fmt::format("{:.3g} kB", n / 1e3)
                    : fmt::format("{:.0f} B", n);
}

std::string mailboxes_of(plan const& p) {
  if (!p.who) return "as the scenario makes them";
  auto const& s = p.who->sizes;
  auto const sizes = fmt::format("of {} on average (median {}, at most {})", octets_in_words(double(s.mean)),
                                 octets_in_words(double(s.median)), octets_in_words(double(s.most)));
  auto out = fmt::format("{} messages in each of {} inboxes at the start", p.who->mailbox, p.users);
  if (p.who->arrivals_per_day > 0)
    out += fmt::format(", {:.3g} a day come for each user", p.who->arrivals_per_day * p.factor);
  if (p.who->mailbox > 0 || p.who->arrivals_per_day > 0) out += ", " + sizes;
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
  if (p.who)
    for (auto const& d : p.who->devices)
      if (d.link.slow())
        all.push_back(fmt::format("{} on a line of {} down, {} up a second, {} each way", d.name,
                                  d.link.down ? octets_in_words(double(d.link.down)) : "any",
                                  d.link.up ? octets_in_words(double(d.link.up)) : "any", written(d.link.delay)));
  return fmt::format("{}", fmt::join(all, "; "));
}

environment describe_environment(plan const& p, std::string version) {
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
  out.mailboxes = mailboxes_of(p);
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
