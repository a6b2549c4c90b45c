// csv: a load run's seconds, a line each, for a spreadsheet or gnuplot.
#include <fmt/format.h>

#include "report/load_format.hpp"

namespace mailrig::report::csv {
namespace {

void write_csv(load::load_record const& r, std::ostream& out) {
  out << "second,done,failed,late,p50_ms,p95_ms,p99_ms,max_ms,connections,away,connecting,waiting,thinking,idle,octets_"
         "in,"
         "octets_out,findings,dispatch_max_ms,stall_max_ms,own_cpu_cores,own_memory,machine_cpu,steal,server_cpu_cores,"
         "server_memory,server_read,server_written,refused\n";
  auto ms = [](std::uint64_t ns) { return double(ns) / 1e6; };
  for (auto const& s : r.seconds)
    out << fmt::format(
        "{},{},{},{},{:.3f},{:.3f},{:.3f},{:.3f},{},{},{},{},{},{},{},{},{},{:.3f},{:.3f},{:.3f},{},{:.3f},"
        "{:.4f},{:.3f},{},{},{},{}\n",
        s.second, s.done, s.failed, s.late, ms(s.p50), ms(s.p95), ms(s.p99), ms(s.max), s.devices.connections,
        s.devices.away, s.devices.connecting, s.devices.waiting, s.devices.thinking, s.devices.idle, s.octets_in,
        s.octets_out, s.findings, ms(s.dispatch_max), ms(s.stall_max), s.own_cpu, s.own_memory, s.machine_cpu, s.steal,
        s.server_cpu, s.server_memory, s.server_read, s.server_written, s.refused);
  if (r.interrupted) out << fmt::format("# interrupted after {:.1f} of {:.1f} s\n", r.measured, r.duration);
}

load_format const csv{"csv", "a line for each second", &write_csv};
base::registrar const registered{csv};

}  // namespace
}  // namespace mailrig::report::csv
