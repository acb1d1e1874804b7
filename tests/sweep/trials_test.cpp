// trials_test.cpp: what is not known is tried, and known afterwards; and steps that first runs tell of.
#include "sweep/trials.h"

#include <SQLiteCpp/Database.h>

#include "sweep/fake_worker.h"
#include "sweep/planner.h"
#include "sweep/step_seconds.h"
#include "sweep/support.h"

namespace steepest::sweep {
namespace {

/// So many runs, each of another shape; the fake worker says that a step takes 0.01 s and a look 0.5 s.
study::Study shapes(int count) {
  study::Study study{"s", "", "quick", {}, {}};
  for (int i = 0; i < count; ++i) {
    study::PlannedRun run{{{"x", i}}, {{"x", i}}, 0, "run" + std::to_string(i), 1e12, "family" + std::to_string(i), {}, {}};
    run.work = {"shape" + std::to_string(i), 1e9 * (1 + i), 100, {0}};
    study.runs.push_back(run);
  }
  return study;
}

TEST(Trials, MakeKnownWhatWasNot) {
  const auto study = shapes(3);
  CostModel costs;
  const auto found = trials(this_program(), "", study, costs);
  ASSERT_EQ(found.size(), 3u);
  for (const auto& trial : found) costs.add(trial.work, trial.measured, CostModel::Source::earlier);
  for (const auto& run : study.runs)
    EXPECT_NEAR(costs.seconds(run.work).value(), 100 * 0.01 + 0.5, 1e-9) << "steps, and the look at the end";
  EXPECT_TRUE(trials(this_program(), "", study, costs).empty()) << "all of it is known";
}

TEST(Trials, AreFewAndReachFromTheCheapestToTheDearest) {
  const auto found = trials(this_program(), "", shapes(40), {});
  ASSERT_EQ(found.size(), kTrials);
  EXPECT_EQ(found.front().work.shape, "shape0");
  EXPECT_EQ(found.back().work.shape, "shape39");
}

TEST(Trials, OfAWorkerThatCannotAreNone) { EXPECT_TRUE(trials("/bin/false", "", shapes(2), {}).empty()); }

struct Seconds : testing::Test {
  Folder folder;
  store::testing::WholeFile database{folder / "s.db"};

  run::TrainingRun run(double rate) {
    run::TrainingRun run;
    run.data.vocabulary = 65;
    run.optimizer = optim::LoraMuonOptions{.learning_rate = rate};
    return run;
  }
  void finish(const run::TrainingRun& run, double seconds, const std::string& name = "s") {
    const run::AnyRun any = run;
    const auto study = database.planner.put_study(name, "", nlohmann::json::object());
    const auto id =
        database.planner.put_run({"i" + std::to_string(++count_), run::to_json(any), 0, {}, 1e12, "f" + std::to_string(count_)});
    database.planner.tie(study, id, "quick", {{"n", count_}}, count_);
    const auto claimed = store::testing::claim(database, study, "quick", "t", 60);
    database.queue.finish(claimed->id, "t", {store::RunStatus::completed, 256, seconds, "", ""});
  }
  int count_ = 0;
};

// Times have milliseconds, in which two short runs may end: then their numbers decide, not the order in which SQLite finds them.
TEST_F(Seconds, OfRunsThatEndedInOneInstantAreThoseOfTheFirst) {
  for (int i = 0; i < 20; ++i) finish(run(0.1 * (20 - i)), 25.6 * (1 + i));
  SQLite::Database((folder / "s.db").string(), SQLite::OPEN_READWRITE).exec("UPDATE run SET finished_at = '2026-01-01T00:00:00.000Z'");
  EXPECT_NEAR(StepSeconds(database.reader).of(run(1.0)).value(), 0.1, 1e-9);
}

TEST_F(Seconds, AreThoseOfTheFirstRunOfAShape) {
  EXPECT_FALSE(StepSeconds(database.reader).of(run(0.1)));
  finish(run(0.1), 25.6);
  finish(run(0.3), 51.2);  // of the same shape
  EXPECT_NEAR(StepSeconds(database.reader).of(run(1.0)).value(), 0.1, 1e-9);
  finish(run(0.2), 76.8, "own");
  finish(run(0.4), 102.4, "own");
  EXPECT_NEAR(StepSeconds(database.reader, "own").of(run(1.0)).value(), 0.3, 1e-9) << "the first of the study";
  EXPECT_NEAR(StepSeconds(database.reader, "none").of(run(1.0)).value(), 0.1, 1e-9) << "of any, where it has none";
  auto other = run(0.1);
  std::get<model::TransformerOptions>(other.model).rank = 2;
  EXPECT_FALSE(StepSeconds(database.reader).of(other));
}

}  // namespace
}  // namespace steepest::sweep
