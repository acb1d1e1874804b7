// support.h: a database in a folder of its own, and a small study whose runs have `x` and `seed`.
#pragma once
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "store/claiming.h"
#include "store/whole_file.h"
#include "study/study.h"

namespace steepest::sweep {

/// Deleted with everything in it.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "steepest_sweep_XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

/// A study over x and seeds 0 … seeds-1. Identities depend on x and seed alone, so studies that ask for the same x share runs.
inline study::Study study_over(const std::vector<int>& xs, int seeds, const std::string& name = "small",
                               const std::string& scale = "quick") {
  study::Study study{name, "A small study", scale, {{"title", "A small study"}}, {}};
  for (const int x : xs) {
    for (int seed = 0; seed < seeds; ++seed) {
      study::PlannedRun run;
      run.config = {{"x", x}, {"seed", seed}, {"training", {{"steps", 10}}}};
      run.cell = {{"x", x}};
      run.seed = seed;
      run.identity = "x" + std::to_string(x) + "s" + std::to_string(seed);
      run.flops = 1e9;
      run.family = "x" + std::to_string(x);
      run.numerics = {{"data", 1}};
      run.observations = {{"training.log_every", 8}};
      run.work = {run.family, 1e8, 10, {}};
      study.runs.push_back(run);
    }
  }
  return study;
}

/// Claims the next run and ends it as given.
inline bool end_next(store::testing::WholeFile& database, std::int64_t study, store::RunStatus status, double loss,
                     const std::string& scale = "quick") {
  const auto run = store::testing::claim(database, study, scale, "test", 60);
  if (!run) return false;
  database.recorder.record(run->id, "test", {{"validation_loss", 10, loss}});
  return database.queue.finish(run->id, "test", {status, 10, 1.0, "", status == store::RunStatus::failed ? "a reason" : ""});
}

}  // namespace steepest::sweep
