// worker_test.cpp: a worker takes every planned run, and what it leaves behind when it is stopped another one completes.
#include "experiment/worker.h"

#include <gtest/gtest.h>

#include <fstream>

#include "config/run_schema.h"
#include "experiment/environment.h"
#include "options/error.h"
#include "small_run.h"
#include "store/claiming.h"
#include "store/database.h"

namespace steepest::experiment {
namespace {

class WorkerTest : public ::testing::Test {
 protected:
  WorkerTest() : file_(folder_ / "steepest.db"), database_(file_), study_(database_.put_study("test", "", {})) {}

  std::int64_t plan(const std::string& identity, const TrainingRun& options) {
    const std::int64_t run = database_.put_run({identity, config::to_json(options), options.seed, 1, 1.0});
    database_.tie(study_, run, "smoke", {}, run);
    return run;
  }
  void work(const std::string& token, const std::atomic<bool>& stop) {
    const auto plan = store::open_plan(database_, store::testing::content_of(database_, study_, "smoke"));
    experiment::work({file_, plan, token, folder_ / "checkpoints", folder_ / "data"}, stop);
  }
  std::string hash_of(std::int64_t run) {
    return database_.query("select parameter_hash from run where id=" + std::to_string(run)).rows.at(0).at(0);
  }

  Folder folder_;
  std::filesystem::path file_;
  store::Database database_;
  std::int64_t study_;
};

TEST_F(WorkerTest, CompletesEveryRunAndRecordsWhatItWasMadeWith) {
  const std::int64_t run = plan("a", small_run());
  plan("b", small_run(3));
  work("one", false);
  EXPECT_EQ(database_.progress(study_, "smoke").completed, 2);
  EXPECT_TRUE(database_.last_metric(run, "validation_loss").has_value());
  Trainer alone(small_run(), "");
  alone.run({[](const std::string&, std::int64_t, double) {}, [](std::int64_t) { return true; }});
  EXPECT_EQ(hash_of(run), alone.parameter_hash());
}

TEST_F(WorkerTest, AStoppedWorkersRunIsCompletedByTheNextToTheSameBits) {
  const std::int64_t run = plan("a", small_run());
  work("one", true);  // stopped before it claims anything
  EXPECT_EQ(database_.progress(study_, "smoke").queued, 1);
  const auto claim = store::testing::claim(database_, study_, "smoke", "dead", 60);
  ASSERT_TRUE(claim.has_value());
  Trainer half(small_run(), "");
  half.run({[](const std::string&, std::int64_t, double) {}, [](std::int64_t step) { return step < 7; }});
  half.save(folder_ / "checkpoints/a.pt", "a", 1);
  ASSERT_TRUE(database_.record(run, "dead", {{"train_loss", 5, 1.0}, {"train_loss", 9, 123.0}}));  // one row past the checkpoint
  EXPECT_EQ(database_.release("dead"), 1);
  work("two", false);
  EXPECT_EQ(database_.progress(study_, "smoke").completed, 1);
  EXPECT_EQ(database_.metrics(run, "train_loss").size(), 3u);  // steps 5, 10, 12; not 9
  Trainer alone(small_run(), "");
  alone.run({[](const std::string&, std::int64_t, double) {}, [](std::int64_t) { return true; }});
  EXPECT_EQ(hash_of(run), alone.parameter_hash());
  EXPECT_FALSE(std::filesystem::exists(folder_ / "checkpoints/a.pt"));
}

TEST_F(WorkerTest, ACheckpointThatCountsOnRowsWhichTheDatabaseLacksIsNotUsed) {
  const std::int64_t run = plan("a", small_run());
  Trainer half(small_run(), "");
  half.run({[](const std::string&, std::int64_t, double) {}, [](std::int64_t step) { return step < 7; }});
  half.save(folder_ / "checkpoints/a.pt", "a", 1);  // the row of step 5 went with the database that was here before
  work("one", false);
  EXPECT_EQ(database_.metrics(run, "train_loss").size(), 3u);
  EXPECT_EQ(database_.query("SELECT count(*) FROM event WHERE kind = 'checkpoint'").rows[0][0], "1");
}

TEST_F(WorkerTest, AnUnreadableCheckpointMeansStartingOver) {
  const std::int64_t run = plan("a", small_run());
  std::filesystem::create_directories(folder_ / "checkpoints");
  std::ofstream(folder_ / "checkpoints/a.pt") << "not an archive";
  work("one", false);
  EXPECT_EQ(database_.progress(study_, "smoke").completed, 1);
  EXPECT_EQ(database_.metrics(run, "validation_loss").size(), 1u);
}

TEST_F(WorkerTest, AMissingCorpusEndsTheWorkerAndLosesNothing) {
  TrainingRun options = small_run();
  options.data.name = "text";
  options.data.file = "nowhere.txt";
  plan("a", options);
  EXPECT_THROW(work("one", false), options::InputError);
  EXPECT_EQ(database_.progress(study_, "smoke").interrupted, 1);
}

TEST(Environment, NamesTheMachineButNoHostUserOrPath) {
  const std::string text = describe_environment("cpu").dump();
  EXPECT_NE(text.find("libtorch"), std::string::npos);
  EXPECT_EQ(text.find('/'), std::string::npos) << text;
  char host[256] = {};
  ASSERT_EQ(::gethostname(host, sizeof(host) - 1), 0);
  if (std::string(host).size() > 3) {  // a shorter one may stand in any word
    EXPECT_EQ(text.find(host), std::string::npos);
  }
}

}  // namespace
}  // namespace steepest::experiment
