// bundle_sizes.cpp: see bundle_sizes.h.
#include "experiment/bundle_sizes.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "experiment/bundle.h"
#include "experiment/device_memory.h"
#include "run/stacking.h"

namespace steepest::experiment {
namespace {

constexpr std::int64_t kGuess = 64;         // past so many a GPU is busy with any network of ours
constexpr double kShareOfMemory = 0.9;      // the rest is for validation, and for what the allocator cannot use
constexpr std::int64_t kMeasuredSteps = 3;  // after the second nothing new is allocated

/// Bytes at most in a few steps of so many trainings.
double peak(const run::TrainingRun& run, const data::Folders& folders, const Start& start, std::size_t count) {
  std::vector<std::unique_ptr<Trainer>> trainers;
  std::vector<Trainer*> members;
  Bundle::Calls calls;
  for (std::size_t i = 0; i < count; ++i) {
    trainers.push_back(std::make_unique<Trainer>(run, folders, start));
    members.push_back(trainers.back().get());
    calls.hooks.push_back({[](const std::string&, std::int64_t, double) {}, [](std::int64_t) { return true; }});
  }
  std::int64_t steps = 0;
  calls.proceed = [&] { return steps++ < kMeasuredSteps; };
  calls.ended = [](std::size_t, Outcome) {};
  const at::Device device = placement_of(run).device;
  begin_peak(device);
  Bundle(members).run(calls);
  return device_memory(device)->peak;
}

}  // namespace

std::int64_t BundleSizes::of(const run::AnyRun& run) const {
  const auto* training = std::get_if<run::TrainingRun>(&run);
  if (asked_ == 1 || training == nullptr || !run::can_be_stacked(run)) return 1;
  const auto known = known_.find(run::stacking_shape(run));
  if (known != known_.end()) return asked_ == 0 ? known->second : std::min(asked_, known->second);
  if (asked_ > 0) return asked_;
  return training->device == "cpu" ? 1 : kGuess;
}

bool BundleSizes::guessed(const run::AnyRun& run) const {
  return asked_ == 0 && of(run) > 1 && known_.find(run::stacking_shape(run)) == known_.end();
}

void BundleSizes::fits(const run::AnyRun& run, std::int64_t runs) { known_[run::stacking_shape(run)] = std::max<std::int64_t>(runs, 1); }

std::int64_t runs_that_fit(double memory, double one, double two) {
  const double each = std::max(two - one, 1.0), fixed = std::max(one - each, 0.0);
  return std::max<std::int64_t>(static_cast<std::int64_t>((memory * kShareOfMemory - fixed) / each), 1);
}

std::int64_t runs_that_fit(const run::TrainingRun& run, const data::Folders& folders, const Start& start) {
  const auto memory = device_memory(placement_of(run).device);
  if (!memory) return kGuess;
  const double one = peak(run, folders, start, 1), two = peak(run, folders, start, 2);
  release_device_memory();
  return std::min(runs_that_fit(memory->all, one, two), kGuess);
}

}  // namespace steepest::experiment
