// run: see run.hpp.
#include "load/run.hpp"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <iostream>
#include <thread>

#include "base/child_process.hpp"
#include "load/assembly.hpp"
#include "load/exchange.hpp"

namespace mailrig::load {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

json written(crew_result const& r) {
  json findings = json::array();
  for (auto const& f : r.findings) findings.push_back(to_json(f));
  return {{"figures", to_json(r.figures)}, {"findings", findings}, {"dropped", r.findings_dropped},
          {"turned_away", r.turned_away},  {"cpu", r.cpu},         {"cpu_sum", r.cpu_sum},
          {"trouble", r.trouble}};
}

crew_result crew_result_of(json const& j) {
  crew_result out;
  out.figures = tally_of(j.at("figures"));
  for (auto const& f : j.at("findings")) out.findings.push_back(finding_of(f));
  out.findings_dropped = j.at("dropped").get<std::size_t>();
  out.turned_away = j.at("turned_away").get<std::uint64_t>();
  out.cpu = j.at("cpu").get<double>();
  out.cpu_sum = j.at("cpu_sum").get<double>();
  out.trouble = j.at("trouble").get<std::string>();
  return out;
}

std::vector<crew_result> run_threads(plan const& p, net::tls_context const& trust, base::instant began,
                                     pulse_sink& pulses, std::atomic<bool> const& interrupted) {
  std::vector<crew_result> out(p.threads);
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < p.threads; ++t)
    threads.emplace_back([&, t] {
      out[t] = work(p, p.mine.index * p.threads + t, p.mine.of * p.threads, trust, began, pulses, interrupted);
    });
  for (auto& t : threads) t.join();
  return out;
}

/// A worker process and the lines that it prints.
class worker {
 public:
  worker(std::vector<std::string> command, std::int64_t began) {
    command.push_back("--begin-at");
    command.push_back(std::to_string(began));
    (void)process_.start({.command = std::move(command), .program = "/proc/self/exe"});
  }
  /// Reads to the end; blocks.
  crew_result listen(pulse_sink& pulses) {
    crew_result result;
    result.trouble = "a worker process ended before its time";
    for (std::string line; process_.read_line(line);) {
      auto const j = json::parse(line, nullptr, false);
      if (j.is_discarded()) continue;
      if (j.contains("pulse")) pulses.take(pulse_of(j["pulse"]));
      if (j.contains("result")) result = crew_result_of(j["result"]);
    }
    return result;
  }
  void interrupt() const { process_.signal(SIGINT); }

 private:
  base::child_process process_;
};

std::int64_t steady_epoch() {
  auto const now = std::chrono::steady_clock::now().time_since_epoch();
  return (now - base::now()).count();
}

std::vector<crew_result> run_processes(run_options const& o, base::instant began, pulse_sink& pulses,
                                       std::atomic<bool> const& interrupted) {
  std::vector<std::unique_ptr<worker>> workers;
  for (auto const& command : o.processes)
    workers.push_back(std::make_unique<worker>(command, steady_epoch() + began.count()));
  std::vector<crew_result> out(workers.size());
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < workers.size(); ++i)
    threads.emplace_back([&, i] { out[i] = workers[i]->listen(pulses); });
  std::atomic<bool> over{false};
  std::thread messenger([&] {
    for (bool told = false; !over; std::this_thread::sleep_for(50ms))
      if (interrupted && !told) {
        told = true;
        for (auto const& w : workers) w->interrupt();
      }
  });
  for (auto& t : threads) t.join();
  over = true;
  messenger.join();
  return out;
}

}  // namespace

std::string lacks_descriptors(plan const& p, std::size_t processes) {
  double each = 0;
  for (auto const& d : p.who->devices) each += d.per_user * (d.stays == presence::session ? d.connections : 0.2);
  auto const users = double(p.concurrency > 0 ? p.concurrency : p.users);
  auto const needed = std::size_t(users * each / double(std::max<std::size_t>(1, processes))) + 300;
  auto const limit = descriptor_limit();
  if (needed <= limit) return {};
  return fmt::format("a process would need {} descriptors and may open {}: use --processes {}", needed, limit,
                     std::size_t(users * each / double(limit - 300)) + 1);
}

base::result<load_record> execute(plan const& p, run_options const& o, std::atomic<bool> const& interrupted) {
  auto const trust = net::tls_context::client(p.where->tls);
  if (!trust) return trust.error();
  // Workers need a moment to start and to read their profile.
  auto const lead = o.processes.empty() ? 50ms : 500ms + 100ms * std::int64_t(o.processes.size());
  assembly all(p, o, o.processes.empty() ? p.threads : o.processes.size(), lead);
  auto results = o.processes.empty() ? run_threads(p, *trust, all.began(), all.pulses(), interrupted)
                                     : run_processes(o, all.began(), all.pulses(), interrupted);
  return all.finish(std::move(results), interrupted);
}

int work_as_process(plan const& p, std::int64_t began, std::atomic<bool> const& interrupted) {
  auto const trust = net::tls_context::client(p.where->tls);
  if (!trust) return std::cerr << "mailrig: " << trust.error().text << '\n', 4;
  series all(p.threads, [](pulse one) { std::cout << json{{"pulse", to_json(one)}}.dump() << std::endl; });
  auto results = run_threads(p, *trust, base::instant(began - steady_epoch()), all, interrupted);
  all.end();
  auto const mine = put_together(std::move(results));
  std::cout << json{{"result", written(mine)}}.dump() << std::endl;
  return 0;
}

}  // namespace mailrig::load
