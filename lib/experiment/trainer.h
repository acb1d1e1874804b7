// trainer.h: one run of training from its first batch to its last metric, resumable after every step.
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "data/batches.h"
#include "experiment/experiment.h"
#include "model/loss_function.h"
#include "model/model.h"
#include "optim/factory.h"
#include "probe/probe.h"

namespace steepest::experiment {

/// Where the numbers of a run's networks live. Throws options::InputError if the device is not there.
model::Placement placement_of(const run::TrainingRun& run);

/// What a trainer may take over from elsewhere.
struct Start {
  std::optional<data::CharacterTokenizer> tokenizer = {};  ///< none: the corpus' own
  std::shared_ptr<const model::Model> base = {};           ///< what is fine-tuned; none: from scratch
};

/// Training of a network. Metrics: train_loss, validation_loss (nats a token), other_validation_loss of other_data, and what the probes see. `diverged` as soon as a training or validation loss is not
/// finite.
class Trainer : public Experiment {
 public:
  /// Throws options::InputError where the corpus is missing or unfit, or the device is not there; std::invalid_argument if the run has a
  /// base and none is given.
  Trainer(const run::TrainingRun& options, const data::Folders& data_folders, const Start& start = {});

  Outcome run(const Hooks& hooks) override;
  std::int64_t step() const override { return step_; }
  Times times() const override { return times_; }
  /// Mean loss over the whole validation part. Unit: nats a token.
  double validate() const { return validate(*batches_); }
  std::string parameter_hash() const override;
  std::string adapter(const std::map<std::string, std::string>& metadata) const override;
  std::shared_ptr<model::Model> network() const { return network_; }
  const run::TrainingRun& options() const { return options_; }
  void save(const std::filesystem::path& file, const std::string& identity, std::int64_t rows = 0) const override;
  std::int64_t load(const std::filesystem::path& file, const std::string& identity) override;

  /// The parts of a step, for a bundle (bundle.h), which computes the losses, gradients and updates of many trainers as one. What is looked at before
  /// the first step:
  void begin(const Hooks& hooks);
  void before_step();
  data::Batch batch() const { return batches_->training(step_); }
  void set_rates();
  /// Ours of hidden matrices and, unless they are frozen, of tables.
  std::vector<torch::optim::Optimizer*> optimizers() const;
  /// What follows a step that gave this loss and took so many seconds: its rows, looks at the network, and the question whether to go on.
  Outcome after_step(double loss, double seconds, const Hooks& hooks);
  /// What computes losses from now on.
  void set_loss(std::unique_ptr<model::LossFunction> loss) { loss_ = std::move(loss); }

 private:
  double validate(const data::Batches& batches) const;
  void tell_validation(double own, const Hooks& hooks);
  double train_step();
  void look(const Hooks& hooks);
  Outcome advance(const Hooks& hooks);

  run::TrainingRun options_;
  std::unique_ptr<data::Batches> batches_, other_;  // other: null where no other corpus is looked at
  std::shared_ptr<model::Model> network_;
  std::unique_ptr<model::LossFunction> loss_;
  optim::ScheduledOptimizer hidden_, tables_;  // no optimizer of tables where they are frozen
  std::vector<std::unique_ptr<probe::Probe>> probes_;
  std::int64_t step_ = 0;
  double loss_sum_ = 0;  // of the steps since the last train_loss row
  std::int64_t loss_count_ = 0;
  Times times_;
};

}  // namespace steepest::experiment
