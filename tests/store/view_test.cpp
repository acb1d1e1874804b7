// view_test.cpp: what the saved views say, how they are reached by name, and that they read no more than they must.
#include "store/view_query.h"

#include <algorithm>
#include <optional>
#include <tuple>

#include "store/views.h"
#include "support.h"

namespace steepest::store::testing {
namespace {

class Views : public ::testing::Test {
 protected:
  /// A run of cell {rank, rate} that has ended. A loss that is not given: the run never validated.
  std::int64_t add(int rank, double rate, std::int64_t seed, RunStatus status, std::optional<double> loss,
                   const std::string& scale = "quick") {
    NewRun run = new_run(++count);
    run.seed = seed;
    run.config = {{"model", {{"rank", rank}}}, {"optimizer", {{"learning_rate", rate}}}, {"number", count}};
    const auto id = database.planner.put_run(run);
    database.planner.tie(study, id, scale, {{"model.rank", rank}, {"optimizer.learning_rate", rate}}, count);
    if (status == RunStatus::queued) return id;
    EXPECT_TRUE(claim(database, study, scale, "me", 60));
    // The first value is a better one that must not count: the last does.
    if (loss)
      database.recorder.record(id, "me", {{"validation_loss", 5, 0.5}, {"validation_loss", 10, *loss}, {"train_loss", 10, 1.0}},
                               {{"W", 10, 0, 2.0}, {"W", 10, 1, 1.0}});
    database.queue.finish(id, "me", {status, 10, 2.0, "", status == RunStatus::failed ? "no memory" : ""});
    return id;
  }
  std::string best(const std::string& column, int rank) const {
    return text(database, "SELECT coalesce(" + column +
                              ", 'none') FROM best_rate WHERE json_extract(row, '$.\"model.rank\"') = " + std::to_string(rank));
  }
  std::string plan_of(const std::string& sql) const {
    std::string steps;
    for (const auto& row : database.reader.query("EXPLAIN QUERY PLAN " + sql).rows) steps += row.at(3) + "\n";
    return steps;
  }

  Folder folder;
  WholeFile database{folder / "a.db"};
  std::int64_t study = database.planner.put_study("transfer", "", {});
  int count = 0;
};

TEST_F(Views, BestRateIsTheLowestMeanOfLastValuesOverSeeds) {
  for (const auto& [rate, first, second] : {std::tuple{0.01, 2.0, 3.0}, {0.1, 2.5, 2.25}, {1.0, 1.5, 4.0}}) {
    add(8, rate, 0, RunStatus::completed, first);
    add(8, rate, 1, RunStatus::completed, second);
  }
  EXPECT_EQ(best("learning_rate", 8), "0.1");
  EXPECT_EQ(best("mean", 8), "2.375");
  EXPECT_EQ(best("seeds", 8), "2");
  EXPECT_EQ(best("rates", 8), "3");
  EXPECT_EQ(best("at_edge", 8), "0");
  EXPECT_EQ(best("row", 8), R"({"model.rank":8})");
  EXPECT_EQ(best("standard_error", 8), "none") << "no statistic is stored yet";
  StatisticRow statistic{
      R"({"model.rank":8,"optimizer.learning_rate":0.1})", "validation_loss", "quick", 2, 2.375, 0.125, 0, 0, "m", 1, "h"};
  database.recorder.put_statistic(study, statistic);
  EXPECT_EQ(best("standard_error", 8), "0.125");
  statistic.mean = 2.5;
  database.recorder.put_statistic(study, statistic);
  EXPECT_EQ(best("standard_error", 8), "none") << "a statistic of other results is not shown";
}

TEST_F(Views, BestRateSaysWhatLiesBeyondIt) {
  add(8, 0.1, 0, RunStatus::completed, 2.0);
  add(8, 1.0, 0, RunStatus::completed, 1.5);
  add(8, 1.0, 1, RunStatus::diverged, 1.0);
  add(8, 0.3, 0, RunStatus::failed, 0.25);
  add(2, 0.1, 0, RunStatus::diverged, 1.0);
  add(8, 0.03, 0, RunStatus::queued, {});
  EXPECT_EQ(best("learning_rate", 8), "0.1") << "a rate at which a run diverged never wins, one that failed has no loss";
  EXPECT_EQ(best("at_edge", 8), "1");
  EXPECT_EQ(best("rates", 8), "2");
  EXPECT_EQ(best("diverged", 8), "1");
  EXPECT_EQ(best("missing", 8), "2");
  EXPECT_EQ(best("learning_rate", 2), "none") << "but the row is there";
  EXPECT_EQ(best("diverged", 2), "1");
}

TEST_F(Views, BestRateOfEqualsIsTheSmallestAndScalesAreApart) {
  for (const double rate : {1.0, 0.1, 0.01}) add(8, rate, 0, RunStatus::completed, rate < 0.05 ? 3.0 : 2.0);
  EXPECT_EQ(best("learning_rate", 8), "0.1");
  add(8, 0.3, 0, RunStatus::completed, 1.0, "paper");
  EXPECT_EQ(number(database, "SELECT count(*) FROM best_rate"), 2);
  EXPECT_EQ(text(database, "SELECT learning_rate FROM best_rate WHERE scale = 'quick'"), "0.1");
}

TEST_F(Views, BestRateTakesARateThatIsNotSweptFromTheConfiguration) {
  NewRun run = new_run(1);
  run.config = {{"optimizer", {{"learning_rate", 0.25}}}};
  const auto id = database.planner.put_run(run);
  database.planner.tie(study, id, "quick", {{"model.rank", 4}}, 0);
  claim(database, study, "quick", "me", 60);
  database.recorder.record(id, "me", {{"validation_loss", 1, 2.0}});
  database.queue.finish(id, "me", {RunStatus::completed, 1, 1.0, "", ""});
  EXPECT_EQ(best("learning_rate", 4), "0.25");
}

TEST_F(Views, SeedsCountsEveryRunOnce) {
  add(8, 0.1, 0, RunStatus::completed, 2.0);
  add(8, 0.1, 1, RunStatus::completed, 3.0);
  add(8, 0.1, 2, RunStatus::completed, {});
  add(8, 0.1, 3, RunStatus::diverged, 9.0);
  add(8, 0.1, 4, RunStatus::failed, 0.1);
  add(8, 0.1, 5, RunStatus::queued, {});
  const auto row =
      database.reader.query("SELECT runs, completed, diverged, failed, unfinished, seeds, mean, lowest, highest FROM seeds").rows;
  ASSERT_EQ(row.size(), 1u);
  EXPECT_EQ(row[0], (std::vector<std::string>{"6", "3", "1", "1", "1", "2", "2.5", "2.0", "3.0"}));
}

TEST_F(Views, CurvesSpectraFailuresAndMachinesAreTheTablesWithTheirStudy) {
  const auto good = add(8, 0.1, 0, RunStatus::completed, 2.0), bad = add(2, 0.1, 7, RunStatus::failed, {});
  database.planner.tie(database.planner.put_study("other", "", {}), good, "paper", {}, 0);
  EXPECT_EQ(number(database, "SELECT count(*) FROM curves WHERE study = 'transfer'"), 3);
  EXPECT_EQ(number(database, "SELECT count(*) FROM curves"), 6) << "a run that two studies share has its rows under both";
  EXPECT_EQ(text(database, "SELECT value FROM spectra WHERE study = 'other' AND position = 0"), "2.0");
  const auto failure = database.reader.query("SELECT run_id, seed, error FROM failures").rows;
  ASSERT_EQ(failure.size(), 1u);
  EXPECT_EQ(failure[0], (std::vector<std::string>{std::to_string(bad), "7", "no memory"}));
  EXPECT_EQ(number(database, "SELECT count(*) FROM machines"), 0);
  database.recorder.set_environment(good, {{"cpu_model", "Abacus"}, {"dirty", true}});
  EXPECT_EQ(text(database, "SELECT cpu_model || runs || dirty FROM machines WHERE study = 'transfer'"), "Abacus11");
  EXPECT_EQ(number(database, "SELECT gflops FROM machines WHERE study = 'transfer'"), 0.5);
  ASSERT_EQ(database.reader.failed_runs(study, "quick").size(), 1u);
  EXPECT_EQ(database.reader.failed_runs(study, "quick")[0].id, bad);
  EXPECT_TRUE(database.reader.failed_runs(study, "paper").empty());
}

TEST_F(Views, ListsNeverReadWholeCurvesOrScanWhatTheyNeedNot) {
  for (const char* view : {"best_rate", "seeds", "run_summary", "failures", "machines"}) {
    const auto steps = plan_of(std::string("SELECT * FROM ") + view);
    for (const char* table : {" metric ", " metric\n", " spectrum"})
      EXPECT_EQ(steps.find(table), std::string::npos) << view << ":\n" << steps;
    EXPECT_EQ(steps.find("SCAN metric_summary"), std::string::npos) << view << ":\n" << steps;
  }
  EXPECT_NE(plan_of("SELECT * FROM failures").find("SCAN run USING INDEX run_failed"), std::string::npos)
      << plan_of("SELECT * FROM failures");
  for (const char* one : {"curves WHERE run_id = 7", "curves WHERE study = 'transfer' AND scale = 'quick' AND metric = 'train_loss'",
                          "spectra WHERE study = 'transfer' AND matrix = 'W'"}) {
    const auto steps = plan_of(std::string("SELECT * FROM ") + one);
    EXPECT_EQ(steps.find("SCAN run"), std::string::npos) << steps;
    EXPECT_EQ(steps.find("SCAN metric"), std::string::npos) << steps;
    EXPECT_EQ(steps.find("SCAN spectrum"), std::string::npos) << steps;
  }
}

TEST_F(Views, AreListedOnceEachAndAllThere) {
  std::vector<std::string> listed, there;
  for (const auto& view : saved_views()) listed.push_back(view.name);
  for (const auto& row : database.reader.query("SELECT name FROM sqlite_master WHERE type = 'view'").rows) there.push_back(row[0]);
  EXPECT_TRUE(std::is_permutation(listed.begin(), listed.end(), there.begin(), there.end()));
}

TEST_F(Views, ByNameAreFilteredByStudyScaleAndRun) {
  const auto first = add(8, 0.1, 0, RunStatus::completed, 2.0);
  add(8, 0.1, 1, RunStatus::completed, 2.5, "paper");
  const auto rows = [&](const std::string& name, const ViewFilter& filter) {
    return database.reader.query(view_sql(database, name, filter)).rows.size();
  };
  EXPECT_EQ(rows("seeds", {}), 2u);
  EXPECT_EQ(rows("seeds", {"transfer", "paper", {}, {}}), 1u);
  EXPECT_EQ(rows("curves", {"", "", first, {}}), 3u);
  EXPECT_EQ(rows("run_summary", {"transfer", "", {}, {}}), 2u);
  EXPECT_EQ(rows("run_summary", {"transfer", "paper", {}, {}}), 1u);
  EXPECT_EQ(rows("run", {"", "", first, {}}), 1u);
  EXPECT_EQ(rows("metric", {"", "quick", {}, {}}), 3u);
  EXPECT_EQ(rows("study_run", {"transfer", "", {}, {}}), 2u);
  EXPECT_EQ(rows("study", {"transfer", "", {}, {}}), 1u);
  EXPECT_EQ(rows("metric", {"", "", {}, 4}), 4u);
  EXPECT_EQ(rows("metric", {"", "", {}, 0}), 0u);
}

TEST_F(Views, AWrongNameStudyScaleRunOrFilterIsExplained) {
  add(8, 0.1, 0, RunStatus::completed, 2.0);
  const auto message = [&](const std::string& name, const ViewFilter& filter) {
    return message_of([&] { view_sql(database, name, filter); });
  };
  EXPECT_NE(message("best_rates", {}).find("did you mean \"best_rate\"?"), std::string::npos);
  EXPECT_NE(message("seeds", {"transfr", "", {}, {}}).find("did you mean \"transfer\"?"), std::string::npos);
  EXPECT_NE(message("seeds", {"", "quik", {}, {}}).find("did you mean \"quick\"?"), std::string::npos);
  EXPECT_NE(message("curves", {"", "", 99, {}}).find("no run 99; valid: ids from 1 to 1"), std::string::npos);
  EXPECT_NE(message("environment", {"transfer", "", {}, {}}).find("description"), std::string::npos) << "its columns are named";
  EXPECT_NE(message("best_rate", {"", "", 1, {}}).find("learning_rate"), std::string::npos);
  EXPECT_TRUE(is_one_name("best_rate"));
  for (const char* sql : {"", "select 1", "best_rate;", "a-b"}) EXPECT_FALSE(is_one_name(sql)) << sql;
}

TEST_F(Views, AStudyWithAQuoteInItsNameIsOnlyAName) {
  database.planner.put_study("o'clock", "", {});
  EXPECT_TRUE(database.reader.query(view_sql(database, "seeds", {"o'clock", "", {}, {}})).rows.empty());
}

}  // namespace
}  // namespace steepest::store::testing
