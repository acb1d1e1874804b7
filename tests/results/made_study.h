// made_study.h: a database with one study at scale `quick`, filled run by run without the code under test.
#pragma once
#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "results/study.h"
#include "store/claiming.h"

namespace steepest::results {

class MadeStudy : public testing::Test {
 protected:
  MadeStudy()
      : folder_(make_folder()), database_(folder_ / "s.db"),
        study_(database_.planner.put_study("small", "A small study", nlohmann::json::object())) {}
  ~MadeStudy() override { std::filesystem::remove_all(folder_); }

  /// Returns the run's id.
  std::int64_t add(nlohmann::json config, const nlohmann::json& cell, std::int64_t seed, store::RunStatus status,
                   const std::vector<store::MetricRow>& metrics, const std::vector<store::SpectrumRow>& spectra = {}) {
    config["seed"] = seed;
    config["made_different_by"] = count_;
    const auto id = database_.planner.put_run({"run" + std::to_string(++count_), config, seed, 1, 1e9});
    database_.planner.tie(study_, id, "quick", cell, count_);
    if (status == store::RunStatus::queued) return id;
    const auto claimed = store::testing::claim(database_, study_, "quick", "test", 60);
    database_.recorder.record(claimed->id, "test", metrics, spectra);
    database_.queue.finish(claimed->id, "test", {status, 256, 1.0, "", status == store::RunStatus::failed ? "a reason" : ""});
    return id;
  }
  /// A run of a sweep over ranks and rates.
  std::int64_t rated(const nlohmann::json& rank, double rate, std::int64_t seed, double loss,
                     store::RunStatus status = store::RunStatus::completed) {
    return add({{"model", {{"rank", rank}}}, {"optimizer", {{"learning_rate", rate}}}},
               {{"model.rank", rank}, {"optimizer.learning_rate", rate}}, seed, status, {{"validation_loss", 256, loss}});
  }
  Study load(const Wanted& wanted = {}) const { return results::load(database_, study_, "quick", wanted); }

  std::filesystem::path folder_;
  store::testing::WholeFile database_;
  std::int64_t study_;

 private:
  static std::filesystem::path make_folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "steepest_results_XXXXXX").string();
    return mkdtemp(pattern.data());
  }
  int count_ = 0;
};

}  // namespace steepest::results
