// bundle_test.cpp: runs that are trained as one come to what each comes to alone, to rounding, and each stays a run of its own.
#include "experiment/bundle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <tuple>

#include "optim/every_optimizer.h"
#include "small_fine_tuning.h"

namespace steepest::experiment::bundle_test {
namespace {

constexpr double kTolerance = 1e-9;  // of float64, after a few steps

/// Everything that hooks were told.
struct Told {
  std::map<std::tuple<std::string, std::int64_t>, double> metrics;
  std::map<std::tuple<std::string, std::int64_t>, std::vector<double>> spectra;

  Hooks hooks(std::int64_t until = 1000) {
    return {[this](const std::string& name, std::int64_t step, double value) {
              metrics[{name, step}] = value;
            },
            [until](std::int64_t step) { return step < until; },
            [this](const std::string& matrix, std::int64_t step, const std::vector<double>& values) {
              spectra[{matrix, step}] = values;
            }};
  }
};

/// Runs like this one that differ in all that they may differ in.
std::vector<run::TrainingRun> like(const run::TrainingRun& run, std::size_t count = 3) {
  std::vector<run::TrainingRun> runs(count, run);
  for (std::size_t m = 0; m < count; ++m) {
    const double nth = static_cast<double>(m);
    runs[m].seed = static_cast<std::int64_t>(m) + 5;
    if (auto* transformer = std::get_if<model::TransformerOptions>(&runs[m].model)) transformer->init.factor_scale = 1 + 0.5 * nth;
    for (auto* optimizer : {&runs[m].optimizer, &runs[m].embedding_optimizer}) {
      std::visit(
          [&](auto& plain) {
            plain.learning_rate *= 1 - 0.2 * nth;
            if constexpr (requires { plain.weight_decay; }) plain.weight_decay = 0.01 * nth;
          },
          *optimizer);
    }
  }
  return runs;
}

run::TrainingRun wide(run::TrainingRun run) {
  run.precision = "float64";
  run.kernels = model::Kernels::simple;
  return run;
}

struct Trained {
  std::vector<std::unique_ptr<Trainer>> trainers;
  std::vector<Told> told;
  std::vector<std::optional<Outcome>> outcomes;

  explicit Trained(const std::vector<run::TrainingRun>& runs, const Start& start = {}) : told(runs.size()), outcomes(runs.size()) {
    for (const auto& run : runs) trainers.push_back(std::make_unique<Trainer>(run, "", start));
  }
  std::vector<Trainer*> members() const {
    std::vector<Trainer*> all;
    for (const auto& trainer : trainers) all.push_back(trainer.get());
    return all;
  }
  void alone() {
    for (std::size_t m = 0; m < trainers.size(); ++m) outcomes[m] = trainers[m]->run(told[m].hooks());
  }
  /// `steps`: after so many all are told to stop.
  void as_one(std::int64_t steps = 1000) {
    Bundle::Calls calls;
    for (auto& one : told) calls.hooks.push_back(one.hooks());
    std::int64_t done = 0;
    calls.proceed = [&] { return done++ < steps; };
    calls.ended = [&](std::size_t member, Outcome outcome) {
      ASSERT_FALSE(outcomes[member].has_value()) << "told twice";
      outcomes[member] = outcome;
    };
    Bundle(members()).run(calls);
  }
};

double difference(const std::vector<double>& some, const std::vector<double>& other) {
  double square = 0, all = 0;
  for (std::size_t i = 0; i < other.size(); ++i) {
    square += (some.at(i) - other[i]) * (some.at(i) - other[i]);
    all += other[i] * other[i];
  }
  return std::sqrt(square / std::max(all, 1e-300));
}

double difference(const model::Model& some, const model::Model& other) {
  double largest = 0;
  const auto own = some.parameters(), others = other.parameters();
  for (std::size_t i = 0; i < own.size(); ++i) {
    const double relative = ((own[i] - others[i]).norm() / others[i].norm().clamp_min(1e-300)).item<double>();
    largest = std::max(largest, relative);
  }
  return largest;
}

void expect_same(const Trained& found, const Trained& expected, double tolerance) {
  for (std::size_t m = 0; m < expected.told.size(); ++m) {
    SCOPED_TRACE("member " + std::to_string(m));
    EXPECT_EQ(found.outcomes[m], expected.outcomes[m]);
    EXPECT_EQ(found.trainers[m]->step(), expected.trainers[m]->step());
    EXPECT_LT(difference(*found.trainers[m]->network(), *expected.trainers[m]->network()), tolerance);
    ASSERT_EQ(found.told[m].metrics.size(), expected.told[m].metrics.size());
    for (const auto& [place, value] : expected.told[m].metrics) {
      const double seen = found.told[m].metrics.at(place);
      // What two numbers nearly cancel to is compared with what they are.
      EXPECT_NEAR(seen, value, tolerance * std::max(std::abs(value), 1.0)) << std::get<0>(place) << " at " << std::get<1>(place);
    }
    ASSERT_EQ(found.told[m].spectra.size(), expected.told[m].spectra.size());
    for (const auto& [place, values] : expected.told[m].spectra)
      EXPECT_LT(difference(found.told[m].spectra.at(place), values), tolerance) << std::get<0>(place);
  }
}

void expect_as_alone(const std::vector<run::TrainingRun>& runs, double tolerance, const Start& start = {}) {
  Trained alone(runs, start), as_one(runs, start);
  alone.alone();
  as_one.as_one();
  expect_same(as_one, alone, tolerance);
}

TEST(StackedRuns, ComeToWhatTheyComeToAloneWithEveryOptimizer) {
  for (const auto& options : steepest::testing::every_optimizer()) {
    SCOPED_TRACE(steepest::testing::name_of(options));
    auto run = wide(small_run(6));
    run.optimizer = options;
    expect_as_alone(like(run), kTolerance);
  }
}

TEST(StackedRuns, WithEveryProbe) {
  auto run = wide(small_run(6));
  run.training.evaluate_every = 2;
  run.training.log_every = 2;
  run.other_data = run.data;
  run.other_data->source_seed = 3;
  run.probe.emplace();
  run.probe->spectra = probe::SpectraOptions{3};
  run.probe->updates = probe::UpdatesOptions{3};
  run.probe->factors = probe::FactorsOptions{3};
  run.probe->coordinates = probe::CoordinatesOptions{3};
  run.probe->identities = probe::IdentitiesOptions{3};
  run.probe->sketch = probe::SketchOptions{3};
  // A step of the sixteenth digit is what the identities' errors are, so that these are compared with one.
  expect_as_alone(like(run), kTolerance);
}

TEST(StackedRuns, OfEveryShapeAndSchedule) {
  for (const std::int64_t rank : {0, 1, 4}) {
    for (const char* schedule : {"constant", "linear"}) {
      auto run = wide(small_run(6));
      transformer_of(run).rank = rank;
      transformer_of(run).mlp = "swiglu";
      if (rank == 0) run.optimizer = optim::MuonOptions{};
      run.schedule.name = schedule;
      run.schedule.warmup_steps = 2;
      run.training.clip_norm = 0.3;
      expect_as_alone(like(run), kTolerance);
    }
  }
}

TEST(StackedRuns, InFloat32AndWithTheFusedKernelsAsFarAsRoundingGoes) {
  for (const auto kernels : {model::Kernels::simple, model::Kernels::fused}) {
    auto run = small_run(4);
    run.kernels = kernels;
    expect_as_alone(like(run), 2e-3);
  }
}

TEST(StackedRuns, OfFineTuning) {
  const Folder folder;
  for (const char* factors : {"lora", "principal"}) {
    const auto run = wide(small_fine_tuning(factors));
    const auto tokenizer = tokenizer_of(run);
    auto runs = like(run);
    for (auto& one : runs) transformer_of(one).init.factor_scale = 1;  // of a zero factor there is none
    expect_as_alone(runs, kTolerance, {tokenizer, base_network(run, tokenizer, shelf(folder / "base"))});
  }
}

TEST(StackedRuns, StopTogetherAndGoOnAloneOrAsOne) {
  const Folder folder;
  const auto runs = like(wide(small_run(9)));
  Trained alone(runs), stopped(runs), later_alone(runs), later_as_one(runs);
  alone.alone();
  stopped.as_one(4);
  for (std::size_t m = 0; m < runs.size(); ++m) {
    EXPECT_EQ(stopped.outcomes[m], Outcome::stopped);
    EXPECT_EQ(stopped.trainers[m]->step(), 4);
    const auto file = folder / (std::to_string(m) + ".pt");
    stopped.trainers[m]->save(file, "run");
    later_alone.trainers[m]->load(file, "run");
    later_as_one.trainers[m]->load(file, "run");
    // A file of its own holds nothing of the others.
    alone.trainers[m]->save(folder / "alone.pt", "run");
    EXPECT_LT(std::filesystem::file_size(file), 1.05 * static_cast<double>(std::filesystem::file_size(folder / "alone.pt")));
  }
  later_alone.alone();
  later_as_one.as_one();
  for (std::size_t m = 0; m < runs.size(); ++m) {
    for (const auto* later : {&later_alone, &later_as_one}) {
      EXPECT_EQ(later->outcomes[m], Outcome::completed);
      EXPECT_LT(difference(*later->trainers[m]->network(), *alone.trainers[m]->network()), kTolerance);
    }
  }
}

TEST(StackedRuns, OneThatDivergesIsMaskedAndTheOthersGoOn) {
  auto runs = like(wide(small_run(8)), 4);
  for (const std::size_t m : {std::size_t{1}, std::size_t{2}}) {
    std::get<optim::LoraMuonOptions>(runs[m].optimizer).learning_rate = m == 1 ? 1e200 : 1e80;
    std::get<optim::LoraMuonOptions>(runs[m].optimizer).weight_decay = 0;
  }
  Trained alone(runs), as_one(runs);
  alone.alone();
  as_one.as_one();
  ASSERT_EQ(alone.outcomes[1], Outcome::diverged);
  for (std::size_t m = 0; m < runs.size(); ++m) {
    EXPECT_EQ(as_one.outcomes[m], alone.outcomes[m]);
    EXPECT_EQ(as_one.trainers[m]->step(), alone.trainers[m]->step());
  }
  for (const std::size_t m : {std::size_t{0}, std::size_t{3}})
    EXPECT_LT(difference(*as_one.trainers[m]->network(), *alone.trainers[m]->network()), kTolerance);
}

TEST(StackedRuns, OneThatIsTakenAwayIsMaskedToo) {
  const auto runs = like(wide(small_run(6)));
  Trained alone(runs), as_one(runs);
  alone.alone();
  Bundle::Calls calls;
  for (std::size_t m = 0; m < runs.size(); ++m) calls.hooks.push_back(as_one.told[m].hooks(m == 1 ? 3 : 1000));
  calls.proceed = [] { return true; };
  calls.ended = [&](std::size_t member, Outcome outcome) { as_one.outcomes[member] = outcome; };
  Bundle(as_one.members()).run(calls);
  EXPECT_EQ(as_one.outcomes[1], Outcome::stopped);
  EXPECT_EQ(as_one.trainers[1]->step(), 3);
  for (const std::size_t m : {std::size_t{0}, std::size_t{2}}) {
    EXPECT_EQ(as_one.outcomes[m], Outcome::completed);
    EXPECT_LT(difference(*as_one.trainers[m]->network(), *alone.trainers[m]->network()), kTolerance);
  }
}

TEST(StackedRuns, AtDifferentStepsAreRefused) {
  const auto runs = like(wide(small_run(6)));
  Trained trained(runs);
  trained.trainers[1]->run(trained.told[1].hooks(2));
  EXPECT_THROW(Bundle{trained.members()}, std::invalid_argument);
}

}  // namespace
}  // namespace steepest::experiment::bundle_test
