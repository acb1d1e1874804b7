// carrier_test.cpp: what goes from a job's own database into the shared folder, and from there into others.
#include "shard/carrier.h"

#include <gmock/gmock.h>

#include <fstream>

#include "exchange/support.h"
#include "options/error.h"
#include "shard/collect.h"
#include "shard/progress.h"
#include "store/remake.h"
#include "store/run_states.h"

namespace steepest::shard {
namespace {

namespace fs = std::filesystem;
using exchange::testing::Folder;
using store::RunStatus;
using store::testing::WholeFile;
using testing::HasSubstr;
using testing::IsEmpty;

class Carrying : public testing::Test {
 protected:
  Carrying() {
    for (const int number : {1, 4, 7}) made_.push_back(exchange::testing::generated_run(number));
    for (const auto& run : made_)
      study_.runs.push_back({run.config,
                             {{"rank", run.seed}},
                             run.seed,
                             run.identity,
                             run.flops,
                             run.family,
                             run.numerics,
                             run.observes.get<run::Observations>()});
    shared_.prepare("--shared");
  }
  /// A job's database, in which each run has been taken by a worker of the token "me".
  struct Job {
    Job(const Carrying& test, const std::string& name)
        : checkpoints(test.folder_ / (name + "-checkpoints")), file(test.folder_ / (name + ".db")),
          carrier(test.shared_, "7-1", test.study_, checkpoints) {
      notes = carrier.fetch(file.planner);
      const auto study = file.planner.put_study(test.study_.name, "", test.study_.definition);
      for (std::size_t i = 0; i < test.made_.size(); ++i) {
        runs.push_back(file.planner.put_run(test.made_[i]));
        file.planner.tie(study, runs.back(), "quick", test.study_.runs[i].cell, static_cast<std::int64_t>(i));
      }
      while (store::testing::claim(file, study, "quick", "me", 60)) {}
    }
    void complete(std::size_t run, const std::string& hash) {
      file.recorder.record(runs[run], "me", {{"validation_loss", 10, 1.5}});
      EXPECT_TRUE(file.queue.finish(runs[run], "me", {RunStatus::completed, 10, 1.0, std::string(64, hash[0]), ""}));
    }
    /// A checkpoint is no more than bytes here.
    void save(std::size_t run, const Carrying& test, const std::string& bytes) const {
      std::ofstream(checkpoints / "draft") << bytes;
      fs::rename(checkpoints / "draft", checkpoints / (test.made_[run].identity + ".pt"));
    }
    fs::path checkpoints;
    WholeFile file;
    Carrier carrier;
    std::vector<std::string> notes;
    std::vector<std::int64_t> runs;
  };
  fs::path there(std::size_t run, const std::string& end) const { return shared_.checkpoints() / (made_[run].identity + end); }

  Folder folder_;
  StudyFolder shared_{folder_ / "shared", "small"};
  study::Study study_{"small", "", "quick", {{"title", "x"}}, {}};
  std::vector<store::NewRun> made_;
};

TEST_F(Carrying, WhatFinishedIsLeftOnceAndTakenByTheNextJob) {
  Job job(*this, "a");
  job.complete(0, "a");
  job.carrier.leave(job.file);
  job.carrier.leave(job.file);
  EXPECT_EQ(shared_.finished().size(), 1u) << "nothing new, no file";
  job.complete(1, "b");
  job.carrier.leave(job.file);
  EXPECT_EQ(shared_.finished().size(), 2u);
  EXPECT_EQ(shared_.finished()[1].filename(), "7-1.2.jsonl");

  Job next(*this, "b");
  EXPECT_THAT(next.notes, IsEmpty());
  EXPECT_EQ(store::run_state(next.file, next.runs[0])->status, RunStatus::completed);
  EXPECT_EQ(store::run_state(next.file, next.runs[2])->status, RunStatus::running) << "its own";
  next.carrier.leave(next.file);
  EXPECT_EQ(shared_.finished().size(), 2u) << "what came from there does not go back";
  EXPECT_FALSE(next.carrier.has_left());
}

TEST_F(Carrying, ARunGoesOnElsewhereWithItsRowsAndItsCheckpoint) {
  {
    Job job(*this, "a");
    job.file.recorder.record(job.runs[0], "me", {{"loss", 3, 2.5}, {"loss", 4, 2.25}}, {{"w", 3, 0, 1.5}, {"w", 3, 1, 0.5}});
    job.file.queue.heartbeat(job.runs[0], "me", 4, 60);
    job.save(0, *this, "state");
    job.carrier.leave(job.file);
    EXPECT_TRUE(job.carrier.has_left());
  }
  Job next(*this, "b");
  EXPECT_EQ(next.file.recorder.stored_rows(next.runs[0], 3), 3);
  EXPECT_EQ(next.file.recorder.stored_rows(next.runs[0], 4), 4);
  std::string bytes;
  std::getline(std::ifstream(next.checkpoints / (made_[0].identity + ".pt")), bytes);
  EXPECT_EQ(bytes, "state");
  next.complete(0, "a");
  next.carrier.leave(next.file);
  EXPECT_EQ(shared_.finished().size(), 1u) << "begun elsewhere, ended here";
  EXPECT_FALSE(fs::exists(there(0, ".pt")));
  EXPECT_FALSE(fs::exists(there(0, ".rows")));
}

TEST_F(Carrying, ACheckpointIsLeftAgainOnlyWhenItIsAnother) {
  Job job(*this, "a");
  job.save(0, *this, "one");
  job.carrier.leave(job.file);
  const auto before = fs::last_write_time(there(0, ".pt"));
  job.carrier.leave(job.file);
  EXPECT_EQ(fs::last_write_time(there(0, ".pt")), before);
  for (const char* bytes : {"two", "three", "four"}) {  // a file system gives numbers of files out again
    job.save(0, *this, bytes);
    job.carrier.leave(job.file);
    std::string found;
    std::getline(std::ifstream(there(0, ".pt")), found);
    EXPECT_EQ(found, bytes);
  }
}

TEST_F(Carrying, DamagedFilesAreToldOfAndTheirRunsBeginAnew) {
  {
    Job job(*this, "a");
    job.save(0, *this, "state");
    job.complete(1, "b");
    job.carrier.leave(job.file);
  }
  std::ofstream(there(0, ".rows"), std::ios::app | std::ios::in) << "";
  fs::resize_file(there(0, ".rows"), fs::file_size(there(0, ".rows")) - 3);
  fs::resize_file(shared_.finished()[0], fs::file_size(shared_.finished()[0]) - 3);
  Job next(*this, "b");
  ASSERT_EQ(next.notes.size(), 2u);
  EXPECT_THAT(next.notes[0], HasSubstr("its runs are made again"));
  EXPECT_THAT(next.notes[1], HasSubstr("is not as it was written; the run starts over"));
  EXPECT_EQ(store::run_state(next.file, next.runs[1])->status, RunStatus::running);
  EXPECT_FALSE(fs::exists(next.checkpoints / (made_[0].identity + ".pt")));
}

TEST_F(Carrying, AFailedRunIsDataUntilAnotherJobDoesBetter) {
  store::WritableFile own(folder_ / "own.db");
  const auto study = own.planner().put_study("small", "", study_.definition);
  for (std::size_t i = 0; i < made_.size(); ++i)
    own.planner().tie(study, own.planner().put_run(made_[i]), "quick", study_.runs[i].cell, static_cast<std::int64_t>(i));
  const auto first = store::stored_run(own.reader(), made_[0].identity)->id;
  {
    Job job(*this, "a");
    for (std::size_t i = 1; i < 3; ++i) job.complete(i, "b");
    EXPECT_TRUE(job.file.queue.fail("me", "try_failed", "no memory", 1)->over);
    job.carrier.leave(job.file);
  }
  EXPECT_TRUE(has_news(own.reader(), shared_));
  auto collected = collect(own, shared_, folder_ / "checkpoints");
  EXPECT_EQ(collected.finished, 2);
  EXPECT_EQ(collected.failed, 1);
  EXPECT_EQ(store::run_state(own.reader(), first)->status, RunStatus::failed);
  EXPECT_EQ(store::run_state(own.reader(), first)->error, "no memory");
  EXPECT_EQ(collect(own, shared_, folder_ / "checkpoints").failed, 0) << "told once";

  Job next(*this, "b");
  next.complete(0, "a");
  next.carrier.leave(next.file);
  collected = collect(own, shared_, folder_ / "checkpoints");
  EXPECT_EQ(collected.finished, 1);
  EXPECT_EQ(store::run_state(own.reader(), first)->status, RunStatus::completed);
  EXPECT_FALSE(has_news(own.reader(), shared_));
}

TEST_F(Carrying, AnAdapterComesWithItsRun) {
  Job job(*this, "a");
  std::ofstream(job.checkpoints / (made_[0].identity + ".aaaa.adapter.safetensors")) << "numbers";
  job.complete(0, "a");
  job.carrier.leave(job.file);
  store::WritableFile own(folder_ / "own.db");
  collect(own, shared_, folder_ / "checkpoints");
  EXPECT_TRUE(fs::exists(folder_ / "checkpoints" / (made_[0].identity + ".aaaa.adapter.safetensors")));
}

TEST_F(Carrying, AFolderThatTakesNothingIsToldOfAndGetsTheRestLater) {
  Job job(*this, "a");
  job.complete(0, "a");
  fs::rename(shared_.path(), folder_ / "away");
  EXPECT_THROW(job.carrier.leave(job.file), options::InputError);
  fs::rename(folder_ / "away", shared_.path());
  EXPECT_THAT(shared_.finished(), IsEmpty());
  job.carrier.leave(job.file);
  EXPECT_EQ(shared_.finished().size(), 1u);
}

TEST_F(Carrying, TwoWritersOfOneNameTakeNothingFromEachOther) {
  Job one(*this, "a"), other(*this, "b");
  one.complete(0, "a");
  other.complete(1, "b");
  one.carrier.leave(one.file);
  other.carrier.leave(other.file);
  EXPECT_EQ(shared_.finished().size(), 2u);
  store::WritableFile own(folder_ / "own.db");
  EXPECT_EQ(collect(own, shared_, folder_ / "checkpoints").finished, 2);
  EXPECT_EQ(collect(own, shared_, folder_ / "checkpoints").finished, 0);
}

TEST(StudyFolderName, IsAFilesNameWhateverTheStudyIsCalled) {
  const auto name = [](const std::string& study) { return StudyFolder("/s", study).path().lexically_relative("/s/shards").string(); };
  EXPECT_EQ(name("rank_transfer"), "rank_transfer");
  std::set<std::string> names;
  for (const std::string& study :
       std::vector<std::string>{"", ".", "..", "a/b", "a b", "a_b", "à", "../x", std::string(300, 'x'), std::string(301, 'x')}) {
    EXPECT_EQ(name(study).find('/'), std::string::npos) << study;
    EXPECT_NE(name(study).front(), '.') << study;
    EXPECT_LE(name(study).size(), 100u);
    EXPECT_TRUE(names.insert(name(study)).second) << study;
  }
}

}  // namespace
}  // namespace steepest::shard
