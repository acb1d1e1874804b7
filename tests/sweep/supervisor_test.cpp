// supervisor_test.cpp: a study comes to its end whatever happens to the workers, and stops cleanly when told to.
#include "sweep/supervisor.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

#include <atomic>
#include <fstream>
#include <functional>
#include <set>
#include <thread>

#include "options/error.h"
#include "sweep/child_process.h"
#include "sweep/fake_worker.h"
#include "sweep/local_processes.h"
#include "sweep/planner.h"
#include "sweep/signals.h"
#include "sweep/silent_workers.h"
#include "sweep/statistics.h"
#include "sweep/support.h"
#include "sweep/token.h"

namespace steepest::sweep {
namespace {

using store::RunStatus;
using testing::HasSubstr;
using Kind = Outcome::Kind;

struct Supervising : testing::Test {
  Folder folder;
  store::testing::WholeFile database{folder / "s.db"};
  std::FILE* shown = std::tmpfile();
  ~Supervising() override { std::fclose(shown); }

  WorkerCommand command() { return {this_program(), folder / "s.db", folder / "checkpoints", folder / "logs", ""}; }

  SupervisorOptions options(int jobs) {
    SupervisorOptions result;
    result.jobs = jobs;
    result.poll = std::chrono::milliseconds(10);
    result.grace = std::chrono::milliseconds(20000);
    result.silence = std::chrono::milliseconds(100);
    return result;
  }

  /// As a call of `steepest run` that planned so.
  Outcome run(const std::string& behaviour, const Plan& planned, const SupervisorOptions& options) {
    setenv("STEEPEST_FAKE_WORKER", behaviour.c_str(), 1);
    auto with = command();
    with.plan = planned.id;
    with.tries = options.tries;
    LocalProcesses workers(with);
    ProgressView view({.stream = shown});
    PlanHold hold(database, planned);
    auto outcome = supervise(database, database, hold, workers, options, view);
    unsetenv("STEEPEST_FAKE_WORKER");
    return outcome;
  }
  Outcome run(const std::string& behaviour, const Plan& planned, int jobs) { return run(behaviour, planned, options(jobs)); }
  Outcome run(const std::string& behaviour, const study::Study& study, int jobs) { return run(behaviour, plan(database, study), jobs); }

  std::string output() {
    std::string text;
    std::rewind(shown);
    for (int c = std::fgetc(shown); c != EOF; c = std::fgetc(shown)) text += static_cast<char>(c);
    return text;
  }

  std::vector<store::RunSummary> runs() { return database.reader.runs(*database.reader.study_id("small"), "quick"); }

  /// Runs until some runs are held by workers, then does `then` from another thread, given the supervising thread.
  Outcome interrupted_when_held(const std::string& behaviour, const Plan& planned, const SupervisorOptions& options, std::int64_t held,
                                const std::function<void(pthread_t)>& then) {
    const pthread_t supervising = pthread_self();
    std::atomic<bool> over = false;
    std::thread watcher([&] {
      const store::ReadOnlyFile file(folder / "s.db");
      const auto reader = file.reader();
      while (!over && reader.progress(planned.study, "quick").running < held) std::this_thread::sleep_for(std::chrono::milliseconds(5));
      if (!over) then(supervising);
    });
    const auto outcome = run(behaviour, planned, options);
    over = true;
    watcher.join();
    return outcome;
  }
};

TEST_F(Supervising, EveryRunIsCompletedOnce) {
  const auto study = study_over({1, 2, 3}, 4);
  const auto outcome = run("good", study, 3);
  EXPECT_EQ(outcome.kind, Kind::finished);
  EXPECT_EQ(outcome.progress.completed, 12);
  EXPECT_EQ(database.reader.query("SELECT max(attempts), min(attempts) FROM run").rows[0], (std::vector<std::string>{"1", "1"}));
  for (const auto& run : runs()) {
    const double expected = run.cell.at("x").get<double>() + 0.01 * static_cast<double>(run.seed);
    EXPECT_DOUBLE_EQ(database.reader.last_metric(run.id, "validation_loss").value(), expected);
  }
  EXPECT_EQ(database.reader.statistics(*database.reader.study_id("small"), "quick").size(), 3u) << "a row for each complete cell";
  EXPECT_THAT(output(), HasSubstr("[12/12] completed"));
}

TEST_F(Supervising, NothingLeftMeansNoWorker) {
  const auto study = study_over({1}, 2);
  run("good", study, 2);
  const auto outcome = run("no_start", study, 2);  // would be noticed
  EXPECT_EQ(outcome.kind, Kind::finished);
  EXPECT_EQ(outcome.progress.completed, 2);
}

TEST_F(Supervising, ARunWhoseWorkerDiedIsTakenUpAgain) {
  const auto study = study_over({1, 2}, 2);
  const auto outcome = run("dies_once", study, 2);
  EXPECT_EQ(outcome.kind, Kind::finished);
  EXPECT_EQ(outcome.progress.completed, 4);
  EXPECT_EQ(database.reader.query("SELECT count(*) FROM event WHERE kind = 'worker_died'").rows[0][0], "4");
  EXPECT_EQ(database.reader.query("SELECT min(attempts), max(attempts) FROM run").rows[0], (std::vector<std::string>{"2", "2"}));
}

TEST_F(Supervising, ARunThatKillsItsWorkerThreeTimesFailsAndTheOthersGoOn) {
  const auto study = study_over({1, 2, 3}, 1);
  const auto outcome = run("dies_at_1", study, 2);
  EXPECT_EQ(outcome.kind, Kind::finished);
  EXPECT_EQ(outcome.progress.completed, 2);
  EXPECT_EQ(outcome.progress.failed, 1);
  EXPECT_EQ(database.reader.query("SELECT failures, attempts FROM run WHERE status = 'failed'").rows[0],
            (std::vector<std::string>{"3", "3"}));
  EXPECT_THAT(runs().at(0).error, HasSubstr("signal 9"));
  EXPECT_THAT(output(), HasSubstr("failed"));
}

TEST_F(Supervising, TheReasonOfAFailureHoldsTheWorkersLastWords) {
  const auto study = study_over({1}, 1);
  const auto outcome = run("crashes_at_1", study, 1);
  EXPECT_EQ(outcome.progress.failed, 1);
  EXPECT_THAT(runs().at(0).error, HasSubstr("exit status 7"));
  EXPECT_THAT(runs().at(0).error, HasSubstr("the last words"));
}

TEST_F(Supervising, ARunThatReportsAnErrorIsTriedAgainAsOftenAsAskedFor) {
  const auto study = study_over({1, 2}, 1);
  auto choice = options(1);
  choice.tries = 2;
  const auto outcome = run("fails_at_1", plan(database, study), choice);
  EXPECT_EQ(outcome.kind, Kind::finished);
  EXPECT_EQ(outcome.progress.completed, 1);
  EXPECT_EQ(runs().at(0).error, "the reason");
  EXPECT_EQ(database.reader.query("SELECT count(*) FROM event WHERE kind = 'try_failed'").rows[0][0], "2");
}

TEST_F(Supervising, FailFastStopsAtTheFirstFailureAndTheOthersContinueLater) {
  const auto study = study_over({1, 2, 3}, 2);
  auto choice = options(1);
  choice.tries = 1;
  choice.fail_fast = true;
  const auto outcome = run("crashes_at_1", plan(database, study), choice);
  EXPECT_EQ(outcome.kind, Kind::failed_fast);
  EXPECT_EQ(outcome.progress.failed, 1);
  EXPECT_EQ(outcome.progress.running, 0);
  EXPECT_GT(outcome.progress.queued + outcome.progress.interrupted, 0);
  EXPECT_EQ(run("good", study, 2).progress.completed, 6);
}

TEST_F(Supervising, TheTimeLimitStopsAsAnInterruptDoes) {
  const auto study = study_over({1, 2}, 2);
  auto choice = options(2);
  choice.time_limit = std::chrono::milliseconds(300);
  const auto outcome = run("slow", plan(database, study), choice);
  EXPECT_EQ(outcome.kind, Kind::time_over);
  EXPECT_EQ(outcome.progress.running, 0);
  EXPECT_EQ(outcome.progress.interrupted + outcome.progress.queued, 4) << "on a slow machine some have not been taken yet";
}

TEST_F(Supervising, AWorkerThatHangsIsKilledAndItsRunTakenUpAgain) {
  const auto study = study_over({1}, 2);
  const auto outcome = run("hangs_once", study, 2);
  EXPECT_EQ(outcome.kind, Kind::finished);
  EXPECT_EQ(outcome.progress.completed, 2);
  EXPECT_EQ(database.reader.query("SELECT count(*) FROM event WHERE kind = 'no_heartbeat'").rows[0][0], "2");
  EXPECT_EQ(database.reader.query("SELECT min(failures), max(failures) FROM run").rows[0], (std::vector<std::string>{"1", "1"}))
      << "its death by our hand is not counted once more";
  EXPECT_THAT(output(), HasSubstr("not heard of any more"));
}

TEST_F(Supervising, EachSlotHasADeviceOfItsOwn) {
  auto echo = command();
  echo.program = "/bin/echo";  // its log holds what it was started with
  echo.devices = {"cuda:0", "cuda:1"};
  LocalProcesses workers(echo);
  for (int i = 0; i < 3; ++i) workers.start(new_token());
  for (std::size_t ended = 0; ended < 3;) ended += workers.reap().size();
  for (const int slot : {0, 1, 2}) {
    std::ifstream log(echo.logs / ("worker-" + std::to_string(slot) + ".log"));
    const std::string words{std::istreambuf_iterator<char>(log), {}};
    EXPECT_THAT(words, HasSubstr("--device cuda:" + std::to_string(slot % 2)));
  }
}

// One that ends while the others are asked must not be forgotten.
TEST_F(Supervising, EveryLocalWorkerThatEndsIsToldOfOnce) {
  auto brief = command();
  brief.program = "/bin/true";
  LocalProcesses workers(brief);
  std::multiset<std::string> started, told;
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (started.size() < 300 || (told.size() < started.size() && std::chrono::steady_clock::now() < until)) {
    if (started.size() < 300) workers.start(*started.insert(new_token()));
    for (const auto& ended : workers.reap()) told.insert(ended.token);
  }
  EXPECT_EQ(told, started);
}

TEST_F(Supervising, AFileThatAnotherProgramLocksForAWhileIsWaitedFor) {
  const auto planned = plan(database, study_over({1, 2}, 2));
  std::atomic<bool> locked = false;
  std::thread other([&] {
    SQLite::Database file((folder / "s.db").string(), SQLite::OPEN_READWRITE, 10000);
    file.exec("BEGIN IMMEDIATE");
    locked = true;
    std::this_thread::sleep_for(std::chrono::milliseconds(2500));
    file.exec("COMMIT");
  });
  while (!locked) std::this_thread::yield();
  const auto outcome = run("dies_once", planned, 2);
  other.join();
  EXPECT_EQ(outcome.kind, Kind::finished);
  EXPECT_EQ(outcome.progress.completed, 4);
}

TEST(SilentWorkersAre, ThoseThatDoNotRenewWhileOneLooksOn) {
  using namespace std::chrono_literals;
  SilentWorkers silence(2s);
  const auto start = SilentWorkers::Clock::now();
  const store::ExpiredLease one{1, "one", 10.0}, two{2, "two", 10.0}, renewed{2, "two", 11.0};
  EXPECT_TRUE(silence.dead({one, two}, start).empty());
  EXPECT_TRUE(silence.dead({one, renewed}, start + 1s).empty()) << "two was late, and is alive";
  const auto dead = silence.dead({one, renewed}, start + 2s);
  ASSERT_EQ(dead.size(), 1u);
  EXPECT_EQ(dead[0].token, "one");
  EXPECT_TRUE(silence.dead({}, start + 3s).empty());
  EXPECT_TRUE(silence.dead({one}, start + 4s).empty()) << "it has been renewed in between";
  silence.forget();
  EXPECT_TRUE(silence.dead({one}, start + 7s).empty()) << "nobody could write in between";
}

TEST_F(Supervising, DivergenceIsAResult) {
  const auto study = study_over({2, 3}, 2);
  const auto outcome = run("diverges", study, 2);
  EXPECT_EQ(outcome.kind, Kind::finished);
  EXPECT_EQ(outcome.progress.completed, 2);
  EXPECT_EQ(outcome.progress.diverged, 2);
  EXPECT_THAT(output(), HasSubstr("at step 17"));
}

TEST_F(Supervising, TheUsersMistakeStopsEverythingAndIsPassedOn) {
  const auto study = study_over({1, 2}, 3);
  const auto outcome = run("user_error", study, 2);
  EXPECT_EQ(outcome.kind, Kind::user_error);
  EXPECT_EQ(outcome.message, "data.file: the corpus is missing\n  valid: a file that is there") << "as it was said, whatever the log holds";
  EXPECT_EQ(outcome.progress.running, 0);
  EXPECT_EQ(outcome.progress.queued + outcome.progress.interrupted, 6);
}

TEST_F(Supervising, OfAWorkerThatCouldNotComplainTheLastLinesAreShown) {
  const auto outcome = run("cannot_open", study_over({1, 2}, 3), 1);
  EXPECT_EQ(outcome.kind, Kind::user_error);
  EXPECT_EQ(outcome.message, "worker 0 ended with exit status 2\n  | error: the file cannot be opened");
  EXPECT_EQ(outcome.progress.queued, 6);
}

TEST_F(Supervising, WorkersThatCannotStartAreNotStartedForEver) {
  const auto study = study_over({1}, 2);
  const auto outcome = run("no_start", study, 2);
  EXPECT_EQ(outcome.kind, Kind::worker_broken);
  EXPECT_THAT(outcome.message, HasSubstr("a library is missing"));
  EXPECT_THAT(outcome.message, HasSubstr("exit status 127"));
  EXPECT_EQ(outcome.progress.queued, 2);
}

TEST_F(Supervising, WorkersThatTakeNothingAreNotStartedForEver) {
  const auto study = study_over({1}, 1);
  EXPECT_EQ(run("idle", study, 1).kind, Kind::worker_broken);
}

TEST_F(Supervising, AnInterruptLetsTheWorkersGiveTheirRunsBack) {
  const auto study = study_over({1, 2}, 2);
  const auto outcome =
      interrupted_when_held("slow", plan(database, study), options(2), 2, [](pthread_t thread) { pthread_kill(thread, SIGINT); });
  EXPECT_EQ(outcome.kind, Kind::interrupted);
  EXPECT_EQ(outcome.progress.interrupted, 2);
  EXPECT_EQ(outcome.progress.queued, 2);
  EXPECT_EQ(database.reader.query("SELECT max(step) FROM run WHERE status = 'interrupted'").rows[0][0], "3")
      << "the worker's own word, after its checkpoint";
  EXPECT_EQ(run("good", study, 2).progress.completed, 4) << "a second call continues";
}

TEST_F(Supervising, AWorkerThatIgnoresTheRequestIsKilledAndItsRunReleased) {
  const auto study = study_over({1}, 1);
  auto impatient = options(1);
  impatient.grace = std::chrono::milliseconds(100);
  const auto outcome =
      interrupted_when_held("stubborn", plan(database, study), impatient, 1, [](pthread_t thread) { pthread_kill(thread, SIGTERM); });
  EXPECT_EQ(outcome.kind, Kind::interrupted);
  EXPECT_EQ(outcome.progress.interrupted, 1);
  EXPECT_EQ(outcome.progress.running, 0);
}

TEST_F(Supervising, ASecondInterruptDoesNotWait) {
  const auto study = study_over({1}, 1);
  const auto outcome = interrupted_when_held("stubborn", plan(database, study), options(1), 1, [](pthread_t thread) {  // its grace is 20 s
    pthread_kill(thread, SIGINT);
    std::this_thread::sleep_for(std::chrono::milliseconds(100));  // two of one signal at once would count as one
    pthread_kill(thread, SIGINT);
  });
  EXPECT_EQ(outcome.kind, Kind::interrupted);
  EXPECT_EQ(outcome.progress.interrupted, 1);
}

TEST_F(Supervising, RunsThatAnotherProcessHoldsAreWaitedFor) {
  const auto planned = plan(database, study_over({1, 2}, 1));
  const auto elsewhere = database.queue.claim(planned.id, "elsewhere", 60);
  ASSERT_TRUE(elsewhere);
  const auto outcome = interrupted_when_held("good", planned, options(2), 1, [&](pthread_t) {
    store::testing::WholeFile other(folder / "s.db");
    while (other.reader.progress(planned.study, "quick").completed < 1) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    other.queue.finish(elsewhere->id, "elsewhere", {RunStatus::completed, 10, 1.0, "", ""});
  });
  EXPECT_EQ(outcome.kind, Kind::finished);
  EXPECT_EQ(outcome.progress.completed, 2);
}

TEST_F(Supervising, ARunWhoseLeaseHasExpiredIsTakenOver) {
  const auto planned = plan(database, study_over({1}, 1));
  ASSERT_TRUE(database.queue.claim(planned.id, "dead", -1));  // a holder that has not been heard of since a second ago
  EXPECT_EQ(database.queue.expired_leases(planned.id).size(), 1u);
  EXPECT_EQ(run("good", planned, 1).progress.completed, 1);
}

TEST_F(Supervising, CallsSideBySideEndWithAllThatTheyAskedForAndMakeNothingTwice) {
  // One asks for x = 1 to 4 and another for 3 to 6, at other seeds too, of one study; the third for what the first asks for.
  const std::vector<study::Study> asked{study_over({1, 2, 3, 4}, 3), study_over({3, 4, 5, 6}, 4), study_over({1, 2, 3, 4}, 3)};
  std::vector<pid_t> calls;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    calls.push_back(fork());
    if (calls.back() != 0) continue;
    store::testing::WholeFile own(folder / "s.db");
    const auto planned = plan(own, asked[i]);
    setenv("STEEPEST_FAKE_WORKER", "dies_once", 1);
    auto with = command();
    with.plan = planned.id;
    with.logs = folder / ("logs-" + std::to_string(i));
    int status = 1;
    {
      LocalProcesses workers(with);
      ProgressView view({.stream = shown});
      PlanHold hold(own, planned);
      const auto outcome = supervise(own, own, hold, workers, options(1), view);
      const auto total = static_cast<std::int64_t>(asked[i].runs.size());
      if (outcome.kind == Kind::finished && outcome.progress.completed == total && outcome.progress.total() == total) status = 0;
    }
    _exit(status);
  }
  for (const pid_t call : calls) {
    int status = 0;
    waitpid(call, &status, 0);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(database.reader.query("SELECT count(*), sum(status = 'completed') FROM run").rows[0], (std::vector<std::string>{"22", "22"}));
  EXPECT_EQ(database.reader.query("SELECT count(*) FROM event WHERE kind = 'completed'").rows[0][0], "22") << "each was made once";
  EXPECT_EQ(runs().size(), 22u) << "the study's table holds what all of them asked for";
  EXPECT_EQ(database.reader.statistics(*database.reader.study_id("small"), "quick").size(), 6u);
  EXPECT_TRUE(database.reader.query("SELECT id FROM plan").rows.empty());
}

TEST_F(Supervising, ACallWhosePlanWasRemovedWhileItWasSuspendedPutsItBack) {
  const auto planned = plan(database, study_over({1, 2}, 3));
  store::close_plan(database, planned.id);  // as another call does once the lease is over
  const auto outcome = run("good", planned, 2);
  EXPECT_EQ(outcome.kind, Kind::finished);
  EXPECT_EQ(outcome.progress.completed, 6);
  EXPECT_TRUE(database.reader.query("SELECT id FROM plan").rows.empty());
}

TEST_F(Supervising, RunsThatWereDeletedWhileACallWasSuspendedAreTold) {
  const auto planned = plan(database, study_over({1}, 2));
  store::close_plan(database, planned.id);
  SQLite::Database((folder / "s.db").string(), SQLite::OPEN_READWRITE).exec("PRAGMA foreign_keys = ON; DELETE FROM run WHERE seed = 1");
  try {
    run("idle", planned, 1);
    FAIL();
  } catch (const options::InputError& error) { EXPECT_THAT(error.what(), HasSubstr("1 of the runs of this call were deleted")); }
}

TEST_F(Supervising, FailFastSeesAFailureAlsoWhereTheFileIsLockedAtThatMoment) {
  // The failed run completes its cell, whose statistics cannot be written then.
  const auto planned = plan(database, study_over({1, 2, 3}, 2));
  auto choice = options(1);
  choice.tries = 1;
  choice.fail_fast = true;
  const auto outcome = run("fails_and_locks", planned, choice);
  EXPECT_EQ(outcome.kind, Kind::failed_fast);
  EXPECT_EQ(outcome.progress.failed, 1);
  EXPECT_GT(outcome.progress.queued, 0);
  EXPECT_EQ(database.reader.statistics(planned.study, "quick").size(), 1u) << "they were written as soon as it could be";
}

TEST_F(Supervising, ASystemThatGivesNoFurtherWorkerIsToldAndTheOthersGoOn) {
  std::filesystem::create_directories(folder / "logs/worker-1.log");  // which cannot be opened as a log, by root neither
  const auto outcome = run("good", study_over({1, 2}, 3), 3);
  EXPECT_EQ(outcome.kind, Kind::finished);
  EXPECT_EQ(outcome.progress.completed, 6);
  EXPECT_THAT(output(), HasSubstr("no further worker can be started"));
  EXPECT_THAT(output(), HasSubstr("worker-1.log"));
}

TEST_F(Supervising, ASystemThatGivesNoWorkerAtAllStopsInWords) {
  std::ofstream(folder / "logs") << "a file in the place of the folder";
  const auto outcome = run("good", study_over({1}, 2), 2);
  EXPECT_EQ(outcome.kind, Kind::worker_broken);
  EXPECT_THAT(outcome.message, HasSubstr("no worker can be started, 3 times in a row"));
  EXPECT_THAT(outcome.message, HasSubstr("logs"));
  EXPECT_EQ(outcome.progress.queued, 2);
}

TEST_F(Supervising, LivingWorkersHaveTheirGraceWhenNoOtherCanBeStarted) {
  // The one that lives is told by a signal as always, and gives its run back itself.
  std::filesystem::create_directories(folder / "logs/worker-1.log");
  const auto outcome = interrupted_when_held("slow", plan(database, study_over({1, 2}, 2)), options(2), 1, [&](pthread_t thread) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    pthread_kill(thread, SIGTERM);
  });
  EXPECT_EQ(outcome.kind, Kind::interrupted);
  EXPECT_EQ(database.reader.query("SELECT max(step) FROM run WHERE status = 'interrupted'").rows[0][0], "3") << "the worker's own word";
}

TEST_F(Supervising, AForeignProcessThatOnlyNamesATokenIsNotKilled) {
  const auto planned = plan(database, study_over({1}, 1));
  const std::string token = new_token();
  ASSERT_TRUE(database.queue.claim(planned.id, token, -1));  // of a supervisor that is no more
  ChildProcess grep("/bin/sh", {"-c", "kill -STOP $$; exit 3", "grep", "--token", token, "--database", (folder / "s.db").string()}, {},
                    folder / "decoy.log");
  EXPECT_EQ(run("good", planned, 1).progress.completed, 1);
  EXPECT_FALSE(grep.poll().has_value()) << "whoever looks for the token, in a log say, is no worker";
}

TEST(Signals, ThatTheCallerIgnoresStayIgnored) {
  for (const int ignored : {SIGHUP, SIGINT, SIGTERM}) {
    const pid_t child = fork();
    if (child == 0) {
      signal(ignored, SIG_IGN);
      SignalQueue queue;
      kill(getpid(), ignored);
      if (queue.wait(std::chrono::milliseconds(20)) != 0) _exit(1);
      const int other = ignored == SIGTERM ? SIGINT : SIGTERM;
      kill(getpid(), other);
      _exit(queue.wait(std::chrono::milliseconds(5000)) == other ? 0 : 2);
    }
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0) << strsignal(ignored);
  }
}

TEST_F(Supervising, WritesALogForEachWorker) {
  const auto study = study_over({1}, 1);
  run("crashes_at_1", study, 1);
  std::ifstream log(folder / "logs/worker-0.log");
  const std::string text{std::istreambuf_iterator<char>(log), {}};
  EXPECT_THAT(text, HasSubstr("first words"));
}

}  // namespace
}  // namespace steepest::sweep
