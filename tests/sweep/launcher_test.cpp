// launcher_test.cpp: the supervisor knows of its workers what their launcher says, be they processes or not.
#include "sweep/launcher.h"

#include <gmock/gmock.h>
#include <signal.h>

#include "sweep/fake_launcher.h"
#include "sweep/planner.h"
#include "sweep/supervisor.h"
#include "sweep/support.h"

namespace steepest::sweep {
namespace {

using testing::HasSubstr;
using Kind = Outcome::Kind;

struct Launching : testing::Test {
  Folder folder;
  store::testing::WholeFile database{folder / "s.db"};
  Plan planned = plan(database, study_over({1, 2}, 2));
  FakeLauncher launcher;
  std::FILE* shown = std::tmpfile();
  ~Launching() override { std::fclose(shown); }

  /// A worker that completes every run that is left.
  Launcher::Ended completes_all(const std::string& token) {
    while (const auto run = database.queue.claim(planned.id, token, 60)) {
      database.recorder.record(run->id, token, {{"validation_loss", 10, 1.0}});
      database.queue.finish(run->id, token, {store::RunStatus::completed, 10, 0.5, "abc", ""});
    }
    return {token, "job 1", {}, "", ""};
  }

  Outcome run(int jobs = 1) {
    SupervisorOptions options;
    options.jobs = jobs;
    options.tries = 2;
    options.poll = std::chrono::milliseconds(5);
    options.silence = std::chrono::milliseconds(20);
    ProgressView view({.stream = shown});
    PlanHold hold(database, planned);
    return supervise(database, database, hold, launcher, options, view);
  }

  std::string output() {
    std::string text;
    std::rewind(shown);
    for (int c = std::fgetc(shown); c != EOF; c = std::fgetc(shown)) text += static_cast<char>(c);
    return text;
  }
};

TEST_F(Launching, WorkersMayBeAnythingThatClaimsRuns) {
  launcher.worker = [&](const std::string& token) { return completes_all(token); };
  const auto outcome = run();
  EXPECT_EQ(outcome.kind, Kind::finished);
  EXPECT_EQ(outcome.progress.completed, 4);
  EXPECT_EQ(launcher.started, 1);
}

TEST_F(Launching, WhereNoWorkerIsToBeHadItIsTriedAgain) {
  int refusals = 2;
  launcher.worker = [&](const std::string& token) {
    if (refusals-- > 0) throw std::runtime_error("the partition is full");
    return completes_all(token);
  };
  EXPECT_EQ(run().progress.completed, 4);
  EXPECT_THAT(output(), HasSubstr("no worker can be started (the partition is full); trying again"));
}

TEST_F(Launching, WhereNoneIsEverToBeHadItStopsInWords) {
  launcher.worker = [](const std::string&) -> Launcher::Ended { throw std::runtime_error("the partition is full"); };
  const auto outcome = run();
  EXPECT_EQ(outcome.kind, Kind::worker_broken);
  EXPECT_EQ(outcome.message, "no worker can be started, 3 times in a row: the partition is full");
}

TEST_F(Launching, AWorkerThatDiesInARunHadStarted) {
  launcher.worker = [&](const std::string& token) -> Launcher::Ended {
    if (launcher.started == 5) return completes_all(token);
    if (launcher.started == 2) database.queue.claim(planned.id, token, 60);  // the others die before they take one
    return {token, "job 1", {0, SIGKILL}, "signal 9", ""};
  };
  EXPECT_EQ(run().progress.completed, 4) << "never 3 times in a row";
}

TEST_F(Launching, AWorkerThatDiesAtOnceIsSpokenOfAsItsLauncherDoes) {
  launcher.worker = [&](const std::string& token) -> Launcher::Ended {
    if (launcher.started > 0) return completes_all(token);
    EXPECT_TRUE(database.queue.claim(planned.id, token, 60));
    return {token, "job 7", {0, SIGKILL}, "the job's limit on memory", "its last words"};
  };
  EXPECT_EQ(run().progress.completed, 4);
  EXPECT_THAT(
      output(),
      HasSubstr("job 7 died (the job's limit on memory) in run 1; the run is taken up again (1 of 2 tries used)\n  | its last words"));
  EXPECT_EQ(database.reader.query("SELECT message FROM event WHERE kind = 'worker_died'").rows.at(0).at(0),
            "its worker died by the job's limit on memory; last lines of its log:\n  | its last words");
}

TEST_F(Launching, TheComplaintIsTheOneOfTheWorkerThatEnded) {
  database.queue.complain("a worker of another call", "something else");
  launcher.worker = [&](const std::string& token) -> Launcher::Ended {
    EXPECT_TRUE(database.queue.claim(planned.id, token, 60));
    database.queue.complain(token, "error: in a line of its own\nand one more");
    return {token, "job 1", {2, 0}, "exit status 2", "error: of the log"};
  };
  const auto outcome = run();
  EXPECT_EQ(outcome.kind, Kind::user_error);
  EXPECT_EQ(outcome.message, "error: in a line of its own\nand one more");
  EXPECT_EQ(outcome.progress.interrupted, 1) << "its run was given back";
}

TEST_F(Launching, AWorkerThatAnotherSupervisorLeftBehindIsKilledThroughTheLauncher) {
  ASSERT_TRUE(database.queue.claim(planned.id, "left behind", -1));
  launcher.worker = [&](const std::string& token) { return completes_all(token); };
  EXPECT_EQ(run().progress.completed, 4);
  EXPECT_EQ(launcher.signals, (std::vector<std::pair<std::string, int>>{{"left behind", SIGKILL}}));
}

}  // namespace
}  // namespace steepest::sweep
