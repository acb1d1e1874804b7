// bundle_work_test.cpp: a worker that trains several runs as one leaves each as a worker of its own would, to rounding.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/cuda.h>

#include <atomic>
#include <fstream>
#include <map>
#include <thread>

#include "experiment/bundle_sizes.h"
#include "experiment/device_memory.h"
#include "experiment/worker.h"
#include "limited_memory.h"
#include "run/run.h"
#include "run/stacking.h"
#include "small_run.h"
#include "store/claiming.h"
#include "store/whole_file.h"

namespace steepest::experiment::bundle_work_test {
namespace {

using ::testing::HasSubstr;

struct StackedWork : ::testing::Test {
  Folder folder;
  std::filesystem::path file = folder / "steepest.db";
  store::testing::WholeFile database{file};
  std::int64_t study = database.planner.put_study("test", "", {});

  static run::TrainingRun run_of(std::int64_t seed, std::int64_t steps = 12) {
    run::TrainingRun run = small_run(steps);
    run.precision = "float64";
    run.seed = seed;
    std::get<optim::LoraMuonOptions>(run.optimizer).learning_rate *= 1 + 0.1 * static_cast<double>(seed);
    return run;
  }
  std::int64_t plan(std::int64_t seed, const run::TrainingRun& run) {
    const std::int64_t id = database.planner.put_run({"run " + std::to_string(seed), run::to_json(run), seed, {}, 1.0});
    database.planner.tie(study, id, "smoke", {}, id);
    return id;
  }
  void plan(std::int64_t count, std::int64_t steps = 12) {
    for (std::int64_t seed = 1; seed <= count; ++seed) plan(seed, run_of(seed, steps));
  }
  void work(const std::string& token, std::int64_t stack, const std::atomic<bool>& stop = false, std::int64_t workers = 1) {
    const auto open = store::open_plan(database, store::testing::content_of(database, study, "smoke"));
    WorkerOptions options{file, open, token, folder / "checkpoints", folder / "data"};
    options.stack = stack;
    options.workers = workers;
    experiment::work(options, stop);
  }
  std::string column(const std::string& sql) {
    std::string text;
    for (const auto& row : database.reader.query(sql).rows) text += (text.empty() ? "" : ",") + row.at(0);
    return text;
  }
  /// Every run has the rows that it has when it is trained alone.
  void expect_as_alone(std::int64_t count, std::int64_t steps = 12) {
    for (std::int64_t seed = 1; seed <= count; ++seed) {
      std::map<std::pair<std::string, std::int64_t>, double> expected;
      Trainer(run_of(seed, steps), "")
          .run({[&](const std::string& name, std::int64_t step, double value) {
                  expected[{name, step}] = value;
                },
                [](std::int64_t) { return true; }});
      const std::string of_run = " FROM metric WHERE run_id = (SELECT id FROM run WHERE identity = 'run " + std::to_string(seed) + "')";
      EXPECT_EQ(column("SELECT count(*)" + of_run), std::to_string(expected.size()));
      for (const auto& [place, value] : expected) {
        const std::string found =
            column("SELECT value" + of_run + " AND name = '" + place.first + "' AND step = " + std::to_string(place.second));
        EXPECT_NEAR(std::stod(found), value, 1e-9 * std::abs(value)) << place.first << " at " << place.second;
      }
    }
  }
};

TEST_F(StackedWork, LeavesEachRunAsAWorkerOfItsOwnWould) {
  plan(5);
  work("one", 3);
  EXPECT_EQ(column("SELECT status FROM run"), "completed,completed,completed,completed,completed");
  EXPECT_EQ(column("SELECT stacked FROM run"), "3,3,3,2,2");
  EXPECT_EQ(column("SELECT count(DISTINCT parameter_hash) FROM run"), "5");
  expect_as_alone(5);
  for (std::int64_t seed = 1; seed <= 5; ++seed)
    EXPECT_FALSE(std::filesystem::exists(folder / ("checkpoints/run " + std::to_string(seed) + ".pt")));
}

TEST_F(StackedWork, IsSharedAmongWorkers) {
  plan(5);
  work("one", 9, false, 2);
  EXPECT_EQ(column("SELECT stacked FROM run"), "3,3,3,0,0") << "half of what is left, rounded up, and the last two one by one";
}

TEST_F(StackedWork, StopsAtOneStepAndGoesOnAsOne) {
  constexpr std::int64_t kLong = 4000;
  plan(4, kLong);
  std::atomic<bool> stop = false;
  std::thread interrupts([&] {
    const store::ReadOnlyFile seen(file);
    while (seen.reader().query("SELECT 1 FROM metric WHERE step > 10 LIMIT 1").rows.empty())
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    stop = true;
  });
  work("one", 4, stop);
  interrupts.join();
  EXPECT_EQ(column("SELECT DISTINCT status FROM run"), "interrupted");
  EXPECT_EQ(column("SELECT count(DISTINCT step) FROM run"), "1");
  const std::int64_t step = std::stoll(column("SELECT min(step) FROM run"));
  for (std::int64_t seed = 1; seed <= 4; ++seed) {
    const std::string identity = "run " + std::to_string(seed);
    Trainer own(run_of(seed, kLong), "");
    own.load(folder / ("checkpoints/" + identity + ".pt"), checkpoint_mark(identity, "{}"));
    EXPECT_EQ(own.step(), step);
  }
  for (const auto& row : database.reader.query("SELECT id FROM run").rows) {  // the rest of the way is made short
    const std::int64_t id = std::stoll(row.at(0));
    auto details = *database.reader.run_details(id);
    details.config["training"]["steps"] = step + 3;
    store::watch(database, id, {details.config, details.observes});
  }
  work("two", 4);
  EXPECT_EQ(column("SELECT DISTINCT status FROM run"), "completed");
  EXPECT_EQ(column("SELECT DISTINCT step FROM run"), std::to_string(step + 3));
  EXPECT_EQ(column("SELECT attempts FROM run"), "2,2,2,2") << "all go on together";
}

TEST_F(StackedWork, GivesBackWhatIsNotWhereTheFirstIs) {
  plan(3);
  Trainer half(run_of(2), "");
  half.run({[](const std::string&, std::int64_t, double) {}, [](std::int64_t step) { return step < 4; }});
  std::filesystem::create_directories(folder / "checkpoints");
  half.save(folder / "checkpoints/run 2.pt", checkpoint_mark("run 2", "{}"), 0);
  work("one", 3);
  EXPECT_EQ(column("SELECT status FROM run"), "completed,completed,completed");
  EXPECT_EQ(column("SELECT stacked FROM run"), "2,0,2");
  EXPECT_THAT(column("SELECT message FROM event WHERE kind = 'interrupted'"), HasSubstr("it is at step 4"));
}

TEST_F(StackedWork, HalvesABundleThatDoesNotFit) {
  std::int64_t of_two = 0;
  plan(4);
  {
    LimitedMemory measured;
    work("one", 2);
    of_two = measured.most();
  }
  EXPECT_EQ(column("SELECT stacked FROM run"), "2,2,2,2");
  for (const auto& row : database.reader.query("SELECT id FROM run").rows) store::testing::forget_result(database, std::stoll(row.at(0)));
  {
    const LimitedMemory limited(of_two + of_two / 10);
    work("two", 4);
  }
  EXPECT_EQ(column("SELECT status FROM run"), "completed,completed,completed,completed");
  EXPECT_EQ(column("SELECT stacked FROM run"), "2,2,2,2") << "four did not fit, and that was remembered";
  EXPECT_EQ(column("SELECT failures FROM run"), "0,0,0,0");
  EXPECT_THAT(column("SELECT DISTINCT message FROM event WHERE kind = 'interrupted'"),
              HasSubstr("4 runs as one do not fit into memory, 2 are tried next"));
  expect_as_alone(4);
}

/// Run by `make check-cuda`; elsewhere each case skips.
struct CudaWork : StackedWork {
  const at::Device gpu{at::kCUDA, 0};

  void SetUp() override {
    if (!torch::cuda::is_available()) GTEST_SKIP() << "there is no GPU here";
    if (!device_memory(gpu)) GTEST_SKIP() << "built without the CUDA toolkit";
  }
  /// Of so much that the allocator's blocks do not matter.
  void plan_large(std::int64_t count) {
    for (std::int64_t seed = 1; seed <= count; ++seed) {
      run::TrainingRun run = run_of(seed);
      run.device = "cuda";
      run.precision = "float32";
      run.training.batch = 64;
      run.training.context = 128;
      transformer_of(run).width = 256;
      plan(seed, run);
    }
  }
};

TEST_F(CudaWork, HalvesABundleThatDoesNotFit) {
  plan_large(4);
  begin_peak(gpu);
  work("one", 2);
  const double of_two = device_memory(gpu)->peak;
  for (const auto& row : database.reader.query("SELECT id FROM run").rows) store::testing::forget_result(database, std::stoll(row.at(0)));
  release_device_memory();
  const double ballast = device_memory(gpu)->all - 1.6 * of_two;
  ASSERT_GT(ballast, 0);
  {
    const auto taken = at::empty({static_cast<std::int64_t>(ballast)}, at::TensorOptions(gpu).dtype(at::kByte));
    work("two", 4);
  }
  release_device_memory();
  EXPECT_EQ(column("SELECT status FROM run"), "completed,completed,completed,completed");
  EXPECT_EQ(column("SELECT failures FROM run"), "0,0,0,0");
  EXPECT_LT(std::stoi(column("SELECT max(stacked) FROM run")), 4);
  EXPECT_THAT(column("SELECT DISTINCT message FROM event WHERE kind = 'interrupted'"), HasSubstr("4 runs as one do not fit into memory"));
}

TEST_F(CudaWork, RemembersHowManyFit) {
  plan_large(4);
  work("one", 0);
  EXPECT_EQ(column("SELECT stacked FROM run"), "4,4,4,4");
  EXPECT_TRUE(std::filesystem::exists(kept_sizes(folder / "checkpoints")));
}

TEST_F(StackedWork, AFlowGoesAlone) {
  BundleSizes sizes(8);
  EXPECT_EQ(sizes.of(run::FlowRun{}), 1);
  EXPECT_EQ(sizes.of(small_run()), 8);
}

TEST(StackedSizes, AreWhatIsAskedForUntilSoManyDidNotFit) {
  auto run = small_run(), wider = small_run();
  transformer_of(wider).width = 32;
  BundleSizes asked(16), automatic(0), one(1);
  EXPECT_EQ(one.of(run), 1);
  EXPECT_EQ(automatic.of(run), 1) << "on the CPU";
  EXPECT_FALSE(automatic.guessed(run));
  EXPECT_EQ(asked.of(run), 16);
  asked.too_many(run, 11);
  EXPECT_EQ(asked.of(run), 5);
  run.seed = 77;
  std::get<optim::LoraMuonOptions>(run.optimizer).learning_rate = 0.5;
  EXPECT_EQ(asked.of(run), 5) << "it is of the same shape";
  EXPECT_EQ(asked.of(wider), 16);
  asked.too_many(run, 1);
  EXPECT_EQ(asked.of(run), 1);
  run.device = "cuda";
  EXPECT_GT(automatic.of(run), 1);
  EXPECT_TRUE(automatic.guessed(run));
  automatic.fits(run, 23);
  EXPECT_EQ(automatic.of(run), 23);
  EXPECT_FALSE(automatic.guessed(run));
}

TEST(StackedSizes, AreRememberedForLaterWorkersOnAsLargeADevice) {
  const Folder folder;
  const auto kept = kept_sizes(folder / "");
  auto run = small_run(), wider = small_run();
  run.device = wider.device = "cuda:1";
  transformer_of(wider).width = 32;
  BundleSizes(0, kept, 8e10).fits(run, 23);
  BundleSizes(0, kept, 8e10).fits(wider, 7);
  const BundleSizes later(0, kept, 7.9e10), on_another(0, kept, 4e10), unknown(0, kept, 0);
  run.device = "cuda";
  EXPECT_EQ(later.of(run), 23) << "whichever device of its kind it is";
  EXPECT_EQ(later.of(wider), 7);
  EXPECT_FALSE(later.guessed(run));
  EXPECT_TRUE(on_another.guessed(run));
  EXPECT_TRUE(unknown.guessed(run));
  for (const std::string text : {"", "{", "[1]", R"({"other": {"runs": "many"}})", R"({"other": 3})"}) {
    std::ofstream(kept) << text;
    EXPECT_TRUE(BundleSizes(0, kept, 8e10).guessed(run)) << text;
  }
}

TEST(StackedSizes, FollowFromTheMemoryOfOneAndOfTwo) {
  for (const double fixed : {0.0, 3e8}) {
    for (const double each : {1e8, 7e9}) {
      const double memory = 8e10;
      const auto runs = static_cast<double>(runs_that_fit(memory, fixed + each, fixed + 2 * each));
      EXPECT_LE(fixed + runs * each, 0.9 * memory);
      EXPECT_GT(fixed + (runs + 1) * each, 0.9 * memory);
    }
  }
  EXPECT_EQ(runs_that_fit(1e9, 5e9, 9e9), 1) << "one is always tried";
}

}  // namespace
}  // namespace steepest::experiment::bundle_work_test
