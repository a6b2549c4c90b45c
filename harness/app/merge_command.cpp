// merge_command: `mailrig report merge`: the sum of the reports that the shards of one run have written.
#include "app/merge_command.hpp"

#include <fmt/format.h>

#include "app/command_options.hpp"
#include "app/exit_code.hpp"
#include "app/load_exit.hpp"
#include "app/outputs.hpp"
#include "base/file.hpp"
#include "load/shard_merge.hpp"
#include "report/load_format.hpp"
#include "report/load_reading.hpp"

namespace mailrig::app {
namespace {

struct merge_report_options {
  std::vector<std::string> parts, reports;
  std::string json;
  bool tolerate_lost = false;
};

int run_report_merge(merge_report_options const& o) {
  auto specs = o.reports;
  if (!o.json.empty()) specs.push_back("json:" + o.json);
  auto const outputs = read_outputs<report::load_format>(specs);
  if (!outputs) return complain(outputs.error().text);
  std::vector<load::load_record> parts;
  for (auto const& file : o.parts) {
    auto const text = base::read_file(file);
    if (!text) return complain(text.error());
    auto part = report::read_load_report(*text, file);
    if (!part) return complain(part.error());
    parts.push_back(std::move(*part));
  }
  load::merge_options how;
  how.tolerate_lost = o.tolerate_lost;
  auto sum = load::merge_shards(std::move(parts), how);
  if (!sum)
    return complain(fmt::format("these are not the parts of one run: {}", sum.error().text), invalid_measurement);
  sum->exit_code = load_exit_code(*sum);
  return deliver(*outputs, *sum, sum->exit_code);
}

}  // namespace

void declare_report_merge(options& c, invocation& to) {
  auto o = std::make_shared<merge_report_options>();
  auto merge = c.add_subcommand("merge", "Sums the reports of a run's shards, to the last count");
  merge.add_option("parts", o->parts, "JSON reports of `mailrig load --shard I/N`, in any order").required();
  merge.add_option("-o,--output", o->json, "JSON report of the sum");
  add_reports<report::load_format>(merge, o->reports);
  merge.add_flag("--tolerate-lost", o->tolerate_lost, "a shard whose report is lacking does not make the sum INVALID");
  merge.footer(
      "Counts and histograms are added; percentiles, outages, validity and service levels are made anew of the sums.\n"
      "Exit codes: those of `mailrig load`; 5 too where the reports are of different plans, one is there twice, or one "
      "is lacking.");
  acts(merge, to, o, run_report_merge);
}

}  // namespace mailrig::app
