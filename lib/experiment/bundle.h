// bundle.h: many trainings of one shape, trained as one.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "experiment/step_graph.h"
#include "experiment/trainer.h"
#include "model/stacked_network.h"
#include "optim/joint_step.h"

namespace steepest::experiment {

/// Trainers whose runs differ in seed, rates, decays and the scale of factors alone (run/stacking.h). Their losses, gradients and updates are computed as
/// one; batches, schedules, rows, looks, checkpoints and ends stay each one's own. The numbers are those of separate runs (kernels=simple), to
/// rounding. Unit of each one's seconds: its share of the whole's.
class Bundle {
 public:
  /// Throws std::invalid_argument unless the members are of one shape and at one step.
  explicit Bundle(std::vector<Trainer*> members);

  struct Calls {
    std::vector<Hooks> hooks;                         ///< of each member
    std::function<bool()> proceed;                    ///< asked before each step. False: all stop here, at one step
    std::function<void(std::size_t, Outcome)> ended;  ///< told as soon as a member has ended; it is masked from then on
  };
  /// Until every member has ended.
  void run(const Calls& calls);

 private:
  std::vector<double> train_step();
  void compute();
  void end(std::size_t member, Outcome outcome, const Calls& calls);

  std::vector<Trainer*> members_;
  std::vector<bool> at_work_;
  model::StackedNetwork network_;
  std::vector<std::unique_ptr<optim::JointStep>> optimizers_;
  double clip_norm_;
  at::Tensor input_, target_;  // int32 [M, B, T]
  at::Tensor losses_, alive_;  // [M]
  StepGraph graph_;
  class Losses;
  std::shared_ptr<Losses> seen_;  // of batches that members look at without training on them
};

}  // namespace steepest::experiment
