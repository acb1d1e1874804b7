// fake_worker.cpp: see fake_worker.h; also main() of the test program.
#include "sweep/fake_worker.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "store/whole_file.h"

namespace steepest::sweep {
namespace {

constexpr double kLease = 60;

struct Play {
  std::filesystem::path file;
  store::testing::WholeFile database;
  std::int64_t plan;
  std::string token, behaviour;
  int tries;
};

std::string argument(int argc, char** argv, const std::string& name) {
  for (int i = 1; i + 1 < argc; ++i) {
    if (argv[i] == name) return argv[i + 1];
  }
  std::fprintf(stderr, "fake worker: no %s\n", name.c_str());
  std::exit(64);
}

[[noreturn]] void die() {
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

volatile sig_atomic_t told_to_stop = 0;
void on_stop(int) { told_to_stop = 1; }

/// Its loss: a function of the configuration, so that tests know what must be stored.
double loss_of(const nlohmann::json& config) { return config.at("x").get<double>() + 0.01 * config.at("seed").get<double>(); }

/// Returns false when the worker should end.
bool train(Play& play, const store::ClaimedRun& run) {
  const double x = run.config.at("x").get<double>();
  if (play.behaviour == "dies_once" && run.attempt == 1) die();
  if (play.behaviour == "dies_at_1" && x == 1) die();
  if (play.behaviour == "hangs_once" && run.attempt == 1) {
    play.database.queue.heartbeat(run.id, play.token, 0, 0.2);
    kill(getpid(), SIGSTOP);
    return false;
  }
  if (play.behaviour == "fails_at_1" && x == 1) {
    play.database.queue.fail(play.token, "try_failed", "the reason", play.tries);
    return true;
  }
  if (play.behaviour == "fails_and_locks" && x == 1 && run.config.at("seed") == 1) {
    play.database.queue.fail(play.token, "try_failed", "the reason", play.tries);
    SQLite::Database file(play.file.string(), SQLite::OPEN_READWRITE, 10000);
    file.exec("BEGIN IMMEDIATE");
    usleep(2500000);  // longer than a supervisor waits at a time
    file.exec("COMMIT");
    return true;
  }
  if (play.behaviour == "crashes_at_1" && x == 1) {
    std::fprintf(stderr, "first words\nthe last words\n");
    std::exit(7);
  }
  if (play.behaviour == "slow" || play.behaviour == "stubborn") {
    while (told_to_stop == 0) usleep(5000);
    play.database.queue.finish(run.id, play.token, {store::RunStatus::interrupted, 3, 0.5, "", ""});
    return false;
  }
  if (play.behaviour == "diverges" && x >= 3) {
    play.database.queue.finish(run.id, play.token, {store::RunStatus::diverged, 17, 0.5, "", ""});
    return true;
  }
  play.database.recorder.record(run.id, play.token, {{"validation_loss", 5, 9.0}, {"validation_loss", 10, loss_of(run.config)}});
  play.database.queue.finish(run.id, play.token, {store::RunStatus::completed, 10, 0.5, "abc", ""});
  return true;
}

}  // namespace

int play_fake_worker(int argc, char** argv) {
  const char* named = std::getenv("STEEPEST_FAKE_WORKER");
  const std::string behaviour = named == nullptr ? "good" : named;
  if (behaviour == "cannot_open") {
    std::fprintf(stderr, "error: the file cannot be opened\n");
    return 2;
  }
  if (behaviour == "no_start") {
    std::fprintf(stderr, "a library is missing\n");
    return 127;
  }
  if (behaviour == "idle") return 0;
  signal(SIGTERM, behaviour == "stubborn" ? SIG_IGN : on_stop);
  const std::filesystem::path file = argument(argc, argv, "--database");
  Play play{file,
            store::testing::WholeFile(file, store::Access::read_write),
            std::stoll(argument(argc, argv, "--plan")),
            argument(argc, argv, "--token"),
            behaviour,
            std::stoi(argument(argc, argv, "--tries"))};
  for (const char* name : {"OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || std::strcmp(value, "1") != 0) return 65;
  }
  if (behaviour == "user_error") {
    play.database.queue.claim(play.plan, play.token, kLease);
    play.database.queue.complain(play.token, "data.file: the corpus is missing\n  valid: a file that is there");
    std::fprintf(stderr, "error: this is a line of the log\n");
    for (int i = 0; i < 100; ++i) std::fprintf(stderr, "and this is another\n");
    return 2;
  }
  while (told_to_stop == 0) {
    const auto run = play.database.queue.claim(play.plan, play.token, kLease);
    if (!run || !train(play, *run)) break;
  }
  return 0;
}

std::filesystem::path this_program() { return std::filesystem::read_symlink("/proc/self/exe"); }

}  // namespace steepest::sweep

int main(int argc, char** argv) {
  // A worker is started with --token or --trial, the test program never is.
  for (int i = 1; i < argc; ++i) {
    if (std::string(argv[i]) == "--token") return steepest::sweep::play_fake_worker(argc, argv);
    if (std::string(argv[i]) == "--trial") return std::puts("{\"step\": 0.01, \"look\": 0.5}") < 0;
  }
  // Tests send themselves what a caller may have ignored, as a shell does for background jobs.
  for (const int ignored : {SIGINT, SIGHUP, SIGTERM}) signal(ignored, SIG_DFL);
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
