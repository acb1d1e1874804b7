// measured_runs_test.cpp: what a run's time went into.
#include "store/measured_runs.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include "store/claiming.h"
#include "store/support.h"

namespace steepest::store::testing {
namespace {

TEST(MeasuredRuns, TellStepsLooksAndStartApart) {
  Folder folder;
  WholeFile database(folder / "a.db");
  const auto study = plan(database, 1);
  const auto run = claim(database, study, "quick", "t", 60)->id;
  EXPECT_FALSE(measured_run(database, run)) << "it has not ended";
  database.queue.finish(run, "t", {RunStatus::completed, 100, 40, "", "", 10, 3});
  SQLite::Database file((folder / "a.db").string(), SQLite::OPEN_READWRITE);
  file.exec("UPDATE run SET started_at = '2026-01-01T00:00:59.500Z', finished_at = '2026-01-01T00:02:00.000Z'");
  const auto measured = measured_run(database, run);
  ASSERT_TRUE(measured);
  EXPECT_EQ(measured->step, 100);
  EXPECT_DOUBLE_EQ(measured->steps, 43) << "with the waiting for what they wrote";
  EXPECT_DOUBLE_EQ(measured->looks, 10);
  EXPECT_NEAR(measured->start.value(), 60.5 - 53, 1e-3);
  file.exec("UPDATE run SET attempts = 2");
  EXPECT_FALSE(measured_run(database, run)->start) << "between two attempts nobody may have been at work";
  file.exec("UPDATE run SET imported_at = '2026-01-01T00:03:00.000Z'");
  EXPECT_FALSE(measured_run(database, run)) << "made elsewhere";
}

TEST(MeasuredRuns, OfEarlierOnesTheLatestOfEachFamilyIsRead) {
  Folder folder;
  WholeFile database(folder / "a.db");
  const auto study = plan(database, 3);
  for (int i = 0; i < 3; ++i) {
    const auto run = claim(database, study, "quick", "t", 60)->id;
    database.queue.finish(run, "t", {RunStatus::completed, 10, 1.0 + i, "", ""});
  }
  SQLite::Database file((folder / "a.db").string(), SQLite::OPEN_READWRITE);
  file.exec(
      "UPDATE run SET family = CASE WHEN seconds = 3 THEN 'b' ELSE 'a' END, finished_at = '2026-01-01T00:00:0' || CAST(seconds AS "
      "INTEGER)");
  const auto runs = earlier_runs(database, 9);
  ASSERT_EQ(runs.size(), 2u);
  EXPECT_EQ(runs[0].measured.steps, 2);
  EXPECT_EQ(runs[1].measured.steps, 3) << "latest last";
  EXPECT_TRUE(runs[1].config.is_object());
  const auto one = earlier_runs(database, 1);
  ASSERT_EQ(one.size(), 1u);
  EXPECT_EQ(one[0].measured.steps, 3);
}

}  // namespace
}  // namespace steepest::store::testing
