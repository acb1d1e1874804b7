// cuda_bundle_test.cpp: what needs a GPU. Run by `make check-cuda`; elsewhere each case skips.
#include <gtest/gtest.h>
#include <torch/cuda.h>

#include <cmath>
#include <thread>

#include "experiment/bundle.h"
#include "experiment/bundle_sizes.h"
#include "experiment/device_memory.h"
#include "matrix/singular_values.h"
#include "optim/every_optimizer.h"
#include "optim/recordable.h"
#include "small_run.h"

namespace steepest::experiment::cuda_bundle_test {
namespace {

constexpr double kTolerance = 1e-8;  // of float64, after a few steps

struct Cuda : ::testing::Test {
  void SetUp() override {
    if (!torch::cuda::is_available()) GTEST_SKIP() << "there is no GPU here";
  }
};

run::TrainingRun on_gpu(std::int64_t steps, const optim::AnyOptions& optimizer, int device = 0) {
  run::TrainingRun run = small_run(steps);
  run.device = "cuda:" + std::to_string(device);
  run.precision = "float64";
  run.optimizer = optimizer;
  return run;
}

std::vector<std::unique_ptr<Trainer>> trainers_of(run::TrainingRun run, std::int64_t count) {
  std::vector<std::unique_ptr<Trainer>> trainers;
  for (std::int64_t m = 0; m < count; ++m) {
    run.seed = m + 3;
    trainers.push_back(std::make_unique<Trainer>(run, ""));
  }
  return trainers;
}

void as_one(const std::vector<std::unique_ptr<Trainer>>& trainers, std::int64_t steps = 1000) {
  std::vector<Trainer*> members;
  Bundle::Calls calls;
  for (const auto& trainer : trainers) {
    members.push_back(trainer.get());
    calls.hooks.push_back(silent());
  }
  std::int64_t done = 0;
  calls.proceed = [&] { return done++ < steps; };
  calls.ended = [](std::size_t, Outcome) {};
  Bundle(members).run(calls);
}

double difference(const model::Model& some, const model::Model& other) {
  double largest = 0;
  const auto own = some.parameters(), others = other.parameters();
  for (std::size_t i = 0; i < own.size(); ++i)
    largest = std::max(largest, ((own[i] - others[i]).norm() / others[i].norm().clamp_min(1e-300)).item<double>());
  return largest;
}

// Ten steps: three ordinary ones, the recorded one, and replays with other rates.
TEST_F(Cuda, RunsAsOneComeToWhatTheyComeToAlone) {
  for (const auto& options : steepest::testing::every_optimizer()) {
    SCOPED_TRACE(steepest::testing::name_of(options) + (optim::recordable(options) ? ", recorded" : ", not recorded"));
    const auto run = on_gpu(10, options);
    const auto together = trainers_of(run, 3), alone = trainers_of(run, 3);
    as_one(together);
    for (std::size_t m = 0; m < alone.size(); ++m) {
      alone[m]->run(silent());
      EXPECT_EQ(together[m]->step(), 10);
      EXPECT_LT(difference(*together[m]->network(), *alone[m]->network()), kTolerance);
    }
  }
}

TEST_F(Cuda, AStepThatIsReplayedDoesWhatAnOrdinaryOneDoes) {
  const auto device = at::Device(at::kCUDA, 0);
  const at::Tensor x = at::ones({4}, at::TensorOptions(device)), factor = at::full({}, 2.0, at::TensorOptions(device));
  StepGraph graph(device);
  double expected = 1;
  for (int t = 0; t < 8; ++t) {
    factor.fill_(1.0 + 0.1 * t);
    expected *= 1.0 + 0.1 * t;
    graph.run([&] { x.mul_(factor); });
    EXPECT_NEAR(x[0].item<double>(), expected, 1e-4 * expected) << t;
  }
}

TEST_F(Cuda, WhatWasStoppedGoesOnAloneOrAsOne) {
  const Folder folder;
  const auto run = on_gpu(12, optim::LoraMuonOptions{});
  const auto whole = trainers_of(run, 3), stopped = trainers_of(run, 3), together = trainers_of(run, 3), alone = trainers_of(run, 3);
  as_one(whole);
  as_one(stopped, 6);
  for (std::size_t m = 0; m < stopped.size(); ++m) {
    const auto file = folder / (std::to_string(m) + ".pt");
    stopped[m]->save(file, "run");
    together[m]->load(file, "run");
    alone[m]->load(file, "run");
  }
  as_one(together);
  for (std::size_t m = 0; m < alone.size(); ++m) {
    alone[m]->run(silent());
    EXPECT_LT(difference(*together[m]->network(), *whole[m]->network()), kTolerance);
    EXPECT_LT(difference(*alone[m]->network(), *whole[m]->network()), kTolerance);
  }
}

TEST_F(Cuda, ProductsInBfloat16AgreeAsFarAsTheyAreRounded) {
  auto run = on_gpu(4, optim::LoraMuonOptions{});
  run.precision = "bf16";
  const auto together = trainers_of(run, 3), alone = trainers_of(run, 3);
  as_one(together);
  for (std::size_t m = 0; m < alone.size(); ++m) {
    alone[m]->run(silent());
    EXPECT_LT(difference(*together[m]->network(), *alone[m]->network()), 2e-2);
  }
}

TEST_F(Cuda, TwoDevicesTrainSideBySide) {
  if (torch::cuda::device_count() < 2) GTEST_SKIP() << "there is one GPU here, and this needs two";
  std::vector<std::vector<std::unique_ptr<Trainer>>> bundles;
  for (int device : {0, 1}) bundles.push_back(trainers_of(on_gpu(10, optim::LoraMuonOptions{}, device), 3));
  std::vector<std::thread> threads;
  for (const auto& bundle : bundles) threads.emplace_back([&bundle] { as_one(bundle); });
  for (auto& thread : threads) thread.join();
  for (std::size_t m = 0; m < 3; ++m) {
    const auto own = bundles[0][m]->network()->parameters(), others = bundles[1][m]->network()->parameters();
    for (std::size_t i = 0; i < own.size(); ++i)
      EXPECT_LT(((own[i].cpu() - others[i].cpu()).norm() / others[i].cpu().norm()).item<double>(), kTolerance);
  }
}

TEST_F(Cuda, SpectraAreThoseOfTheCpuToTheRoundingOfFloat32) {
  torch::manual_seed(5);
  for (const auto& [m, n, r] : {std::tuple{128, 512, 8}, {512, 128, 2}, {65, 65, 65}}) {
    const auto X = at::randn({3, m, n}), P = at::randn({3, m, r}), Q = at::randn({3, n, r});
    const auto values = matrix::singular_values(X.cuda());
    EXPECT_TRUE(values.is_cuda());
    EXPECT_LT((values.cpu() - matrix::singular_values(X)).abs().max().item<double>(), 1e-5 * X.norm().item<double>());
    const auto of_product = matrix::product_singular_values(P.cuda().to(at::kDouble), Q.cuda().to(at::kDouble)).cpu();
    EXPECT_LT((of_product - matrix::product_singular_values(P.to(at::kDouble), Q.to(at::kDouble))).abs().max().item<double>(),
              1e-7 * (P.norm() * Q.norm()).item<double>());
  }
}

TEST_F(Cuda, AsManyFitAsItsMemoryHolds) {
  const auto memory = device_memory(at::Device(at::kCUDA, 0));
  if (!memory) GTEST_SKIP() << "built without the CUDA toolkit";
  EXPECT_GT(memory->all, 1e8);
  EXPECT_GE(runs_that_fit(on_gpu(10, optim::LoraMuonOptions{}), "", {}), 8) << "of so small a run";
}

}  // namespace
}  // namespace steepest::experiment::cuda_bundle_test
