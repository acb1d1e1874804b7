// study_test.cpp: a study from its YAML file to its table, with the true programs.
#include <fstream>
#include <nlohmann/json.hpp>

#include "e2e/support.h"

namespace steepest::e2e {
namespace {

class Study : public Programs {
 protected:
  /// The figure of a study, drawn from what `steepest report` prints. Nothing is drawn where Python has no matplotlib.
  void expect_a_figure(const std::string& study) const {
    const std::string python = "'" STEEPEST_TEST_PYTHON "'";
    if (sweep::ask_program("/bin/sh", {"-c", python + " -c 'import matplotlib'"}).state.status != 0) return;
    const auto drawn = sweep::ask_program(
        "/bin/sh",
        {"-c", "'" + program().string() + "' --database '" + database().string() + "' report " + study + " --format json | " + python +
                   " '" STEEPEST_SOURCE_DIR "/analysis/figures.py' --output '" + (database().parent_path() / "figures").string() + "'"});
    EXPECT_EQ(drawn.state.status, 0) << drawn.errors;
    EXPECT_TRUE(std::filesystem::exists(database().parent_path() / "figures" / (study + "_smoke.png"))) << drawn.output;
  }
};

TEST_F(Study, GoesFromYamlToATableAndIsNotRunTwice) {
  const auto first = steepest({"run", "rank_transfer", "--scale", "smoke", "--jobs", "2"});
  ASSERT_EQ(first.state.status, 0) << first.errors;
  EXPECT_EQ(first.output, "") << "standard output is for results";
  EXPECT_THAT(first.errors, HasSubstr("8 of 8 runs completed"));
  EXPECT_EQ(value("SELECT count(*) FROM run WHERE status = 'completed' AND parameter_hash IS NOT NULL"), "8");
  EXPECT_EQ(value("SELECT count(*) FROM statistic"), "4");

  const auto report = steepest({"report", "rank_transfer"});
  ASSERT_EQ(report.state.status, 0) << report.errors;
  EXPECT_THAT(report.output, HasSubstr("│ dense │    100.0 % │"));
  EXPECT_THAT(report.output, HasSubstr("SYNTHETIC CORPUS"));
  const auto rows = nlohmann::json::parse(steepest({"report", "rank_transfer", "--format", "json"}).output).at("rows");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_NEAR(rows.at(0).at("loss").get<double>(), std::stod(value("SELECT min(mean) FROM statistic WHERE cell LIKE '%dense%'")), 1e-12);
  expect_a_figure("rank_transfer");

  const auto second = steepest({"run", "rank_transfer", "--scale", "smoke"});
  EXPECT_EQ(second.state.status, 0);
  EXPECT_THAT(second.errors, HasSubstr("nothing left to run"));
  EXPECT_EQ(value("SELECT max(attempts) FROM run"), "1");
}

TEST_F(Study, WithoutAFileIsTheOverridesAlone) {
  const auto run = steepest(words("run", tiny({"training.steps=3", "model.rank=2,4"})));
  ASSERT_EQ(run.state.status, 0) << run.errors;
  EXPECT_EQ(
      value(
          "SELECT count(*) FROM study JOIN study_run ON study.id = study_id WHERE name GLOB 'data=synthetic data.characters=20000 ... *'"),
      "2");
}

TEST_F(Study, WhatIsPrintedAboutAVariantWorksInAShell) {
  const auto run = steepest({"run", "rank_transfer", "--scale", "smoke", "training.steps=2", "seed=0"});
  ASSERT_EQ(run.state.status, 0) << run.errors;
  const std::string mark = "its table: steepest ";
  const auto at = run.errors.find(mark);
  ASSERT_NE(at, std::string::npos) << run.errors;
  const auto report = sweep::ask_program("/bin/sh", {"-c", program().string() + " " + run.errors.substr(at + mark.size())});
  EXPECT_EQ(report.state.status, 0) << report.errors;
  EXPECT_THAT(report.output, HasSubstr("with training.steps=2")) << "the title says what it is";
  const std::string name = "rank_transfer training.steps=2";
  EXPECT_EQ(steepest({"status", name}).state.status, 0);
  EXPECT_THAT(steepest({"export", name}).output, HasSubstr("\"name\":\"" + name + "\""));
  EXPECT_THAT(steepest({"report", name, "--scale", "smok"}).errors, HasSubstr("did you mean"));
  EXPECT_EQ(steepest({"delete", "--study", name, "--yes"}).state.status, 0);
  EXPECT_EQ(value("SELECT count(*) FROM run"), "0");
}

TEST_F(Study, WhatItsTableHoldsBesideItsFileIsToldAndCanBePruned) {
  ASSERT_EQ(steepest({"run", "rank_transfer", "--scale", "smoke", "seed=5"}).state.status, 0);
  const auto whole = steepest({"run", "rank_transfer", "--scale", "smoke"});
  ASSERT_EQ(whole.state.status, 0) << whole.errors;
  EXPECT_THAT(whole.errors, HasSubstr("its table also holds 4 runs that its file does not ask for"));
  EXPECT_EQ(value("SELECT count(*) FROM study_run"), "12");
  EXPECT_THAT(steepest({"run", "rank_transfer", "--scale", "smoke", "seed=5"}).errors, Not(HasSubstr("also holds")))
      << "the call asks for less than the file";
  const auto pruned = steepest({"run", "rank_transfer", "--scale", "smoke", "--prune"});
  EXPECT_THAT(pruned.errors, HasSubstr("4 runs taken out of its table; they stay stored"));
  EXPECT_EQ(value("SELECT count(*) FROM study_run"), "8");
  EXPECT_EQ(value("SELECT count(*) FROM run"), "12");
  EXPECT_THAT(steepest({"status"}).output, HasSubstr("4 runs belong to no study"));
  const auto refused = steepest({"run", "rank_transfer", "seed=5", "--prune"});
  EXPECT_EQ(refused.state.status, 2);
  EXPECT_THAT(refused.errors, HasSubstr("--prune"));
}

TEST_F(Study, RescaledFactorsEndInATableOfPairedShifts) {
  const auto run = steepest({"run", "spectron_stress", "--scale", "smoke", "--jobs", "2"});
  ASSERT_EQ(run.state.status, 0) << run.errors;
  const auto rows = nlohmann::json::parse(steepest({"report", "spectron_stress", "--format", "json"}).output).at("rows");
  ASSERT_EQ(rows.size(), 4u);
  for (const auto& row : rows) {
    EXPECT_EQ(row.at("seeds"), 2);
    if (row.at("optimizer") != "lora_muon") continue;
    EXPECT_LT(std::abs(row.at("shift").get<double>()), 1e-5);  // a scalar gauge: rounding alone
  }
  expect_a_figure("spectron_stress");
}

TEST_F(Study, FlowsRecordEverySingularValueAndEndInATableOfArrivals) {
  const auto run = steepest({"run", "specgf", "--scale", "smoke"});
  ASSERT_EQ(run.state.status, 0) << run.errors;
  EXPECT_EQ(value("SELECT count(*) FROM spectrum"), std::to_string(5 * (201 + 601)));  // five values at every step of 0.02 up to 4 and 12
  EXPECT_EQ(value("SELECT count(*) FROM metric WHERE name LIKE 'd~_%' ESCAPE '~' AND name NOT LIKE 'd~_start%' ESCAPE '~'"),
            std::to_string(5 * (201 + 601)));
  const auto rows = nlohmann::json::parse(steepest({"report", "specgf", "--format", "json"}).output).at("rows");
  ASSERT_EQ(rows.size(), 10u);
  EXPECT_LT(rows[4].at("arrival"), rows[0].at("arrival")) << "SpecGF: the smallest mode first";
  EXPECT_GT(rows[9].at("arrival"), rows[5].at("arrival")) << "gradient flow: the largest mode first";
  expect_a_figure("specgf");
}

/// How often the workers of the fixture's study have logged these words.
int times_logged(const std::filesystem::path& logs, const std::string& words) {
  int times = 0;
  for (const auto& file : std::filesystem::directory_iterator(logs)) {
    std::ifstream stream(file.path());
    for (std::string line; std::getline(stream, line);) times += line.find(words) != std::string::npos;
  }
  return times;
}

// Two workers ask for it at the same moment.
TEST_F(Study, FineTuningTrainsItsBaseOnce) {
  const auto run = steepest({"run", "zero_factor", "--scale", "smoke", "--jobs", "2"});
  ASSERT_EQ(run.state.status, 0) << run.errors;
  EXPECT_EQ(value("SELECT count(*) FROM run WHERE status = 'completed'"), "12");
  std::size_t bases = 0;
  for (const auto& file : std::filesystem::directory_iterator(database().parent_path() / "checkpoints")) {
    bases += file.path().extension() == ".pt";
  }
  EXPECT_EQ(bases, 1u);
  EXPECT_EQ(times_logged(database().parent_path() / "logs", "training the base"), 1);
  EXPECT_THAT(steepest({"report", "zero_factor"}).output, HasSubstr("principal"));
}

TEST_F(Study, RepeatsBitForBitAndWithAnyNumberOfWorkers) {
  ASSERT_EQ(steepest({"run", "rank_transfer", "--scale", "smoke", "--jobs", "1"}, "one.db").state.status, 0);
  ASSERT_EQ(steepest({"run", "rank_transfer", "--scale", "smoke", "--jobs", "4"}, "four.db").state.status, 0);
  const std::string hashes = "SELECT group_concat(identity || parameter_hash, ' ') FROM (SELECT * FROM run ORDER BY identity)";
  EXPECT_EQ(value(hashes, "one.db"), value(hashes, "four.db"));
  EXPECT_EQ(value("SELECT count(DISTINCT parameter_hash) FROM run", "one.db"), "8");
}

TEST_F(Study, PlanSaysWhatRunWouldDoAndWritesNothing) {
  const auto plan = steepest({"plan", "rank_transfer", "--scale", "smoke"});
  EXPECT_EQ(plan.state.status, 0) << plan.errors;
  EXPECT_THAT(plan.output, HasSubstr("8 runs, 8 new"));
  EXPECT_EQ(steepest({"run", "rank_transfer", "--scale=smoke", "--dry-run"}).output, plan.output);
  EXPECT_FALSE(std::filesystem::exists(database()));
  EXPECT_EQ(nlohmann::json::parse(steepest({"plan", "rank_transfer", "scale=smoke", "--format", "json"}).output).size(), 4u);
}

TEST_F(Study, DivergenceIsAResult) {
  // A rate at which the product of the factors leaves float32 within some steps.
  const auto run =
      steepest(words("run", tiny({"training.steps=40", "optimizer.learning_rate=1e25", "optimizer.weight_decay=0", "schedule=constant"})));
  EXPECT_EQ(run.state.status, 0) << run.errors;
  EXPECT_EQ(value("SELECT status FROM run"), "diverged");
  EXPECT_NE(value("SELECT diverged_step FROM run"), "");
}

TEST_F(Study, StatusAndQueryReadWhatIsThere) {
  ASSERT_EQ(steepest({"run", "rank_transfer", "--scale", "smoke"}).state.status, 0);
  const auto status = nlohmann::json::parse(steepest({"status", "--format", "json"}).output);
  ASSERT_EQ(status.size(), 1u);
  EXPECT_EQ(status[0].at("study"), "rank_transfer");
  EXPECT_EQ(status[0].at("completed"), 8);
  const auto rows = nlohmann::json::parse(steepest({"query", "select id, validation_loss from run_summary", "--format", "json"}).output);
  EXPECT_EQ(rows.size(), 8u);
  EXPECT_TRUE(rows[0].at("id").is_number_integer() && rows[0].at("validation_loss").is_number_float()) << rows[0];
  EXPECT_TRUE(
      nlohmann::json::parse(steepest({"query", "run", "--limit", "1", "--format", "json"}).output).at(0).at("seed").is_number_integer());
  EXPECT_THAT(steepest({"query", "select 1 as one", "--format", "csv"}).output, testing::StrEq("one\n1\n"));
  const auto refused = steepest({"query", "delete from run"});
  EXPECT_EQ(refused.state.status, 2);
  EXPECT_EQ(value("SELECT count(*) FROM run"), "8");
}

}  // namespace
}  // namespace steepest::e2e
