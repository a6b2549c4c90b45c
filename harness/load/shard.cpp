// shard: see shard.hpp.
#include "load/shard.hpp"

#include <fmt/format.h>

#include <optional>

#include "base/text.hpp"

namespace mailrig::load {
namespace {

constexpr char const* say_which_shard = "say it by --shard I/N, or --no-shard";

base::result<shard> read_shard_option(std::string_view text) {
  auto const slash = text.find('/');
  auto const number = base::number(text.substr(0, slash)).value_or(0);
  auto const of = slash == text.npos ? 0 : base::number(text.substr(slash + 1)).value_or(0);
  if (number < 1 || number > of || of > most_shards)
    return base::fault{0, "--shard",
                       fmt::format("--shard '{}' should be I/N, the first of four being 1/4 and the last 4/4; {} at "
                                   "most",
                                   text, most_shards)};
  return shard{unsigned(number), unsigned(of), "--shard"};
}

struct launcher {
  char const *rank, *count;
  bool count_alone;  ///< a count without a rank is an error: it is set for us and for nothing else
  bool rank_alone;   ///< and so is a rank without a count
};
constexpr launcher launchers[] = {{"JOB_COMPLETION_INDEX", "MAILRIG_SHARDS", true, true},
                                  {"SLURM_PROCID", "SLURM_NTASKS", false, false},
                                  {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", false, true},
                                  {"PMI_RANK", "PMI_SIZE", false, true}};

/// The script of a Slurm batch job has a rank and a count too; the tasks are what srun starts.
bool is_batch_script(variables const& of) {
  return of("SLURM_JOB_ID") != nullptr && of("SLURM_STEP_ID") == nullptr && of("SLURM_STEPID") == nullptr;
}

base::result<std::optional<shard>> told_by(launcher const& l, variables const& of) {
  auto const *rank = of(l.rank), *count = of(l.count);
  if (!rank && !count) return std::optional<shard>();
  if (!rank || !count) {
    if (rank ? !l.rank_alone : !l.count_alone) return std::optional<shard>();
    return base::fault{
        0, rank ? l.rank : l.count,
        fmt::format("{} is set and {} is not: {}", rank ? l.rank : l.count, rank ? l.count : l.rank, say_which_shard)};
  }
  auto const r = base::number(rank), n = base::number(count);
  if (!r || !n || *n < 1 || *n > most_shards || *r >= *n)
    return base::fault{0, l.rank,
                       fmt::format("{}={} and {}={} are no rank, counted from 0, and a count of {} at most: {}", l.rank,
                                   rank, l.count, count, most_shards, say_which_shard)};
  return std::optional(shard{unsigned(*r) + 1, unsigned(*n), l.rank});
}

}  // namespace

base::result<shard> read_shard(std::string_view option, bool ignored, variables const& of) {
  if (!option.empty() && ignored)
    return base::fault{0, "--shard", "--shard and --no-shard contradict each other: leave one out"};
  if (ignored) return shard{};
  if (!option.empty()) return read_shard_option(option);
  shard out;
  for (auto const& l : launchers) {
    if (std::string_view(l.rank).starts_with("SLURM") && is_batch_script(of)) continue;
    auto const told = told_by(l, of);
    if (!told) return told.error();
    if (!*told || (*told)->alone()) continue;
    if (!out.told_by.empty() && !(out == **told))
      return base::fault{0, out.told_by,
                         fmt::format("{} says shard {} of {}, and {} says {} of {}: {}", out.told_by, out.number,
                                     out.of, (*told)->told_by, (*told)->number, (*told)->of, say_which_shard)};
    if (out.told_by.empty()) out = **told;
  }
  return out;
}

}  // namespace mailrig::load
