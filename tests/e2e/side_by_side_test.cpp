// side_by_side_test.cpp: several `steepest run` at a time on one file: each ends with all that it announced, and none takes from another.
#include <SQLiteCpp/SQLiteCpp.h>
#include <signal.h>

#include "e2e/training.h"

namespace steepest::e2e {
namespace {

class SideBySide : public Training {
 protected:
  struct Call {
    std::unique_ptr<ChildProcess> process;
    std::int64_t plan;
  };

  /// Starts a call and waits until it has planned, so that the next one plans beside it.
  Call begin(Words words) {
    words.insert(words.begin(), "run");
    words.insert(words.end(), {"--jobs", "1"});
    const auto log = folder_ / ("call-" + std::to_string(++calls_) + ".log");
    auto process = std::make_unique<ChildProcess>(program(), with_folders(words), Words{}, log);
    while (!process->poll()) {
      try {
        const auto plan = std::stoll(value("SELECT coalesce(max(id), 0) FROM plan"));
        if (plan > planned_) return {std::move(process), planned_ = plan};
      } catch (const std::exception&) {
        // The file is being made.
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    ADD_FAILURE() << "it ended before another could be started:\n" << process->last_lines(20);
    return {std::move(process), 0};
  }

  /// Both end with status 0 and tell that all of their own runs are completed.
  void expect_whole(const Call& call, int runs) {
    EXPECT_EQ(ended(*call.process).status, 0) << call.process->last_lines(30);
    const auto count = std::to_string(runs);
    EXPECT_THAT(call.process->last_lines(30), HasSubstr(count + " of " + count + " runs completed"));
  }
  /// Nothing is left to do, nothing was done twice, and no call has left a plan.
  void expect_done(int runs) {
    EXPECT_EQ(value("SELECT group_concat(status || n, ' ') FROM (SELECT status, count(*) AS n FROM run GROUP BY status)"),
              "completed" + std::to_string(runs));
    EXPECT_EQ(value("SELECT count(*) FROM event WHERE kind = 'completed'"), std::to_string(runs));
    EXPECT_EQ(value("SELECT count(*) FROM plan"), "0");
  }
  std::string runs_of(const std::string& study) const {
    return value("SELECT count(*) FROM study_run JOIN study ON study.id = study_id WHERE name = '" + study + "'");
  }

 private:
  int calls_ = 0;
  std::int64_t planned_ = 0;
};

TEST_F(SideBySide, RunsWithoutAStudyOfDifferentRanks) {
  auto small = tiny({"training.steps=60", "seed=range(3)"}), other = tiny({"training.steps=60", "seed=range(2)"});
  small.push_back("model.rank=4");
  const auto first = begin(small), second = begin(other);
  expect_whole(first, 3);
  expect_whole(second, 2);
  expect_done(5);
  EXPECT_EQ(value("SELECT count(*) FROM study"), "2");
}

TEST_F(SideBySide, OneStudyAtDifferentSeeds) {
  const auto first = begin({"rank_transfer", "--scale", "smoke", "seed=0,1"});
  const auto second = begin({"rank_transfer", "--scale", "smoke", "seed=2,3"});
  expect_whole(first, 8);
  expect_whole(second, 8);
  expect_done(16);
  EXPECT_EQ(runs_of("rank_transfer"), "16");
  EXPECT_EQ(value("SELECT count(*) || ' ' || min(n) FROM statistic"), "4 4") << "whoever completed a cell, its statistics are stored";
  EXPECT_THAT(steepest({"report", "rank_transfer"}).output, HasSubstr("│     4 │")) << "four seeds";
}

TEST_F(SideBySide, ALookBesideAFullStudyIsAStudyOfItsOwn) {
  const auto full = begin({"rank_transfer", "--scale", "smoke"});
  const auto look =
      begin({"rank_transfer", "--scale", "smoke", "model.rank=2", "optimizer.learning_rate=0.1", "seed=0", "training.steps=2"});
  const auto status = steepest({"status"}).output;
  expect_whole(full, 8);
  expect_whole(look, 2);
  expect_done(10);
  EXPECT_EQ(runs_of("rank_transfer"), "8");
  EXPECT_EQ(runs_of("rank_transfer training.steps=2"), "2");
  EXPECT_THAT(status, HasSubstr("a `steepest run` is at work on rank_transfer training.steps=2 (smoke)"));
  EXPECT_THAT(steepest({"status"}).output, Not(HasSubstr("at work")));
}

TEST_F(SideBySide, TheSameCallTwice) {
  const auto first = begin(tiny({"training.steps=60", "seed=range(4)"})), second = begin(tiny({"training.steps=60", "seed=range(4)"}));
  expect_whole(first, 4);
  expect_whole(second, 4);
  expect_done(4);
}

TEST_F(SideBySide, ACallThatWasKilledHindersNone) {
  const auto killed = begin(tiny({"training.steps=60", "seed=range(2)"}));
  killed.process->send(SIGKILL);
  ended(*killed.process);
  // Its plan is still there, and its lease not over.
  const auto other = steepest(words("run", tiny({"training.steps=60", "seed=range(3)"})));
  EXPECT_EQ(other.state.status, 0) << other.errors;
  EXPECT_THAT(other.errors, HasSubstr("3 of 3 runs completed"));
  EXPECT_EQ(value("SELECT count(*) FROM run WHERE status = 'completed'"), "3");
}

TEST_F(SideBySide, ACallThatWasSuspendedForLongerThanItsLeasePutsItsPlanBack) {
  const auto suspended = begin(tiny({"training.steps=60", "seed=range(3)"}));
  suspended.process->send(SIGSTOP);
  SQLite::Database(database().string(), SQLite::OPEN_READWRITE, 10000)
      .exec("UPDATE plan SET lease_expires_at = 0");  // so long, in a moment
  const auto other = steepest(words("run", tiny({"training.steps=60", "seed=9"})));
  EXPECT_EQ(other.state.status, 0) << other.errors;
  EXPECT_EQ(value("SELECT count(*) FROM plan"), "0") << "it takes the other for one that is no more";
  suspended.process->send(SIGCONT);
  expect_whole(suspended, 3);
  expect_done(4);
}

}  // namespace
}  // namespace steepest::e2e
