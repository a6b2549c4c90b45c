#include "load/shard.hpp"

#include <gtest/gtest.h>

#include <map>

namespace mailrig::load::shard_test {

namespace {

struct place_case {
  char const* name;
  std::string option;
  bool ignored;
  std::map<std::string, std::string> variables;
  std::string came;  ///< "2/4 who", or what the fault must name
  bool wrong = false;
};

std::string read(place_case const& c) {
  auto const s = read_shard(c.option, c.ignored, [&](char const* name) -> char const* {
    auto const at = c.variables.find(name);
    return at == c.variables.end() ? nullptr : at->second.c_str();
  });
  if (!s) return s.error().text;
  return std::to_string(s->number) + "/" + std::to_string(s->of) + " " + s->told_by;
}

place_case const cases[] = {
    {"nobody tells", "", false, {}, "1/1 "},
    {"the option", "2/4", false, {}, "2/4 --shard"},
    {"the last", "4096/4096", false, {}, "4096/4096 --shard"},
    {"the option before the environment", "1/1", false, {{"SLURM_PROCID", "3"}, {"SLURM_NTASKS", "4"}}, "1/1 --shard"},
    {"ignored", "", true, {{"PMI_RANK", "x"}, {"PMI_SIZE", "4"}}, "1/1 "},
    {"counted from 1", "0/4", false, {}, "--shard '0/4'", true},
    {"beyond the last", "5/4", false, {}, "--shard '5/4'", true},
    {"too many", "1/4097", false, {}, "4096 at most", true},
    {"no count", "2", false, {}, "--shard '2'", true},
    {"no numbers", "a/b", false, {}, "--shard 'a/b'", true},
    {"negative", "-1/4", false, {}, "--shard '-1/4'", true},
    {"both options", "2/4", true, {}, "contradict", true},
    {"Slurm", "", false, {{"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "4"}}, "1/4 SLURM_PROCID"},
    {"Slurm, one task", "", false, {{"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "1"}}, "1/1 "},
    {"Slurm, no count", "", false, {{"SLURM_PROCID", "2"}}, "1/1 "},
    {"a task of Slurm's",
     "",
     false,
     {{"SLURM_JOB_ID", "7"}, {"SLURM_STEP_ID", "0"}, {"SLURM_PROCID", "3"}, {"SLURM_NTASKS", "4"}},
     "4/4 SLURM_PROCID"},
    {"a batch script of Slurm's",
     "",
     false,
     {{"SLURM_JOB_ID", "7"}, {"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "4"}},
     "1/1 "},
    {"Slurm's rank beyond its count",
     "",
     false,
     {{"SLURM_PROCID", "4"}, {"SLURM_NTASKS", "4"}},
     "SLURM_PROCID=4",
     true},
    {"Slurm's rank is none", "", false, {{"SLURM_PROCID", "two"}, {"SLURM_NTASKS", "4"}}, "SLURM_PROCID=two", true},
    {"Kubernetes", "", false, {{"JOB_COMPLETION_INDEX", "7"}, {"MAILRIG_SHARDS", "8"}}, "8/8 JOB_COMPLETION_INDEX"},
    {"an Indexed Job that does not say of how many",
     "",
     false,
     {{"JOB_COMPLETION_INDEX", "7"}},
     "JOB_COMPLETION_INDEX is set and MAILRIG_SHARDS is not",
     true},
    {"of how many, and not which",
     "",
     false,
     {{"MAILRIG_SHARDS", "8"}},
     "MAILRIG_SHARDS is set and JOB_COMPLETION_INDEX is not",
     true},
    {"no completions", "", false, {{"JOB_COMPLETION_INDEX", "0"}, {"MAILRIG_SHARDS", "0"}}, "MAILRIG_SHARDS=0", true},
    {"an empty value", "", false, {{"JOB_COMPLETION_INDEX", ""}, {"MAILRIG_SHARDS", "8"}}, "MAILRIG_SHARDS=8", true},
    {"Open MPI", "", false, {{"OMPI_COMM_WORLD_RANK", "1"}, {"OMPI_COMM_WORLD_SIZE", "2"}}, "2/2 OMPI_COMM_WORLD_RANK"},
    {"MPICH", "", false, {{"PMI_RANK", "2"}, {"PMI_SIZE", "3"}}, "3/3 PMI_RANK"},
    {"an MPI rank without a size", "", false, {{"PMI_RANK", "2"}}, "PMI_SIZE is not", true},
    {"two that agree",
     "",
     false,
     {{"SLURM_PROCID", "1"}, {"SLURM_NTASKS", "2"}, {"PMI_RANK", "1"}, {"PMI_SIZE", "2"}},
     "2/2 SLURM_PROCID"},
    {"one that is alone says nothing",
     "",
     false,
     {{"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "1"}, {"PMI_RANK", "1"}, {"PMI_SIZE", "2"}},
     "2/2 PMI_RANK"},
    {"two that contradict each other",
     "",
     false,
     {{"SLURM_PROCID", "1"}, {"SLURM_NTASKS", "2"}, {"PMI_RANK", "0"}, {"PMI_SIZE", "2"}},
     "SLURM_PROCID says shard 2 of 2, and PMI_RANK says 1 of 2",
     true},
};

}  // namespace

TEST(Shard, IsReadFromTheOptionOrTheLauncher) {
  for (auto const& c : cases) {
    auto const came = read(c);
    if (c.wrong)
      EXPECT_NE(came.find(c.came), came.npos) << c.name << ": " << came;
    else
      EXPECT_EQ(came, c.came) << c.name;
  }
}

TEST(Shard, TheFirstLeads) {
  EXPECT_TRUE((shard{1, 4}).leads());
  EXPECT_FALSE((shard{2, 4}).leads());
  EXPECT_TRUE((shard{}).alone());
}

}  // namespace mailrig::load::shard_test
