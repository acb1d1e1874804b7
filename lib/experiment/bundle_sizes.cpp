// bundle_sizes.cpp: see bundle_sizes.h.
#include "experiment/bundle_sizes.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "experiment/archive_file.h"
#include "experiment/bundle.h"
#include "experiment/device_memory.h"
#include "run/stacking.h"

namespace steepest::experiment {
namespace {

constexpr std::int64_t kGuess = 64;         // past so many a GPU is busy with any network of ours
constexpr double kShareOfMemory = 0.9;      // the rest is for validation, and for what the allocator cannot use
constexpr std::int64_t kMeasuredSteps = 3;  // after the second nothing new is allocated
constexpr double kSameMemory = 0.05;        // another program's window more or less is no other device

/// What runs share that fit alike: devices of one kind are told apart by their memory.
std::string shape_of(const run::AnyRun& run) {
  const auto* training = std::get_if<run::TrainingRun>(&run);
  if (training == nullptr) return run::stacking_shape(run);
  run::TrainingRun on_any = *training;
  on_any.device = on_any.device.substr(0, on_any.device.find(':'));
  return run::stacking_shape(on_any);
}

/// {SHAPE: {"runs": N, "memory": BYTES}}; empty where there is no such file, or one that cannot be read: then sizes are found anew.
nlohmann::json read_kept(const std::filesystem::path& file) {
  std::ifstream stream(file);
  const auto kept = nlohmann::json::parse(stream, nullptr, /*allow_exceptions=*/false);
  return kept.is_object() ? kept : nlohmann::json::object();
}

/// 0 where there is none.
double number_in(const nlohmann::json& entry, const char* key) {
  return entry.is_object() && entry.contains(key) && entry.at(key).is_number() ? entry.at(key).get<double>() : 0;
}

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

BundleSizes::BundleSizes(std::int64_t asked, std::filesystem::path kept, double memory)
    : asked_(asked), kept_(std::move(kept)), memory_(memory) {
  if (kept_.empty() || memory_ <= 0) return;
  const auto entries = read_kept(kept_);
  for (const auto& [shape, entry] : entries.items()) {
    const double runs = number_in(entry, "runs");
    if (runs >= 1 && std::abs(number_in(entry, "memory") - memory_) <= kSameMemory * memory_)
      known_[shape] = static_cast<std::int64_t>(runs);
  }
}

std::int64_t BundleSizes::of(const run::AnyRun& run) const {
  const auto* training = std::get_if<run::TrainingRun>(&run);
  if (asked_ == 1 || training == nullptr || !run::can_be_stacked(run)) return 1;
  const auto known = known_.find(shape_of(run));
  if (known != known_.end()) return asked_ == 0 ? known->second : std::min(asked_, known->second);
  if (asked_ > 0) return asked_;
  return training->device == "cpu" ? 1 : kGuess;
}

bool BundleSizes::guessed(const run::AnyRun& run) const { return asked_ == 0 && of(run) > 1 && known_.find(shape_of(run)) == known_.end(); }

void BundleSizes::fits(const run::AnyRun& run, std::int64_t runs) {
  const std::string shape = shape_of(run);
  known_[shape] = std::max<std::int64_t>(runs, 1);
  if (kept_.empty() || memory_ <= 0) return;
  auto kept = read_kept(kept_);  // a neighbour may have added to it
  kept[shape] = {{"runs", known_[shape]}, {"memory", memory_}};
  replace_file(kept_, kept.dump(1));
}

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
