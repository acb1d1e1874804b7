// slurm_test.cpp: what is asked of Slurm and what it answers, as text.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "options/error.h"
#include "slurm/array.h"
#include "slurm/limits.h"
#include "slurm/script.h"

namespace steepest::slurm {
namespace {

using testing::HasSubstr;

TEST(Limits, AreTheLeastOfThoseThatTheClusterStates) {
  const auto found =
      settings("Configuration data as of 2026-01-01\nMaxArraySize            = 64\nMaxJobCount             = 10000\nDebugFlags = (null)\n");
  EXPECT_EQ(found.at("MaxArraySize"), "64");
  EXPECT_EQ(limit(found, "").tasks, 63) << "tasks are numbered from 1";
  EXPECT_EQ(limit(found, "").from, "MaxArraySize=64");
  EXPECT_EQ(limit(settings("MaxArraySize = 1001\nMaxJobCount = 50"), "").tasks, 50);
  EXPECT_EQ(limit(settings(""), "").tasks, 1000) << "Slurm's own default";
  EXPECT_EQ(limit(found, "20\n").tasks, 20);
  EXPECT_EQ(limit(found, "20\n").from, "MaxSubmitJobs=20");
  EXPECT_EQ(limit(found, "20\n40\n").tasks, 40) << "of two accounts the better";
  EXPECT_EQ(limit(found, "20\n\n").tasks, 63) << "one of them without a limit";
}

TEST(Script, NamesWhatSlurmIsToDo) {
  Script script;
  script.name = "steepest-x";
  script.tasks = {1, 2, 3, 5, 7, 8};
  script.shards = 8;
  script.logs = "/s/100 % it's";
  script.options = {"--partition=cpu"};
  script.variables = {"STEEPEST_DATA_DIR=/a b"};
  script.command = {"/bin/steepest", "run", "it's"};
  const auto lines = text(script);
  EXPECT_THAT(lines, testing::StartsWith("#!/bin/bash\n#SBATCH "));
  for (const char* line :
       {"#SBATCH '--array=1-3,5,7-8'\n", "#SBATCH '--requeue'\n", "#SBATCH '--signal=B:USR1@180'\n", "#SBATCH '--partition=cpu'\n",
        "#SBATCH '--output=/s/100 %% it'\\''s/%A_%a.log'\n", "export STEEPEST_DATA_DIR='/a b'\n",
        "exec '/bin/steepest' 'run' 'it'\\''s' --shard \"$SLURM_ARRAY_TASK_ID\"/8\n"})
    EXPECT_THAT(lines, HasSubstr(line));
  script.name = "a\nb";
  EXPECT_THROW(text(script), options::InputError);
  EXPECT_EQ(ranges({4}), "4");
}

TEST(Script, TellsShortJobsLater) {
  EXPECT_EQ(signal_seconds(0), 180);
  EXPECT_EQ(signal_seconds(4 * 3600), 180);
  EXPECT_EQ(signal_seconds(240), 60);
}

TEST(Arrays, AreKnownByTheirFilesTheLatestFirst) {
  std::string folder = (std::filesystem::temp_directory_path() / "steepest_arrays_XXXXXX").string();
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  for (const char* id : {"9", "100", "99"}) write_array(folder, {id, "a study", "quick", "x.plan", 8, 2});
  std::string ids;
  for (const auto& array : read_arrays(folder)) ids += array.id + " ";
  EXPECT_EQ(ids, "100 99 9 ");
  const auto one = read_arrays(folder).front();
  EXPECT_EQ(std::tie(one.study, one.scale, one.plan), std::tuple("a study", "quick", "x.plan"));
  EXPECT_EQ(std::pair(one.shards, one.workers), std::pair(8, 2));
  std::ofstream(std::filesystem::path(folder) / "7.array") << "{}";
  EXPECT_THROW(read_arrays(folder), options::InputError);
  std::filesystem::remove_all(folder);
}

TEST(Queue, IsReadLineByLine) {
  const auto tasks = tasks_from("12|3|RUNNING|1-02:03:04\n12|4|PENDING|UNLIMITED\n13|N/A|RUNNING|5:00\nnonsense\n");
  ASSERT_EQ(tasks.size(), 2u) << "others' jobs are no arrays";
  EXPECT_EQ(tasks[0].array, "12");
  EXPECT_EQ(tasks[0].index, 3);
  EXPECT_EQ(tasks[0].seconds_left, 86400 + 2 * 3600 + 3 * 60 + 4.0);
  EXPECT_EQ(tasks[1].state, "PENDING");
  EXPECT_FALSE(tasks[1].seconds_left);
  EXPECT_EQ(seconds_of("3:04"), 184);
  EXPECT_EQ(seconds_of("2:03:04"), 7384);
  for (const char* none : {"", "INVALID", "7", "a:b", "1:2:3:4"}) EXPECT_FALSE(seconds_of(none)) << none;
}

}  // namespace
}  // namespace steepest::slurm
