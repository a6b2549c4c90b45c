// run: see run.hpp.
#include "load/run.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <thread>

#include "load/exchange.hpp"
#include "load/series.hpp"

namespace mailrig::load {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

/// What the shares of a run come to, put together.
struct sum {
  tally figures;
  std::vector<history::finding> findings;
  std::size_t dropped = 0;
  std::uint64_t turned_away = 0;
  double busiest = 0;
  std::string trouble;

  /// The same rule in other sessions is the same finding, many times.
  void add(crew_result&& r) {
    figures.merge(r.figures);
    for (auto& f : r.findings) {
      auto const known = std::ranges::find(findings, f.rule, &history::finding::rule);
      if (known == findings.end())
        findings.push_back(std::move(f));
      else
        known->times += f.times;
    }
    dropped += r.findings_dropped;
    turned_away += r.turned_away;
    busiest = std::max(busiest, r.cpu);
    if (trouble.empty()) trouble = std::move(r.trouble);
  }
};

json written(crew_result const& r) {
  json findings = json::array();
  for (auto const& f : r.findings) findings.push_back(to_json(f));
  return {{"figures", to_json(r.figures)}, {"findings", findings}, {"dropped", r.findings_dropped},
          {"turned_away", r.turned_away},  {"cpu", r.cpu},         {"trouble", r.trouble}};
}

crew_result crew_result_of(json const& j) {
  crew_result out;
  out.figures = tally_of(j.at("figures"));
  for (auto const& f : j.at("findings")) out.findings.push_back(finding_of(f));
  out.findings_dropped = j.at("dropped").get<std::size_t>();
  out.turned_away = j.at("turned_away").get<std::uint64_t>();
  out.cpu = j.at("cpu").get<double>();
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
    std::vector<char*> argv;
    for (auto const& a : command) argv.push_back(const_cast<char*>(a.c_str()));
    argv.push_back(nullptr);
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return;
    pid_ = fork();
    if (pid_ == 0) {
      dup2(ends[1], 1);
      execv("/proc/self/exe", argv.data());
      _exit(127);
    }
    close(ends[1]);
    out_ = fdopen(ends[0], "r");
  }
  worker(worker const&) = delete;
  ~worker() {
    if (out_) fclose(out_);
    if (pid_ > 0) waitpid(pid_, nullptr, 0);
  }
  /// Reads to the end; blocks.
  crew_result listen(pulse_sink& pulses) {
    crew_result result;
    result.trouble = "a worker process ended before its time";
    char* line = nullptr;
    std::size_t size = 0;
    while (out_ && getline(&line, &size, out_) > 0) {
      auto const j = json::parse(line, nullptr, false);
      if (j.is_discarded()) continue;
      if (j.contains("pulse")) pulses.take(pulse_of(j["pulse"]));
      if (j.contains("result")) result = crew_result_of(j["result"]);
    }
    free(line);
    return result;
  }
  void interrupt() const {
    if (pid_ > 0) kill(pid_, SIGINT);
  }

 private:
  pid_t pid_ = -1;
  FILE* out_ = nullptr;
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

/// Turns pulses into rows with what the machine did meanwhile.
class bookkeeper {
 public:
  bookkeeper(load_record& r, run_options const& o) : record_(r), options_(o), machine_(read_machine()) {
    if (o.server) server_ = o.server->read();
    at_ = base::now();
  }

  void take(pulse p) {
    watch_.take(p);
    so_far(p);
    auto row = series_row::of(p);
    auto const now = base::now();
    auto const passed = std::max(1e-3, double((now - at_).count()) / 1e9);
    auto const m = read_machine();
    row.own_cpu = (m.own_cpu - machine_.own_cpu) / passed;
    row.own_memory = m.own_memory;
    if (m.all > machine_.all) {
      row.machine_cpu = (m.busy - machine_.busy) / (m.all - machine_.all);
      row.steal = (m.steal - machine_.steal) / (m.all - machine_.all);
    }
    if (options_.server)
      if (auto const s = options_.server->read()) {
        if (server_) {
          row.server_cpu = std::max(0.0, s->cpu - server_->cpu) / passed;
          row.server_read = s->read > server_->read ? std::uint64_t(double(s->read - server_->read) / passed) : 0;
          row.server_written =
              s->written > server_->written ? std::uint64_t(double(s->written - server_->written) / passed) : 0;
        }
        row.server_memory = s->memory;
        server_ = s;
      }
    machine_ = m;
    at_ = now;
    record_.seconds.push_back(row);
    record_.outages = watch_.so_far();
    if (options_.listener) options_.listener(row, record_);
  }
  void end() { record_.outages = watch_.end(); }

 private:
  /// For who looks on; at the end what the threads measured takes its place.
  void so_far(pulse const& p) {
    for (std::size_t k = 0; k < p.kinds.size(); ++k) {
      if (!p.kinds[k]) continue;
      auto& f = record_.figures.of(kind_id(k));
      f.response.merge(p.kinds[k]->response);
      f.done += p.kinds[k]->done;
      f.failed += p.kinds[k]->failed;
      f.late += p.kinds[k]->late;
    }
    record_.stall_max = std::max(record_.stall_max, p.stall_max);
    if (!options_.listener) return;
    record_.slos.clear();
    for (auto const& s : options_.slos)
      record_.slos.push_back(judge(s, record_.figures, double(p.second + 1), p.findings));
    record_.rig = assess({&record_.figures, double(p.second + 1), record_.stall_max, 0, 0, 0, 0, 0, 0, false});
  }

  load_record& record_;
  run_options const& options_;
  machine_counters machine_;
  std::optional<server_counters> server_;
  base::instant at_;
  outage_watch watch_;
};

/// Means and maxima over the measured seconds.
void sum_up(load_record& r) {
  double cpu = 0;
  std::size_t n = 0;
  for (auto const& s : r.seconds) {
    r.connections_max = std::max(r.connections_max, s.devices.connections);
    r.own_memory = std::max(r.own_memory, s.own_memory);
    r.server_memory = std::max(r.server_memory, s.server_memory);
    if (double(s.second) < r.ramp) continue;
    r.stall_max = std::max(r.stall_max, s.stall_max);
    cpu += s.server_cpu;
    ++n;
  }
  if (n > 0) r.server_cpu = cpu / double(n);
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
  auto const trust = net::tls_context::client(p.where->trust);
  if (!trust) return trust.error();
  load_record r;
  r.profile = p.who->name;
  r.title = p.who->title;
  r.target = p.where->name;
  r.target_version = p.where->version;
  r.seed = p.seed;
  r.users = p.users;
  r.threads = p.threads;
  r.processes = std::max(1u, unsigned(o.processes.size()));
  r.factor = p.factor;
  r.ramp = double(p.ramp.count()) / 1e9;
  r.duration = double(p.duration.count()) / 1e9;
  if (o.server) r.server_seen = o.server->what();
  if (o.begin) o.begin(r);
  auto const before = read_machine();
  // Workers need a moment to start and to read their profile.
  auto const began = base::now() + (o.processes.empty() ? 50ms : 500ms + 100ms * std::int64_t(o.processes.size()));
  bookkeeper books(r, o);
  series all(o.processes.empty() ? p.threads : o.processes.size(), [&](pulse one) { books.take(std::move(one)); });
  auto results =
      o.processes.empty() ? run_threads(p, *trust, began, all, interrupted) : run_processes(o, began, all, interrupted);
  all.end();
  books.end();
  sum s;
  for (auto& one : results) s.add(std::move(one));
  r.figures = std::move(s.figures);
  r.slos.clear();
  r.stall_max = 0;
  r.findings = std::move(s.findings);
  r.findings_dropped = s.dropped;
  r.turned_away = s.turned_away;
  r.trouble = s.trouble;
  r.interrupted = interrupted;
  r.measured = std::clamp(double((base::now() - began - p.ramp).count()) / 1e9, 0.0, r.duration);
  sum_up(r);
  auto const after = read_machine();
  r.busiest_thread = r.measured > 0 ? s.busiest / r.measured : 0;
  r.steal = after.all > before.all ? (after.steal - before.steal) / (after.all - before.all) : 0;
  auto const segments = after.sent - before.sent;
  r.retransmitted = segments > 0 ? double(after.sent_again - before.sent_again) / double(segments) : 0;
  double planned = double(p.times.size());
  if (!p.sessions.empty() && !interrupted) planned = timetable(p.sessions, p.arrivals, 1).expected() * p.factor;
  r.planned = std::uint64_t(planned);
  std::uint64_t begun = r.planned;
  if (r.planned > 0)
    for (auto const& [name, f] : r.figures.kinds())
      if (name == "connect") begun = f->all() - std::min(f->all(), s.turned_away);
  // Chance has its way with Poisson arrivals; four standard deviations are no lack.
  if (p.arrivals == pace::poisson && p.times.empty()) begun += std::uint64_t(4 * std::sqrt(double(r.planned)));
  r.rig = assess({&r.figures, r.measured, r.stall_max, r.busiest_thread, r.steal, r.retransmitted, r.planned,
                  std::min(begun, r.planned), r.turned_away, r.interrupted});
  if (!r.trouble.empty()) r.rig.note(validity::invalid, r.trouble);
  std::size_t broken = 0;
  for (auto const& f : r.findings) broken += f.outcome == history::verdict::fail ? f.times : 0;
  for (auto const& one : o.slos) r.slos.push_back(judge(one, r.figures, r.measured, broken));
  return r;
}

int work_as_process(plan const& p, std::int64_t began, std::atomic<bool> const& interrupted) {
  auto const trust = net::tls_context::client(p.where->trust);
  if (!trust) return std::cerr << "mailrig: " << trust.error().text << '\n', 4;
  series all(p.threads, [](pulse one) { std::cout << json{{"pulse", to_json(one)}}.dump() << std::endl; });
  auto results = run_threads(p, *trust, base::instant(began - steady_epoch()), all, interrupted);
  all.end();
  sum s;
  for (auto& one : results) s.add(std::move(one));
  crew_result mine;
  mine.figures = std::move(s.figures);
  mine.findings = std::move(s.findings);
  mine.findings_dropped = s.dropped;
  mine.turned_away = s.turned_away;
  mine.cpu = s.busiest;
  mine.trouble = s.trouble;
  std::cout << json{{"result", written(mine)}}.dump() << std::endl;
  return 0;
}

}  // namespace mailrig::load
