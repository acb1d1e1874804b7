// worker_test.cpp: a worker takes every planned run, and what it leaves behind when it is stopped another one completes.
#include "experiment/worker.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>

#include <fstream>
#include <functional>

#include "experiment/environment.h"
#include "options/error.h"
#include "run/run.h"
#include "scarce_memory.h"
#include "small_run.h"
#include "store/claiming.h"
#include "store/whole_file.h"
#include "store/without_folders.h"

namespace steepest::experiment {
namespace {

class WorkerTest : public ::testing::Test {
 protected:
  WorkerTest() : file_(folder_ / "steepest.db"), database_(file_), study_(database_.planner.put_study("test", "", {})) {}

  std::int64_t plan(const std::string& identity, const run::TrainingRun& options) {
    const std::int64_t run = database_.planner.put_run({identity, run::to_json(options), options.seed, 1, 1.0});
    database_.planner.tie(study_, run, "smoke", {}, run);
    return run;
  }
  void work(const std::string& token, const std::atomic<bool>& stop) {
    const auto plan = store::open_plan(database_, store::testing::content_of(database_, study_, "smoke"));
    experiment::work({file_, plan, token, folder_ / "checkpoints", folder_ / "data"}, stop);
  }
  std::string hash_of(std::int64_t run) {
    return database_.reader.query("select parameter_hash from run where id=" + std::to_string(run)).rows.at(0).at(0);
  }

  /// Of the runs here, of which nothing is said about what they observe.
  static std::string mark(const std::string& identity) { return checkpoint_mark(identity, "{}"); }

  /// The checkpoint of a run that was stopped after 7 steps.
  static void half(const std::filesystem::path& file, const std::string& identity, std::int64_t rows) {
    Trainer half(small_run(), "");
    half.run({[](const std::string&, std::int64_t, double) {}, [](std::int64_t step) { return step < 7; }});
    half.save(file, identity, rows);
  }
  void store_row_of_step_5(std::int64_t run) {
    ASSERT_TRUE(store::testing::claim(database_, study_, "smoke", "dead", 60).has_value());
    ASSERT_TRUE(database_.recorder.record(run, "dead", {{"train_loss", 5, 1.0}}));
    ASSERT_EQ(database_.queue.release("dead"), 1);
  }
  std::string events(std::int64_t run, const std::string& kind) {
    std::string text;
    const std::string of_the_run = " FROM event WHERE kind = '" + kind + "' AND run_id = " + std::to_string(run);
    for (const auto& row : database_.reader.query("SELECT message" + of_the_run).rows) text += row[0] + "\n";
    return text;
  }

  Folder folder_;
  std::filesystem::path file_;
  store::testing::WholeFile database_;
  std::int64_t study_;
};

TEST_F(WorkerTest, CompletesEveryRunAndRecordsWhatItWasMadeWith) {
  const std::int64_t run = plan("a", small_run());
  plan("b", small_run(3));
  work("one", false);
  EXPECT_EQ(database_.reader.progress(study_, "smoke").completed, 2);
  EXPECT_TRUE(database_.reader.last_metric(run, "validation_loss").has_value());
  Trainer alone(small_run(), "");
  alone.run({[](const std::string&, std::int64_t, double) {}, [](std::int64_t) { return true; }});
  EXPECT_EQ(hash_of(run), alone.parameter_hash());
}

TEST_F(WorkerTest, AStoppedWorkersRunIsCompletedByTheNextToTheSameBits) {
  const std::int64_t run = plan("a", small_run());
  work("one", true);  // stopped before it claims anything
  EXPECT_EQ(database_.reader.progress(study_, "smoke").queued, 1);
  const auto claim = store::testing::claim(database_, study_, "smoke", "dead", 60);
  ASSERT_TRUE(claim.has_value());
  Trainer half(small_run(), "");
  half.run({[](const std::string&, std::int64_t, double) {}, [](std::int64_t step) { return step < 7; }});
  half.save(folder_ / "checkpoints/a.pt", mark("a"), 1);
  ASSERT_TRUE(database_.recorder.record(run, "dead", {{"train_loss", 5, 1.0}, {"train_loss", 9, 123.0}}));  // one row past the checkpoint
  EXPECT_EQ(database_.queue.release("dead"), 1);
  work("two", false);
  EXPECT_EQ(database_.reader.progress(study_, "smoke").completed, 1);
  EXPECT_EQ(database_.reader.metrics(run, "train_loss").size(), 3u);  // steps 5, 10, 12; not 9
  Trainer alone(small_run(), "");
  alone.run({[](const std::string&, std::int64_t, double) {}, [](std::int64_t) { return true; }});
  EXPECT_EQ(hash_of(run), alone.parameter_hash());
  EXPECT_FALSE(std::filesystem::exists(folder_ / "checkpoints/a.pt"));
}

TEST_F(WorkerTest, ARunOfAnUpgradedFileGoesOnFromTheCheckpointUnderItsFormerName) {
  const std::int64_t run = plan("a", small_run());
  half(folder_ / "checkpoints/former.pt", "former", 1);
  store_row_of_step_5(run);
  SQLite::Database(file_.string(), SQLite::OPEN_READWRITE).exec("UPDATE run SET former_identity = 'former'");
  work("one", false);
  EXPECT_EQ(database_.reader.progress(study_, "smoke").completed, 1);
  EXPECT_EQ(database_.reader.metrics(run, "train_loss").at(0).value, 1.0) << "the row that no training gives is still there";
  EXPECT_EQ(events(run, "checkpoint"), "");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "checkpoints/former.pt"));
}

TEST_F(WorkerTest, ACheckpointOfARunThatWasLookedAtLessOftenIsNotGoneOnFrom) {
  const std::int64_t run = plan("a", small_run());
  half(folder_ / "checkpoints/a.pt", mark("a"), 0);
  SQLite::Database(file_.string(), SQLite::OPEN_READWRITE).exec(R"(UPDATE run SET observes = '{"training.evaluate_every":1}')");
  work("one", false);
  EXPECT_EQ(database_.reader.metrics(run, "train_loss").size(), 3u);
  EXPECT_THAT(events(run, "checkpoint"), testing::HasSubstr("of another run"));
}

// A bit that flipped, a file that was cut, another run's, one that counts on rows of a database that was here before.
TEST_F(WorkerTest, ACheckpointThatNobodyCanUseIsSetAsideAndTheRunStartsOverToTheSameBits) {
  Trainer alone(small_run(), "");
  alone.run({[](const std::string&, std::int64_t, double) {}, [](std::int64_t) { return true; }});
  const std::vector<std::pair<std::string, std::function<void(const std::filesystem::path&)>>> damages = {
      {"not as it was written", [](const auto& file) { std::fstream(file, std::ios::in | std::ios::out).seekp(3000).put('x'); }},
      {"not as it was written", [](const auto& file) { std::filesystem::resize_file(file, 5000); }},
      {"of another run", [&](const auto& file) { half(file, "of a run that is not this one", 1); }},
      {"does not have the rows", [&](const auto& file) { half(file, mark("damaged 3"), 1); }}};
  for (std::size_t i = 0; i < damages.size(); ++i) {
    const std::string identity = "damaged " + std::to_string(i);
    SCOPED_TRACE(damages[i].first);
    const std::int64_t run = plan(identity, small_run());
    const auto file = folder_ / ("checkpoints/" + identity + ".pt");
    half(file, mark(identity), 0);
    damages[i].second(file);
    work("one", false);
    EXPECT_EQ(hash_of(run), alone.parameter_hash());
    EXPECT_EQ(database_.reader.metrics(run, "train_loss").size(), 3u);
    EXPECT_FALSE(std::filesystem::exists(file));
    EXPECT_TRUE(std::filesystem::exists(file.string() + ".set-aside-1"));
    EXPECT_THAT(events(run, "checkpoint"), testing::AllOf(testing::HasSubstr(damages[i].first),
                                                          testing::HasSubstr(identity + ".pt.set-aside-1; the run starts over")));
  }
}

// The row of step 5 has a value that no training gives: it is still there if the run went on from its checkpoint.
TEST_F(WorkerTest, ACheckpointThatFindsNoMemoryFailsATryAndTheNextGoesOnFromIt) {
  const std::int64_t run = plan("a", small_run());
  const auto file = folder_ / "checkpoints/a.pt";
  half(file, mark("a"), 1);
  store_row_of_step_5(run);
  const auto size = std::filesystem::file_size(file);
  refuse_memory(size, size + 64, 1);
  work("one", false);
  EXPECT_EQ(refusals_left(), 0);
  EXPECT_EQ(database_.reader.progress(study_, "smoke").completed, 1);
  EXPECT_EQ(database_.reader.metrics(run, "train_loss").at(0).value, 1.0);
  EXPECT_THAT(events(run, "try_failed"), testing::HasSubstr("a.pt could not be loaded and stays as it is: out of memory"));
  EXPECT_EQ(events(run, "checkpoint"), "");
}

TEST_F(WorkerTest, ACheckpointThatCannotBeReadStaysWhileEveryTryFails) {
  const std::int64_t run = plan("a", small_run());
  const auto file = folder_ / "checkpoints/a.pt", away = folder_ / "away";
  half(away, mark("a"), 1);
  store_row_of_step_5(run);
  std::filesystem::create_directories(file.parent_path());
  std::filesystem::create_symlink("a.pt", file);  // a loop
  work("one", false);
  EXPECT_EQ(database_.reader.progress(study_, "smoke").failed, 1);
  EXPECT_TRUE(std::filesystem::is_symlink(file));
  std::filesystem::rename(away, file);
  const auto again = store::open_plan(database_, store::testing::content_of(database_, study_, "smoke"));
  ASSERT_EQ(store::requeue_failed(database_, again), 1);
  store::close_plan(database_, again);
  work("two", false);
  EXPECT_EQ(database_.reader.progress(study_, "smoke").completed, 1);
  EXPECT_EQ(database_.reader.metrics(run, "train_loss").at(0).value, 1.0);
}

TEST_F(WorkerTest, AMissingCorpusEndsTheWorkerAndLosesNothing) {
  run::TrainingRun options = small_run();
  options.data.name = "text";
  options.data.file = "nowhere.txt";
  const std::int64_t run = plan("a", options);
  std::string complaint;
  try {
    work("one", false);
    FAIL();
  } catch (const options::InputError& error) { complaint = error.what(); }
  EXPECT_EQ(database_.reader.progress(study_, "smoke").interrupted, 1);
  EXPECT_THAT(complaint, testing::HasSubstr("nowhere.txt"));
  EXPECT_EQ(database_.queue.complaint("one"), store::without_folders(complaint));
  EXPECT_THAT(events(run, "user_error"), testing::HasSubstr("nowhere.txt"));
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
