// statistic_test.cpp: summaries over seeds come back as they were, and are replaced, not added to.
#include "support.h"

#include <cmath>

namespace steepest::store::testing {
namespace {

TEST(Statistic, ComesBackAsItWas) {
  Folder folder;
  WholeFile database(folder / "a.db");
  const auto study = plan(database, 1);
  const StatisticRow row{"{\"model.rank\":8}", "validation_loss", "quick", 6, 1.0 / 3, 1e-300, -2.5, 7.25, "bootstrap", 42, "abc"};
  database.recorder.put_statistic(study, row);
  const auto rows = database.reader.statistics(study, "quick");
  ASSERT_EQ(rows.size(), 1u);
  const auto fields = [](const StatisticRow& r) {
    return std::tuple(r.cell, r.metric, r.scale, r.n, r.mean, r.standard_error, r.low, r.high, r.method, r.bootstrap_seed, r.runs_hash);
  };
  EXPECT_EQ(fields(rows[0]), fields(row));
  EXPECT_TRUE(database.reader.statistics(study, "paper").empty());
  EXPECT_TRUE(database.reader.statistics(study + 1, "quick").empty());
}

TEST(Statistic, OneSeedHasNoSpread) {
  Folder folder;
  WholeFile database(folder / "a.db");
  const auto study = plan(database, 1);
  const double undefined = std::nan("");
  database.recorder.put_statistic(study, {"{}", "loss", "quick", 1, 2.0, undefined, undefined, undefined, "bootstrap", 1, "h"});
  EXPECT_EQ(number(database, "SELECT standard_error IS NULL AND low IS NULL AND high IS NULL FROM statistic"), 1);
  EXPECT_TRUE(std::isnan(database.reader.statistics(study, "quick")[0].standard_error));
  EXPECT_EQ(database.reader.statistics(study, "quick")[0].mean, 2.0);
}

TEST(Statistic, IsReplacedWithItsRuns) {
  Folder folder;
  WholeFile database(folder / "a.db");
  const auto study = plan(database, 1);
  database.recorder.put_statistic(study, {"{}", "loss", "quick", 1, 2.0, 0, 0, 0, "one", 1, "before"});
  database.recorder.put_statistic(study, {"{}", "loss", "quick", 2, 3.0, 0, 0, 0, "two", 2, "after"});
  const auto rows = database.reader.statistics(study, "quick");
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].runs_hash, "after");
  EXPECT_EQ(rows[0].mean, 3.0);
}

}  // namespace
}  // namespace steepest::store::testing
