// run: see run.hpp.
#include "load/run.hpp"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <array>
#include <iostream>
#include <thread>

#include "base/child_process.hpp"
#include "base/own_program.hpp"
#include "load/assembly.hpp"
#include "load/exchange.hpp"
#include "load/machine.hpp"

namespace mailrig::load {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

json as_json(worker_result const& r) {
  json findings = json::array();
  for (auto const& f : r.findings) findings.push_back(to_json(f));
  return {{"figures", to_json(r.figures)},
          {"endpoints", to_json(r.endpoints)},
          {"findings", findings},
          {"dropped", r.findings_dropped},
          {"turned_away", r.turned_away},
          {"asked", {r.asked.sessions, r.asked.deliveries, r.asked.acts, r.asked.sum}},
          {"cpu", r.cpu},
          {"cpu_sum", r.cpu_sum},
          {"segments", {r.segments.sent, r.segments.sent_again, r.segments.known}},
          {"trouble", r.trouble}};
}

worker_result worker_result_of(json const& j) {
  worker_result out;
  out.figures = tally_of(j.at("figures"));
  if (j.contains("endpoints")) out.endpoints = tally_of(j["endpoints"]);
  for (auto const& f : j.at("findings")) out.findings.push_back(finding_of(f));
  out.findings_dropped = j.at("dropped").get<std::size_t>();
  out.turned_away = j.at("turned_away").get<std::uint64_t>();
  auto const asked = j.at("asked").get<std::array<std::uint64_t, 4>>();
  out.asked = {asked[0], asked[1], asked[2], asked[3]};
  out.cpu = j.at("cpu").get<double>();
  out.cpu_sum = j.at("cpu_sum").get<double>();
  auto const& segments = j.at("segments");
  out.segments = {segments.at(0).get<std::uint64_t>(), segments.at(1).get<std::uint64_t>(), segments.at(2).get<bool>()};
  out.trouble = j.at("trouble").get<std::string>();
  return out;
}

std::vector<worker_result> run_threads(plan const& p, net::tls_context const& trust, base::instant began,
                                       interval_sink& intervals, std::atomic<bool> const& interrupted) {
  unsigned const first = p.mine.index * p.threads;
  population const all(*p.who, p.users, p.mine.of * p.threads, p.ours);
  std::vector<worker_result> out(p.threads);
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < p.threads; ++t)
    threads.emplace_back([&, t] {
      try {
        out[t] = run_worker(p, all, first + t, trust, began, intervals, interrupted);
      } catch (std::exception const& e) {
        out[t].trouble = fmt::format("the rig failed: {}", e.what());
      }
    });
  for (auto& t : threads) t.join();
  return out;
}

/// A worker process and the lines that it prints.
class worker_process {
 public:
  worker_process(std::vector<std::string> command, int input, std::int64_t began) {
    command.push_back("--begin-at");
    command.push_back(std::to_string(began));
    (void)process_.start(
        {.command = std::move(command), .program = base::own_program(), .input = input, .signal_at_our_end = SIGTERM});
  }
  /// Reads to the end; blocks.
  worker_result listen(interval_sink& intervals) {
    worker_result result;
    result.trouble = "a worker process ended before its time";
    for (std::string line; process_.read_line(line);) {
      auto const j = json::parse(line, nullptr, false);
      if (j.is_discarded()) continue;
      if (j.contains("interval")) intervals.take(interval_of(j["interval"]));
      if (j.contains("result")) result = worker_result_of(j["result"]);
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

std::vector<worker_result> run_processes(run_options const& o, base::instant began, interval_sink& intervals,
                                         std::atomic<bool> const& interrupted) {
  std::vector<std::unique_ptr<worker_process>> workers;
  for (auto const& command : o.processes)
    workers.push_back(std::make_unique<worker_process>(command, o.input, steady_epoch() + began.count()));
  std::vector<worker_result> out(workers.size());
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < workers.size(); ++i)
    threads.emplace_back([&, i] {
      try {
        out[i] = workers[i]->listen(intervals);
      } catch (std::exception const& e) {
        out[i].trouble = fmt::format("what a worker process told cannot be read: {}", e.what());
      }
    });
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
  auto const users = double(p.concurrency > 0 ? p.concurrency : p.users) / double(p.ours.of);
  auto const needed = std::size_t(users * each / double(std::max<std::size_t>(1, processes))) + 300;
  auto const limit = descriptor_limit();
  if (needed <= limit) return {};
  return fmt::format("a process would need {} descriptors and may open {}: use --processes {}", needed, limit,
                     std::size_t(users * each / double(limit - 300)) + 1);
}

base::result<base::instant> agreed_beginning(run_options const& o, base::duration lead) {
  if (o.begins) return o.begins(lead);
  return base::now() + lead;
}

base::result<load_record> execute(plan const& p, run_options const& o, std::atomic<bool> const& interrupted) {
  auto const trust = trust_of(p.where->tls, p.who->lines);
  if (!trust) return trust.error();
  // Workers need a moment to start and to read their profile.
  base::duration const lead = o.processes.empty() ? 50ms : 500ms + 100ms * std::int64_t(o.processes.size());
  auto const agreed = agreed_beginning(o, lead);
  if (!agreed) return agreed.error();
  assembly all(p, o, o.processes.empty() ? p.threads : o.processes.size(), *agreed);
  auto results = o.processes.empty() ? run_threads(p, *trust, all.began(), all.intervals(), interrupted)
                                     : run_processes(o, all.began(), all.intervals(), interrupted);
  return all.finish(std::move(results), interrupted);
}

int work_as_process(plan const& p, std::int64_t began, std::atomic<bool> const& interrupted) {
  auto const trust = trust_of(p.where->tls, p.who->lines);
  if (!trust) return std::cerr << "mailrig: " << trust.error().text << '\n', 4;
  series all(p.threads, [](interval one) { std::cout << json{{"interval", to_json(one)}}.dump() << std::endl; });
  auto results = run_threads(p, *trust, base::instant(began - steady_epoch()), all, interrupted);
  all.end();
  auto const mine = put_together(std::move(results));
  std::cout << json{{"result", as_json(mine)}}.dump() << std::endl;
  return 0;
}

}  // namespace mailrig::load
