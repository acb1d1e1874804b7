// comparison_test.cpp: differences between cells stand for the runs of both, and statistics notice a run that was made again.
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "sweep/planner.h"
#include "sweep/statistics.h"
#include "sweep/support.h"

namespace steepest::sweep {
namespace {

using store::RunStatus;

constexpr const char *kOne = R"({"x":1})", *kTwo = R"({"x":2})";
const results::Baselines kAgainstOne{{kOne, kOne}, {kTwo, kOne}};

class Comparisons : public testing::Test {
 protected:
  /// Plans x = 1 and 2 at the given number of seeds and ends what is queued by `losses[x][seed]`; infinity: diverged.
  void make(const std::map<int, std::vector<double>>& losses) {
    const auto planned = plan(database, study_over({1, 2}, static_cast<int>(losses.at(1).size())));
    study = planned.study;
    store::close_plan(database, planned.id);
    while (const auto run = store::testing::claim(database, study, "quick", "me", 60)) {
      const double loss = losses.at(run->config.at("x"))[run->config.at("seed").get<std::size_t>()];
      end(*run, loss, "hash");
    }
  }
  void end(const store::ClaimedRun& run, double loss, const std::string& hash) {
    const bool finite = std::isfinite(loss);
    database.recorder.record(run.id, "me", {{"validation_loss", 10, finite ? loss : 1.0}});
    database.queue.finish(run.id, "me", {finite ? RunStatus::completed : RunStatus::diverged, 10, 1.0, hash, ""});
  }
  /// The first run of x once more, from its start.
  void again(int x, double loss, const std::string& hash) {
    for (const auto& run : database.reader.runs(study, "quick")) {
      if (run.cell.at("x") != x || run.seed != 0) continue;
      store::testing::forget_result(database, run.id);
      end(*store::testing::claim(database, study, "quick", "me", 60), loss, hash);
      return;
    }
  }
  struct Kept {
    std::vector<results::CellRow> rows;
    std::int64_t stored;
  };
  /// As `steepest stats` does. The cells live until the next call.
  Kept keep(const results::Baselines& baselines) {
    loaded = results::load(database, study, "quick", {.configurations = false});
    auto rows = results::cells(loaded, kValidationLoss);
    results::compare(rows, loaded, baselines, kValidationLoss);
    const auto stored = store_statistics(database, loaded, rows, kValidationLoss);
    return {std::move(rows), stored};
  }
  std::int64_t update() { return keep(kAgainstOne).stored; }
  store::StatisticRow stored(const std::string& cell, const std::string& baseline) const {
    for (const auto& row : database.reader.statistics(study, "quick")) {
      if (row.cell == cell && row.baseline == baseline) return row;
    }
    ADD_FAILURE() << "no row for " << cell << " against " << baseline;
    return {};
  }
  results::Comparison compared(const std::string& cell, const std::string& baseline) {
    for (const auto& row : keep({{cell, baseline}}).rows) {
      if (row.cell->text == cell && row.comparison) return *row.comparison;
    }
    ADD_FAILURE() << "no comparison of " << cell << " with " << baseline;
    return {};
  }

  Folder folder;
  store::testing::WholeFile database{folder / "s.db"};
  std::int64_t study = 0;
  results::Study loaded;
};

TEST_F(Comparisons, AreDifferencesAtEqualSeedsAndTheShareOfPairsWon) {
  make({{1, {1.0, 2.0, 4.0}}, {2, {1.5, 1.75, 4.0}}});
  EXPECT_EQ(update(), 3) << "two cells, and one of them against the other";
  const auto row = stored(kTwo, kOne);
  EXPECT_EQ(row.n, 3);
  EXPECT_DOUBLE_EQ(row.mean, (0.5 - 0.25 + 0) / 3);
  EXPECT_LE(row.low, row.mean);
  EXPECT_GE(row.high, row.mean);
  EXPECT_DOUBLE_EQ(row.probability, (1 + 1 + 0 + 1 + 1 + 0 + 0 + 0 + 0.5) / 9);  // 1.5, 1.75 and 4 against 1, 2 and 4, wins and halves
  EXPECT_LE(row.probability_low, row.probability);
  EXPECT_GE(row.probability_high, row.probability);
  EXPECT_TRUE(std::isnan(stored(kTwo, "").probability));
}

TEST_F(Comparisons, OfEachWithTheOtherAreOpposite) {
  make({{1, {1.0, 2.0, 4.0}}, {2, {1.5, 1.75, 4.0}}});
  const auto there = compared(kTwo, kOne), back = compared(kOne, kTwo);
  EXPECT_EQ(there.difference.mean, -back.difference.mean);
  EXPECT_EQ(there.difference.standard_error, back.difference.standard_error);
  EXPECT_EQ(there.difference.interval.low, -back.difference.interval.high);
  EXPECT_DOUBLE_EQ(there.improvement.probability + back.improvement.probability, 1);
  for (const auto& row : keep({{kOne, kOne}}).rows) EXPECT_FALSE(row.comparison) << "a cell is not compared with itself";
}

TEST_F(Comparisons, ADivergedRunCountsAgainstItsCellAndInNoMean) {
  make({{1, {1.0, 2.0}}, {2, {0.5, std::numeric_limits<double>::infinity()}}});
  update();
  const auto row = stored(kTwo, kOne);
  EXPECT_EQ(row.n, 1);
  EXPECT_DOUBLE_EQ(row.mean, -0.5);
  EXPECT_DOUBLE_EQ(row.probability, 0.5);
  EXPECT_EQ(stored(kTwo, "").n, 1);
  EXPECT_DOUBLE_EQ(stored(kTwo, "").mean, 0.5);
}

TEST_F(Comparisons, WithoutSharedSeedsOrFiniteLossesThereIsStillAProbability) {
  const double infinity = std::numeric_limits<double>::infinity();
  make({{1, {infinity, 2.0}}, {2, {0.5, infinity}}});
  update();
  EXPECT_EQ(stored(kTwo, kOne).n, 0);
  EXPECT_TRUE(std::isnan(stored(kTwo, kOne).mean));
  EXPECT_DOUBLE_EQ(stored(kTwo, kOne).probability, (1 + 1 + 0.5 + 0) / 4);
}

TEST_F(Comparisons, AreComputedAgainOnlyWhenTheRunsOfEitherCellChange) {
  make({{1, {1.0, 2.0}}, {2, {1.5, 1.75}}});
  EXPECT_EQ(update(), 3);
  const auto first = stored(kTwo, kOne);
  EXPECT_EQ(update(), 0) << "nothing has changed";
  again(2, 1.5, "hash");
  EXPECT_EQ(update(), 0) << "the same run with the same result";
  again(2, 1.25, "hash");
  EXPECT_EQ(update(), 2) << "another loss: the cell and its comparison";
  EXPECT_NE(stored(kTwo, kOne).runs_hash, first.runs_hash);
  EXPECT_DOUBLE_EQ(stored(kTwo, kOne).mean, 0);
  again(1, 1.0, "other bits");
  EXPECT_EQ(update(), 2) << "other parameters, now of the baseline";
  again(2, std::numeric_limits<double>::infinity(), "");
  EXPECT_EQ(update(), 2) << "it diverged this time";
  EXPECT_EQ(stored(kTwo, "").n, 1);
  make({{1, {1.0, 2.0, 3.0}}, {2, {1.5, 1.75, 2.5}}});
  EXPECT_EQ(update(), 3) << "one more seed everywhere";
  EXPECT_EQ(stored(kTwo, kOne).bootstrap_seed, first.bootstrap_seed);
  EXPECT_EQ(update(), 0);
}

TEST_F(Comparisons, WaitUntilBothCellsAreComplete) {
  make({{1, {1.0, 2.0}}, {2, {1.5, 1.75}}});
  plan(database, study_over({1, 2}, 3));
  const auto kept = keep(kAgainstOne);
  EXPECT_EQ(kept.stored, 0);
  ASSERT_EQ(kept.rows.size(), 2u) << "but one may look";
  EXPECT_EQ(kept.rows[1].level.n, 2);
  EXPECT_EQ(kept.rows[1].comparison->difference.n, 2);
}

TEST_F(Comparisons, GoWithTheCellsThatTheyAreAbout) {
  make({{1, {1.0, 2.0}}, {2, {1.5, 1.75}}});
  update();
  plan(database, study_over({2}, 2), {.prune = true});
  const auto rows = database.reader.statistics(study, "quick");
  ASSERT_EQ(rows.size(), 1u) << "the baseline has left the study, and the comparison with it";
  EXPECT_EQ(rows[0].cell, kTwo);
  EXPECT_EQ(rows[0].baseline, "");
}

TEST_F(Comparisons, ALastValueThatIsNoNumberIsLeftOutAndCountsAsDiverged) {
  make({{1, {1.0, 2.0}}, {2, {1.5, 1.75}}});
  again(2, 1.0, "hash");
  const auto run = database.reader.runs(study, "quick").back();
  store::testing::forget_result(database, run.id);
  const auto claimed = store::testing::claim(database, study, "quick", "me", 60);
  database.recorder.record(claimed->id, "me", {{"validation_loss", 10, std::nan("")}});
  database.queue.finish(claimed->id, "me", {RunStatus::completed, 10, 1.0, "", ""});
  update();
  EXPECT_EQ(stored(kTwo, "").n, 1);
  EXPECT_TRUE(std::isfinite(stored(kTwo, "").mean));
  EXPECT_DOUBLE_EQ(stored(kTwo, kOne).probability, (0.5 + 1 + 0 + 0) / 4);
}

}  // namespace
}  // namespace steepest::sweep
