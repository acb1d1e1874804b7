// shard_test.cpp: a study in shards, by hand, by any scheduler, and by Slurm's commands, which a script stands in for here
// (tests/slurm/fake_slurm; the real one: `make test-slurm`).
#include <signal.h>

#include "e2e/training.h"

namespace steepest::e2e {
namespace {

namespace fs = std::filesystem;

class Shards : public Training {
 protected:
  Shards() {
    unsetenv("STEEPEST_SHARED");
    for (const char* name : {"SLURM_JOB_ID", "SLURM_ARRAY_JOB_ID", "SLURM_ARRAY_TASK_ID"}) unsetenv(name);
    setenv("TMPDIR", (folder_ / "node").c_str(), 1);
    fs::create_directories(folder_ / "node");
  }
  ~Shards() override { unsetenv("TMPDIR"); }

  static Words study(Words more = {}) { return words("run", tiny(std::move(more))); }
  static Words small(Words more = {}) {
    more.insert(more.begin(), {"training.steps=5", "seed=range(6)"});
    return study(std::move(more));
  }
  std::string shared() const { return (folder_ / "shared").string(); }
  std::string hashes_of_one_machine() {
    EXPECT_EQ(steepest(small(), "one.db").state.status, 0);
    return value(kHashes, "one.db");
  }
  /// What lies in the shared folder.
  std::vector<fs::path> left(const std::string& extension) const {
    std::vector<fs::path> files;
    std::error_code failed;  // files come and go
    for (fs::recursive_directory_iterator at(folder_ / "shared", failed), end; !failed && at != end; at.increment(failed)) {
      if (at->path().extension() == extension) files.push_back(at->path());
    }
    return files;
  }
  bool node_is_clean() const { return fs::is_empty(folder_ / "node"); }
  /// Whether a job has a checkpoint on its own disk by now. The folder changes meanwhile.
  bool node_has_checkpoint() const {
    std::error_code changed;
    for (fs::recursive_directory_iterator at(folder_ / "node", changed), end; !changed && at != end; at.increment(changed)) {
      if (at->path().extension() == ".pt") return true;
    }
    return false;
  }
};

TEST_F(Shards, TwoOnOneFileAreTheWholeStudyInItsOrder) {
  const auto hashes = hashes_of_one_machine();
  for (const char* shard : {"2/2", "1/2"}) EXPECT_EQ(steepest(small({"--shard", shard})).state.status, 0);
  EXPECT_EQ(value(kHashes), hashes);
  const std::string places =
      "SELECT group_concat(ordinal || identity) FROM (SELECT * FROM study_run JOIN run ON run.id = run_id ORDER BY ordinal)";
  EXPECT_EQ(value(places), value(places, "one.db"));
  const auto again = steepest(small({"--shard", "1/2"}));
  EXPECT_THAT(again.errors, HasSubstr("nothing left to run"));
}

TEST_F(Shards, JobsThatShareAFolderAloneGiveTheSameStudy) {
  const auto hashes = hashes_of_one_machine();
  for (const char* shard : {"1/3", "2/3", "3/3"}) {
    const auto job = steepest(small({"--shard", shard, "--shared", shared()}), "no.db");
    EXPECT_EQ(job.state.status, 0) << job.errors;
  }
  EXPECT_FALSE(fs::exists(database("no.db"))) << "a job's database is its own";
  EXPECT_TRUE(node_is_clean());
  const auto status = steepest({"status", "--shared", shared()});
  EXPECT_EQ(status.state.status, 0) << status.errors;
  EXPECT_THAT(status.errors, HasSubstr("6 runs collected"));
  EXPECT_EQ(value(kHashes), hashes);
  const auto rows = value("SELECT count(*) FROM metric");
  EXPECT_THAT(steepest({"status", "--shared", shared()}).errors, Not(HasSubstr("collected")));
  EXPECT_EQ(value("SELECT count(*) FROM metric"), rows);
  EXPECT_GT(std::stoi(value("SELECT count(*) FROM statistic")), 0);
  const auto again = steepest(small({"--shard", "1/3", "--shared", shared()}));
  EXPECT_THAT(again.errors, HasSubstr("nothing left to run"));
  EXPECT_EQ(left(".jsonl").size(), 3u);
  EXPECT_THAT(steepest(small()).errors, HasSubstr("nothing left to run"));
}

TEST_F(Shards, AFileThatWasEditedIsToldOfAndItsRunsAreMadeAgain) {
  EXPECT_EQ(steepest(small({"--shard", "1/1", "--shared", shared()})).state.status, 0);
  const auto file = left(".jsonl").at(0);
  fs::resize_file(file, fs::file_size(file) - 10);
  const auto status = steepest({"status", "--shared", shared()});
  EXPECT_EQ(status.state.status, 0);
  EXPECT_THAT(status.errors, HasSubstr("it was cut"));
  const auto again = steepest(small({"--shard", "1/1", "--shared", shared()}));
  EXPECT_THAT(again.errors, HasSubstr("its runs are made again"));
  EXPECT_EQ(left(".jsonl").size(), 2u);
  steepest({"status", "--shared", shared()});
  EXPECT_EQ(value("SELECT count(*) FROM run WHERE status = 'completed'"), "6");
}

/// Both runs last some seconds on a fast machine, several of the checkpoints and visits.
TEST_F(Shards, AnAnnouncedEndLeavesACheckpointFromWhichTheNextJobGoesOn) {
  const Words one = study({"training.steps=20000", "optimizer.learning_rate=0.001", "--shard", "1/1", "--shared", shared(), "--leave-every",
                           "1s", "--checkpoint-every", "1s"});
  ASSERT_EQ(steepest(study({"training.steps=20000", "optimizer.learning_rate=0.001"}), "one.db").state.status, 0);
  ChildProcess job(program(), with_folders(one), Words{}, folder_ / "job.log");
  while (!job.poll() && left(".pt").empty()) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  job.send(SIGUSR1);
  const auto end = ended(job);
  ASSERT_EQ(end.status, 130) << job.last_lines(20);
  EXPECT_TRUE(left(".jsonl").empty());
  EXPECT_TRUE(node_is_clean());
  const auto next = steepest(one);
  EXPECT_EQ(next.state.status, 0) << next.errors;
  EXPECT_THAT(next.errors, HasSubstr("1 run, 1 interrupted")) << "from the checkpoint, not from the start";
  EXPECT_TRUE(left(".pt").empty());
  steepest({"status", "--shared", shared()});
  EXPECT_EQ(value(kHashes), value(kHashes, "one.db"));
  EXPECT_EQ(value("SELECT count(*) FROM metric"), value("SELECT count(*) FROM metric", "one.db"));
}

TEST_F(Shards, AKilledJobLosesNothingButTheTimeSinceItsLastVisit) {
  const Words one = study({"training.steps=20000", "optimizer.learning_rate=0.001", "--shard", "1/1", "--shared", shared(), "--leave-every",
                           "1s", "--checkpoint-every", "1s"});
  ChildProcess job(program(), with_folders(one), Words{}, folder_ / "job.log");
  while (!job.poll() && left(".pt").empty()) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  job.send(SIGKILL);
  ended(job);
  while (!sweep::processes_of(worker(), {"--checkpoint-every", "1"}).empty()) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_FALSE(node_is_clean());
  const auto next = steepest(one);
  EXPECT_EQ(next.state.status, 0) << next.errors;
  EXPECT_THAT(next.errors, HasSubstr("1 interrupted"));
  EXPECT_TRUE(node_is_clean()) << "what the killed one has left as well";
}

/// The commands of Slurm's in a folder of this test's.
class Slurm : public Shards {
 protected:
  Slurm() : path_(getenv("PATH")) {
    const fs::path fake = fs::path(STEEPEST_SOURCE_DIR) / "tests" / "slurm" / "fake_slurm";
    for (const char* name : {"sbatch", "sbatch.run", "squeue", "scontrol"}) {
      fs::create_directories(folder_ / "bin");
      fs::create_symlink(fake, folder_ / "bin" / name);
    }
    fs::create_directories(folder_ / "slurm");
    setenv("PATH", ((folder_ / "bin").string() + ":" + path_).c_str(), 1);
    setenv("FAKE_SLURM", (folder_ / "slurm").c_str(), 1);
  }
  ~Slurm() override {
    wait();
    setenv("PATH", path_.c_str(), 1);
    for (const char* name : {"FAKE_SLURM", "FAKE_MAX_ARRAY_SIZE"}) unsetenv(name);
  }
  Words submission(Words more = {}) const {
    more.insert(more.end(), {"--engine", "slurm", "--shared", shared()});
    return small(std::move(more));
  }
  std::vector<fs::path> tasks(const std::string& extension) const {
    std::vector<fs::path> files;
    std::error_code ignored;  // they come and go
    for (const auto& entry : fs::directory_iterator(folder_ / "slurm", ignored)) {
      if (entry.path().extension() == extension) files.push_back(entry.path());
    }
    return files;
  }
  void wait() const {
    while (!tasks(".state").empty()) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  sweep::Answer status() const { return steepest({"status", "--shared", shared()}); }

  std::string path_;
};

TEST_F(Slurm, AnArrayMakesWhatOneMachineMakes) {
  const auto hashes = hashes_of_one_machine();
  const auto submitted = steepest(submission({"--shards", "3", "--time", "10min", "--partition", "cpu"}));
  EXPECT_EQ(submitted.state.status, 0) << submitted.errors;
  EXPECT_THAT(submitted.errors, HasSubstr("array 101 submitted, 3 jobs for 6 runs"));
  const auto twice = steepest(submission({"--shards", "3"}));
  EXPECT_THAT(twice.errors, HasSubstr("nothing left")) << "what is in the queue is not submitted again";
  EXPECT_EQ(left(".array").size(), 1u);
  EXPECT_THAT(status().output, testing::AnyOf(HasSubstr("of 6 runs done; jobs:"), Not(HasSubstr("array"))));
  wait();
  EXPECT_EQ(status().state.status, 0);
  EXPECT_EQ(value(kHashes), hashes);
  EXPECT_THAT(status().output, Not(HasSubstr("array"))) << "done and no more to tell";
  EXPECT_THAT(steepest(submission()).errors, HasSubstr("nothing left to run"));
  EXPECT_TRUE(node_is_clean());
}

TEST_F(Slurm, AGrowingGridGoesOnWithEachSubmission) {
  const fs::path experiments = folder_ / "experiments";
  fs::copy(STEEPEST_SOURCE_DIR "/experiments", experiments, fs::copy_options::recursive);
  std::ofstream(experiments / "study" / "growing.yaml")  // at four steps the best rate is near 1
      << "title: growing\n"
         "overrides: [data=synthetic, data.characters=20000, model.width=16, model.heads=2, training.batch=4, training.context=16,\n"
         "            training.steps=4]\n"
         "sweep: {optimizer: lora_muon, model.rank: 4, optimizer.learning_rate: {from: 0.01, to: 0.1, points: 2, grow: true, highest: "
         "10}}\n"
         "report: {kind: best_rate, baseline: 4}\n";
  const auto ask = [&](const Words& more, const std::string& name) {
    Words all{"run", "growing", "--database", database(name).string(), "--experiments", experiments.string()};
    all.insert(all.end(), more.begin(), more.end());
    return sweep::ask_program(program(), all, std::chrono::seconds(300));
  };
  ASSERT_EQ(ask({}, "one.db").state.status, 0);
  const Words array{"--engine", "slurm", "--shared", shared()};
  EXPECT_THAT(ask(array, "s.db").errors, HasSubstr("for 2 runs"));
  wait();
  for (int further = 0; further < 2; ++further) {
    EXPECT_THAT(ask(array, "s.db").errors, HasSubstr("for 1 run;")) << further;
    wait();
  }
  EXPECT_THAT(ask(array, "s.db").errors, HasSubstr("nothing left to run"));
  EXPECT_EQ(value(kHashes), value(kHashes, "one.db"));
}

TEST_F(Slurm, ATaskThatIsToldOfItsEndAsksForAnotherTurn) {
  const Words long_run{"training.steps=20000", "optimizer.learning_rate=0.001"};
  ASSERT_EQ(steepest(study(long_run), "one.db").state.status, 0);
  Words submitted = study(long_run);
  submitted.insert(submitted.end(), {"--engine", "slurm", "--shared", shared(), "--checkpoint-every", "1s"});
  ASSERT_EQ(steepest(submitted).state.status, 0);
  while (!node_has_checkpoint()) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  const auto pid = tasks(".pid");
  ASSERT_EQ(pid.size(), 1u);
  int number = 0;
  std::ifstream(pid[0]) >> number;
  ASSERT_EQ(kill(number, SIGUSR1), 0);
  wait();
  std::string log;
  std::getline(std::ifstream(left(".log").at(0)), log, '\0');
  EXPECT_THAT(log, HasSubstr("asking Slurm for another turn"));
  EXPECT_THAT(log, HasSubstr("1 run, 1 interrupted"));
  status();
  EXPECT_EQ(value(kHashes), value(kHashes, "one.db"));
}

TEST_F(Slurm, JobsThatCameToNothingAreToldOfAndSubmittedAgain) {
  setenv("STEEPEST_WORKER", "/bin/false", 1);
  ASSERT_EQ(steepest(submission({"--shards", "2"})).state.status, 0);
  wait();
  setenv("STEEPEST_WORKER", worker().c_str(), 1);
  const auto told = status();
  EXPECT_THAT(told.output, HasSubstr("array 101 of"));
  EXPECT_THAT(told.output, HasSubstr("0 of 6 runs done; none of its jobs is left"));
  ASSERT_EQ(steepest(submission({"--shards", "2"})).state.status, 0);
  wait();
  status();
  EXPECT_EQ(value("SELECT count(*) FROM run WHERE status = 'completed'"), "6");
}

TEST_F(Slurm, WhatCannotBeIsToldBeforeAnythingIsSubmitted) {
  setenv("FAKE_MAX_ARRAY_SIZE", "4", 1);
  struct {
    Words words;
    const char* said;
  } const cases[] = {
      {submission({"--shards", "9"}), "--shards: found 9, and this cluster takes no larger array than 3 (MaxArraySize=4); valid: 1 to 3"},
      {submission({"--shards", "many"}), "--shards: found \"many\""},
      {submission({"--time", "soon"}), "--time: found \"soon\"; valid: a time such as"},
      {submission({"--shard", "1/2"}), "--shard: is given with --engine slurm, whose jobs are the shards"},
      {small({"--engine", "slrum"}), "--engine: found \"slrum\"; valid: local, slurm; did you mean \"slurm\"?"},
      {small({"--partition", "cpu"}), "--partition: is an option of Slurm's, and the engine is local; valid: with --engine slurm"},
      {small({"--shards", "2"}), "--shards: is an option of Slurm's"},
      {small({"--requeue"}), "--requeue: is for a shard that leaves its runs in a folder; valid: with --shared DIR"},
      {small({"--shared", shared()}), "--shared: is given without a shard; valid: --shard I/N, or --engine slurm"},
      {small({"--shared", shared(), "--shard", "1/2", "--requeue"}), "--requeue: is given outside of Slurm"},
      {small({"--shard", "9/8"}), "--shard: found \"9/8\"; valid: 1/8 to 8/8"},
      {small({"--engine", "slurm", "--shared", "/proc/no"}), "--shared: the folder /proc/no/shards/"},
  };
  for (const auto& [words, said] : cases) {
    const auto answer = steepest(words);
    EXPECT_EQ(answer.state.status, 2) << said;
    EXPECT_THAT(answer.errors, HasSubstr(said));
  }
  std::ofstream(folder_ / "slurm" / "refuses");
  const auto refused = steepest(submission());
  EXPECT_EQ(refused.state.status, 2);
  EXPECT_THAT(refused.errors, HasSubstr("Slurm's sbatch refuses (exit status 1): sbatch: error: Batch job submission failed"));
  EXPECT_TRUE(left(".array").empty());
  fs::remove(folder_ / "bin" / "sbatch");
  setenv("PATH", ((folder_ / "bin").string()).c_str(), 1);
  const auto none = steepest(submission());
  EXPECT_EQ(none.state.status, 2);
  EXPECT_THAT(none.errors,
              HasSubstr("--engine: there is no sbatch on PATH; valid: a machine that submits to Slurm; elsewhere --engine local"));
}

TEST_F(Slurm, TheScriptIsShownAndNothingWritten) {
  const auto answer = steepest(submission({"--dry-run", "--gres", "gpu:1", "--sbatch=--nice=100", "--time", "4h"}));
  EXPECT_EQ(answer.state.status, 0) << answer.errors;
  for (const char* line : {"#SBATCH '--gres=gpu:1'", "#SBATCH '--nice=100'", "#SBATCH '--time=240'", "#SBATCH '--signal=B:USR1@180'",
                           "'--time-limit' '14280s'"})
    EXPECT_THAT(answer.output, HasSubstr(line));
  EXPECT_FALSE(fs::exists(database()));
  EXPECT_TRUE(tasks(".sh").empty());
}

}  // namespace
}  // namespace steepest::e2e
