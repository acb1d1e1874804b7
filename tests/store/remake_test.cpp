// remake_test.cpp: a finished run that is made again keeps all that it had until it has ended as before.
#include "store/remake.h"

#include <signal.h>

#include "support.h"

namespace steepest::store::testing {
namespace {

constexpr double kLong = 1000;

class Remake : public ::testing::Test {
 protected:
  Remake() : database(folder / "a.db"), study(plan(database, 1)) {
    const auto claimed = claim(database, study, "quick", "first", kLong);
    run = claimed->id;
    database.recorder.set_environment(run, {{"libtorch", "2.1"}, {"cpu_model", "one"}, {"compiler", "gcc"}});
    database.recorder.record(run, "first", {{"train_loss", 50, 3.0}, {"train_loss", 100, 2.0}}, {{"w", 100, 0, 1.0}});
    database.queue.finish(run, "first", {RunStatus::completed, 100, 0.1 + 0.2, "the hash", "", 0.25, 0.5});
    before = whole();
  }
  /// All that is stored of the run, but for its events.
  std::string whole() const {
    std::string text;
    for (const char* sql : {"SELECT * FROM run", "SELECT * FROM param", "SELECT * FROM metric", "SELECT * FROM metric_summary",
                            "SELECT * FROM spectrum", "SELECT * FROM staged_metric", "SELECT * FROM staged_spectrum"}) {
      for (const auto& row : database.reader.query(sql).rows) {
        for (const auto& value : row) text += value + "|";
        text += "\n";
      }
    }
    return text;
  }
  std::string rows() const { return text(database, "SELECT coalesce(group_concat(name || step || '=' || value, ' '), '') FROM metric"); }

  /// To be looked at every 25 steps, and a worker has it.
  void begin_again() {
    auto config = database.reader.run_config(run);
    config["training"]["log_every"] = 25;
    store::make_again(database, run, {config, {{"training.log_every", 25}}});
    const auto claimed = claim(database, study, "quick", "second", kLong);
    ASSERT_TRUE(claimed);
    EXPECT_EQ(claimed->config, config);
    EXPECT_EQ(claimed->observes, R"({"training.log_every":25})");
    database.recorder.set_environment(run, {{"libtorch", "2.2"}, {"cpu_model", "one"}, {"compiler", "gcc"}});
    ASSERT_TRUE(database.recorder.record(run, "second", {{"train_loss", 25, 4.0}, {"train_loss", 50, 3.5}}, {{"w", 50, 0, 2.0}}));
    EXPECT_EQ(rows(), "train_loss50=3.0 train_loss100=2.0") << "what there was stays in its place";
    EXPECT_EQ(*database.reader.last_metric(run, "train_loss"), 2.0);
  }
  RunEnd end(RunStatus status, const std::string& hash) const { return {status, 100, 7.0, hash, ""}; }

  Folder folder;
  WholeFile database;
  std::int64_t study, run = 0;
  std::string before;
};

TEST_F(Remake, WithTheSameParametersTheNewRowsTakeThePlaceOfTheOldOnes) {
  begin_again();
  EXPECT_EQ(database.recorder.stored_rows(run, 100), 3) << "what the worker counts on is what it wrote";
  ASSERT_TRUE(database.recorder.rewind(run, "second", 25));
  EXPECT_EQ(database.recorder.stored_rows(run, 100), 1);
  database.recorder.record(run, "second", {{"train_loss", 100, 2.25}});
  ASSERT_TRUE(database.queue.finish(run, "second", end(RunStatus::completed, "the hash")));
  EXPECT_EQ(rows(), "train_loss25=4.0 train_loss100=2.25");
  EXPECT_EQ(*database.reader.last_metric(run, "train_loss"), 2.25);
  EXPECT_EQ(text(database, "SELECT status || observes || (earlier IS NULL) || seconds FROM run"),
            R"(completed{"training.log_every":25}17.0)");
  EXPECT_EQ(text(database, "SELECT value FROM param WHERE key = 'training.log_every'"), "25");
  EXPECT_EQ(
      number(database,
             "SELECT (SELECT count(*) FROM staged_metric) + (SELECT count(*) FROM staged_spectrum) + (SELECT count(*) FROM spectrum)"),
      0);
  EXPECT_EQ(last_event(database, run, kOtherBits), "");
}

TEST_F(Remake, WithOtherParametersAllIsAsItWasAndTheEnvironmentsAreTold) {
  for (const auto& other : {end(RunStatus::completed, "another"), end(RunStatus::diverged, "")}) {
    begin_again();
    ASSERT_TRUE(database.queue.finish(run, "second", other));
    EXPECT_EQ(whole(), before);
    const auto told = last_event(database, run, kOtherBits);
    for (const char* part : {"the hash", "what was stored before stays", "LibTorch 2.1 then, 2.2 now"})
      EXPECT_NE(told.find(part), std::string::npos) << told;
    EXPECT_EQ(told.find("CPU"), std::string::npos) << told;
    EXPECT_FALSE(claim(database, study, "quick", "third", kLong));
  }
}

TEST_F(Remake, ThatFailsLeavesAllAsItWas) {
  begin_again();
  EXPECT_FALSE(database.queue.fail("second", "try_failed", "no memory", 2)->over);
  EXPECT_EQ(text(database, "SELECT status FROM run"), "interrupted");
  ASSERT_TRUE(claim(database, study, "quick", "third", kLong));
  EXPECT_EQ(database.recorder.stored_rows(run, 100), 3) << "the next try goes on from what is staged";
  EXPECT_TRUE(database.queue.fail("third", "try_failed", "no memory", 2)->over);
  EXPECT_EQ(whole(), before);
  EXPECT_NE(last_event(database, run, "failed").find("no memory"), std::string::npos);
}

TEST_F(Remake, IsGivenUpWithNothingLost) {
  begin_again();
  ASSERT_TRUE(database.queue.finish(run, "second", {RunStatus::interrupted, 50, 1.0, "", ""}));
  EXPECT_TRUE(stored_run(database, "identity-0")->earlier);
  EXPECT_EQ(observed(database, run), (nlohmann::json{{"training.log_every", 8}})) << "its rows are those of before";
  take_back(database, run);
  EXPECT_EQ(whole(), before);
  EXPECT_FALSE(stored_run(database, "identity-0")->earlier);
}

TEST_F(Remake, ThatIsAskedForMoreMeanwhileBeginsAnewAndKeepsWhatThereWas) {
  begin_again();
  database.queue.release("second");
  auto config = database.reader.run_config(run);
  start_over(database, run, {config, {{"training.log_every", 5}}});
  EXPECT_EQ(database.recorder.stored_rows(run, 100), 0);
  EXPECT_EQ(rows(), "train_loss50=3.0 train_loss100=2.0");
  take_back(database, run);
  EXPECT_EQ(whole(), before);
}

TEST_F(Remake, LosesNothingWhenItsWorkerIsKilledAnywhere) {
  const auto file = folder / "a.db";
  for (int delay = 0; delay < 12; ++delay) {
    const bool same = delay % 2 == 0;
    const pid_t child = start_child([&] {
      WholeFile own(file);
      store::make_again(own, run, {own.reader.run_config(run), {{"training.log_every", 1}}});
      const auto claimed = claim(own, study, "quick", "killed", kLong);
      for (int step = 1; step <= 100; ++step) own.recorder.record(claimed->id, "killed", {{"train_loss", step, step == 100 ? 2.0 : 5.0}});
      own.queue.finish(claimed->id, "killed", {RunStatus::completed, 100, 1.0, same ? "the hash" : "another", ""});
      return 0;
    });
    usleep(static_cast<unsigned>(delay) * 4000);
    kill(child, SIGKILL);
    exit_status(child);
    EXPECT_EQ(text(database, "PRAGMA integrity_check"), "ok");
    const auto stored = stored_run(database, "identity-0");
    if (stored->earlier) {
      EXPECT_EQ(rows(), "train_loss50=3.0 train_loss100=2.0");
      take_back(database, run);
      EXPECT_EQ(whole(), before);
    } else if (stored->observes == nlohmann::json{{"training.log_every", 1}}) {
      EXPECT_EQ(number(database, "SELECT count(*) FROM metric"), 100) << "all of the new rows";
      EXPECT_EQ(text(database, "SELECT status || parameter_hash FROM run"), "completedthe hash");
      before = whole();
      return;
    } else {
      EXPECT_EQ(whole(), before);
    }
  }
}

TEST_F(Remake, OfARunThatWasNotFinishedIsFromNothing) {
  forget_result(database, run);
  EXPECT_EQ(text(database, "SELECT status || step || attempts FROM run"), "queued00");
  EXPECT_EQ(
      number(database, "SELECT (SELECT count(*) FROM metric) + (SELECT count(*) FROM spectrum) + (SELECT count(*) FROM metric_summary)"),
      0);
  watch(database, run, {{{"training", {{"log_every", 3}}}}, {{"training.log_every", 3}}});
  EXPECT_EQ(text(database, "SELECT key || value FROM param"), "training.log_every3");
}

}  // namespace
}  // namespace steepest::store::testing
