// small_run.h: a run small enough for tests, on the synthetic corpus.
#pragma once
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "experiment/trainer.h"
#include "transformer_of.h"

namespace steepest::experiment {

inline run::TrainingRun small_run(std::int64_t steps = 12) {
  run::TrainingRun options;
  transformer_of(options).width = 16;
  transformer_of(options).heads = 2;
  transformer_of(options).rank = 3;
  options.data.name = "synthetic";
  options.data.characters = 10000;
  options.training.batch = 4;
  options.training.context = 16;
  options.training.steps = steps;
  options.training.log_every = 5;
  return options;
}

/// To the end, and nothing is kept.
inline Hooks silent() {
  return {[](const std::string&, std::int64_t, double) {}, [](std::int64_t) { return true; }};
}

/// A folder of this process that is gone when the test is over.
class Folder {
 public:
  Folder() : path_(std::filesystem::temp_directory_path() / ("steepest_test_" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

}  // namespace steepest::experiment
