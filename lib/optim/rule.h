// rule.h: what an update rule is given, and what it offers.
#pragma once
#include "batch.h"
#include "group_options.h"

namespace steepest::optim {

/// What a rule knows of the step that it makes.
template <class Options>
struct Step {
  const Options& options;
  double lora_scale;
  Scalar rate;   ///< the learning rate now; `options.learning_rate` is not to be read
  Scalar decay;  ///< rate * weight_decay
  Scalar count;  ///< updates that these units have already had
};

template <class Options>
Step<Options> step_of(const Batch& batch) {
  const auto& group = static_cast<const GroupOptions<Options>&>(*batch.options);
  return {group.values, group.lora_scale, batch.rate, batch.decay, batch.count};
}

/// The update rule that these options are of. Each optimizer specialises it beside its description, as a struct of static functions:
///   void update(Slot& a, Slot& b, const Step<Options>& now);      // one Slot, of optimizers of single matrices
///   void initialize(Slot& a, Slot& b, const Step<Options>& now);  // if it keeps state: before the first update; sets [k, ...] tensors
///   void prepare(std::vector<Batch>& batches);                    // if all units must be looked at before any is updated
/// Nothing waits for the device: no `item`, no branch on a number that was computed, other than under matrix::may_look.
template <class Options>
struct Rule;

}  // namespace steepest::optim
