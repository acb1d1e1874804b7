// plan_watch_test.cpp: what becomes of a plan's runs is noticed once, is kept until it has been dealt with, and costs no more the more runs
// there are.
#include "sweep/plan_watch.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>

#include <random>

#include "store/patience.h"
#include "store/steps.h"
#include "sweep/support.h"

namespace steepest::sweep {
namespace {

using store::RunStatus;
using testing::HasSubstr;

struct Watching : testing::Test {
  Folder folder;
  store::testing::WholeFile database{folder / "s.db"};

  static std::vector<std::string> told(PlanWatch& watch) {
    std::vector<std::string> lines;
    for (auto& news = watch.news(); !news.empty(); news.pop_front()) lines.push_back(watch.line(news.front()));
    return lines;
  }
};

TEST_F(Watching, EachEndIsNewsOnce) {
  const auto planned = plan(database, study_over({1}, 3));
  ASSERT_TRUE(end_next(database, planned.study, RunStatus::completed, 1.5));
  PlanWatch watch(database, planned);
  watch.look();
  EXPECT_TRUE(told(watch).empty()) << "it had ended before";
  ASSERT_TRUE(end_next(database, planned.study, RunStatus::completed, 2.5));
  ASSERT_TRUE(end_next(database, planned.study, RunStatus::failed, 1.0));
  watch.look();
  const auto lines = told(watch);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_THAT(lines[0], HasSubstr("[2/3] completed  x=1 seed=1  validation_loss 2.5000"));
  EXPECT_THAT(lines[1], HasSubstr("[3/3] failed     x=1 seed=2  a reason"));
  EXPECT_TRUE(watch.nothing_left());
  watch.look();
  watch.look_at_all();
  EXPECT_TRUE(told(watch).empty());
}

TEST_F(Watching, ProgressIsThatOfTheFile) {
  const auto planned = plan(database, study_over({1, 2}, 4));
  PlanWatch watch(database, planned);
  std::mt19937_64 engine(5);
  std::vector<std::string> held;
  for (int step = 0; step < 200; ++step) {
    const std::string token = "t" + std::to_string(step);
    switch (engine() % 5) {
      case 0:
      case 1:
        if (const auto run = database.queue.claim(planned.id, token, 60)) {
          held.push_back(token);
          database.queue.heartbeat(run->id, token, static_cast<std::int64_t>(engine() % 10), 60);
        }
        break;
      case 2:
        if (!held.empty()) database.queue.release(held.back()), held.pop_back();
        break;
      case 3:
        if (!held.empty()) database.queue.fail(held.back(), "try_failed", "", 1), held.pop_back();
        break;
      default:
        if (engine() % 4 == 0) store::requeue_failed(database, planned.id);
        break;
    }
    watch.look();
    const auto seen = watch.progress(), stored = database.reader.progress(planned.study, "quick");
    ASSERT_EQ(std::tie(seen.queued, seen.running, seen.completed, seen.diverged, seen.failed, seen.interrupted),
              std::tie(stored.queued, stored.running, stored.completed, stored.diverged, stored.failed, stored.interrupted));
    ASSERT_NEAR(seen.flops_done, stored.flops_done, 1);
    ASSERT_DOUBLE_EQ(seen.flops_total, stored.flops_total);
    const auto work_left = watch.left();
    double left = 0;
    const auto rest = [](const auto& run) { return run.work.step_flops * static_cast<double>(run.work.steps - run.step); };
    for (const auto& run : work_left.under) left += rest(run);
    for (const auto& run : work_left.waiting) left += static_cast<double>(run.runs) * rest(run);
    ASSERT_NEAR(left, stored.flops_total - stored.flops_done, 1);
  }
}

TEST_F(Watching, NewsIsKeptUntilItHasBeenDealtWithAndStatisticsUntilTheyAreWritten) {
  const auto planned = plan(database, study_over({1}, 1));
  PlanWatch watch(database, planned);
  ASSERT_TRUE(end_next(database, planned.study, RunStatus::completed, 1.5));
  const store::Patience patience(database, std::chrono::milliseconds(20));
  {
    SQLite::Database other((folder / "s.db").string(), SQLite::OPEN_READWRITE, 10000);
    other.exec("BEGIN IMMEDIATE");
    watch.look();
    EXPECT_THROW(watch.cells().store(database), store::BusyError);
    watch.look();
    EXPECT_EQ(watch.news().size(), 1u);
    other.exec("COMMIT");
  }
  watch.cells().store(database);
  EXPECT_EQ(database.reader.statistics(planned.study, "quick").size(), 1u);
  EXPECT_EQ(told(watch).size(), 1u);
}

TEST_F(Watching, StatisticsOfEveryStudyThatARunCountsInAreStored) {
  const auto other = plan(database, study_over({1}, 2, "other"));
  const auto planned = plan(database, study_over({1, 2}, 2));
  PlanWatch watch(database, planned);
  const auto stored = [&](std::int64_t study) {
    watch.look();
    watch.cells().store(database);
    return database.reader.statistics(study, "quick").size();
  };
  ASSERT_TRUE(end_next(database, planned.study, RunStatus::completed, 1.0));
  EXPECT_EQ(stored(planned.study), 0u) << "a run of the cell is open";
  ASSERT_TRUE(end_next(database, planned.study, RunStatus::completed, 2.0));
  EXPECT_EQ(stored(planned.study), 1u);
  EXPECT_EQ(stored(other.study), 1u);
  // Made again with another result: the old row must not stand.
  const double before = database.reader.statistics(other.study, "quick").at(0).mean;
  store::testing::forget_result(database, 1);
  watch.look();
  ASSERT_TRUE(end_next(database, planned.study, RunStatus::completed, 9.0));
  EXPECT_EQ(stored(other.study), 1u);
  EXPECT_NE(database.reader.statistics(other.study, "quick").at(0).mean, before);
}

TEST_F(Watching, AResultThatIsImportedEndsARunToo) {
  const auto planned = plan(database, study_over({1}, 1));
  PlanWatch watch(database, planned);
  database.recorder.event(1, "imported", "completed");
  watch.look();
  EXPECT_FALSE(watch.nothing_left()) << "the event alone ends nothing";
  SQLite::Database((folder / "s.db").string(), SQLite::OPEN_READWRITE).exec("UPDATE run SET status = 'completed'");
  database.recorder.event(1, "imported", "completed");
  watch.look();
  EXPECT_TRUE(watch.nothing_left());
  EXPECT_EQ(watch.news().size(), 1u);
}

TEST_F(Watching, AStatusThatLeftNoEventIsSeenByALookAtAll) {
  const auto planned = plan(database, study_over({1}, 2));
  PlanWatch watch(database, planned);
  SQLite::Database((folder / "s.db").string(), SQLite::OPEN_READWRITE).exec("UPDATE run SET status = 'completed' WHERE id = 1");
  watch.look();
  EXPECT_EQ(watch.progress().completed, 0);
  watch.look_at_all();
  EXPECT_EQ(watch.progress().completed, 1);
  EXPECT_EQ(watch.news().size(), 1u);
}

/// SQLite's work for one more end, of so many runs in as many cells as asked for, half of them ended before.
std::int64_t steps_of_one_end(int cells, int seeds) {
  Folder folder;
  store::testing::WholeFile database(folder / "s.db");
  std::vector<int> xs(static_cast<std::size_t>(cells));
  for (int i = 0; i < cells; ++i) xs[static_cast<std::size_t>(i)] = i;
  const auto planned = plan(database, study_over(xs, seeds));
  const auto end_one = [&] {
    const auto run = database.queue.claim(planned.id, "me", 60);
    database.recorder.record(run->id, "me", {{"validation_loss", 10, 1.0}});
    database.queue.finish(run->id, "me", {RunStatus::completed, 10, 1.0, "", ""});
  };
  database.planner.transaction([&] {
    for (int i = 0; i < cells * seeds / 2; ++i) end_one();
  });
  PlanWatch watch(database, planned);
  end_one();
  const store::testing::Steps steps(database);
  watch.look();
  EXPECT_EQ(watch.news().size(), 1u);
  watch.line(watch.news().front());
  watch.cells().store(database);
  watch.progress();
  return steps.taken();
}

TEST(WorkOfASupervisor, ForOneMoreEndDoesNotGrowWithTheNumberOfRuns) {
  for (const auto& [cells, seeds] : {std::pair(1, 40), std::pair(20, 2)}) {
    const auto few = steps_of_one_end(cells, seeds), many = steps_of_one_end(cells == 1 ? 1 : 1000, cells == 1 ? 2000 : 2);
    EXPECT_GT(few, 0);
    EXPECT_LT(many, few + few / 2) << cells << " cells";
  }
}

}  // namespace
}  // namespace steepest::sweep
