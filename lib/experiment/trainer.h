// trainer.h: one run of training from its first batch to its last metric, resumable after every step.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "data/batches.h"
#include "experiment/run_options.h"
#include "model/transformer.h"
#include "optim/factory.h"

namespace steepest::experiment {

/// Where a run's numbers go, and what may end it early.
struct Hooks {
  /// A metric's value after `step` steps. Names: train_loss, validation_loss (nats a character).
  std::function<void(const std::string& name, std::int64_t step, double value)> metric;
  /// Called after every step, with the number of steps done. False: stop here, the run can be resumed.
  std::function<bool(std::int64_t step)> proceed;
};

enum class Outcome { completed, diverged, stopped };

/// The state of one run. Same options, build and machine: same bits, however often it was stopped and resumed.
class Trainer {
 public:
  /// Throws options::InputError where the corpus is missing or unfit, or the device is not there.
  Trainer(const RunOptions& options, const std::filesystem::path& data_directory);

  /// Trains to the end. `diverged` as soon as a training or validation loss is not finite.
  Outcome run(const Hooks& hooks);

  std::int64_t step() const { return step_; }
  /// Time spent in run(), over all attempts. Unit: seconds.
  double seconds() const { return seconds_; }
  /// Mean loss over the whole validation part. Unit: nats a character.
  double validate() const;
  /// SHA-256 over the bytes of every parameter, in order.
  std::string parameter_hash() const;
  const model::Transformer& network() const { return *network_; }

  /// Everything that the next step depends on. `save` replaces the file in one move; `load` refuses another run's file.
  void save(const std::filesystem::path& file, const std::string& identity) const;
  void load(const std::filesystem::path& file, const std::string& identity);

 private:
  double train_step();
  Outcome advance(const Hooks& hooks);

  RunOptions options_;
  std::unique_ptr<data::Batches> batches_;
  std::shared_ptr<model::Transformer> network_;
  optim::ScheduledOptimizer hidden_, tables_;
  std::int64_t step_ = 0;
  double loss_sum_ = 0;         // of the steps since the last train_loss row
  std::int64_t loss_count_ = 0;
  double seconds_ = 0;
};

}  // namespace steepest::experiment
