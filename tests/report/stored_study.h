// stored_study.h: a database with one study at scale `quick`, filled run by run without the code under test.
#pragma once
#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "report/report.h"
#include "store/claiming.h"

namespace steepest::report {

class StoredStudy : public testing::Test {
 protected:
  StoredStudy() : folder_(make_folder()), database_(folder_ / "s.db"), study_(database_.put_study("small", "A small study", nlohmann::json::object())) {}
  ~StoredStudy() override { std::filesystem::remove_all(folder_); }

  void add(nlohmann::json config, const nlohmann::json& cell, std::int64_t seed, store::RunStatus status, const std::vector<store::MetricRow>& metrics) {
    config["seed"] = seed;
    config["made_different_by"] = count_;
    const auto id = database_.put_run({"run" + std::to_string(++count_), config, seed, 1, 1e9});
    database_.tie(study_, id, "quick", cell, count_);
    if (status == store::RunStatus::queued) return;
    const auto claimed = store::testing::claim(database_, study_, "quick", "test", 60);
    database_.record(claimed->id, "test", metrics);
    database_.finish(claimed->id, "test", {status, 256, 1.0, "", ""});
  }

  Report report(const nlohmann::json& section) const {
    return build_report({database_, study_, "small", "quick", {{"title", "A small study"}, {"report", section}}, {}});
  }
  static nlohmann::json rows(const Report& report) { return nlohmann::json::parse(render(report, Format::json, true)).at("rows"); }

  std::filesystem::path folder_;
  store::Database database_;
  std::int64_t study_;

 private:
  static std::filesystem::path make_folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "steepest_report_XXXXXX").string();
    return mkdtemp(pattern.data());
  }
  int count_ = 0;
};

}  // namespace steepest::report
